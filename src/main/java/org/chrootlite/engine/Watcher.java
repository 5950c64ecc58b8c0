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
        public void applying(int done, int total) {}

        @Override
        public void preparing(String template, int done, int total) {}

        @Override
        public void waitsFor(Optional<String> holders) {}
      };

  /** Called while sandboxes are applied, by the thread that does it; {@code done} is from 0 to {@code total}. */
  void applying(int done, int total);
}
