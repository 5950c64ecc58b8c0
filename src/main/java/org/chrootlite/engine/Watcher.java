package org.chrootlite.engine;

import java.util.Optional;
import org.chrootlite.rootfs.Progress;
import org.chrootlite.store.Waiting;

/** Is told what takes time. */
public interface Watcher extends Progress, Waiting {
  /** Does not care. */
  Watcher NONE =
      new Watcher() {
        @Override
        public void reading(int done) {}

        @Override
        public void comparing(int done, int total) {}

        @Override
        public void applying(int done, int total) {}

        @Override
        public void preparing(String template, int done, int total) {}

        @Override
        public void waitsFor(Optional<String> holders) {}
      };

  /** Called while manifests are read, by the thread that does it; {@code done} is 0 when that is over. */
  void reading(int done);

  /** Called while sandboxes are compared with what there is, likewise; {@code done} is from 0 to {@code total}. */
  void comparing(int done, int total);

  /** Called while sandboxes are applied, by the thread that does it; {@code done} is from 0 to {@code total}. */
  void applying(int done, int total);
}
