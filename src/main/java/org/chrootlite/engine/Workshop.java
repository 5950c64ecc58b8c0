package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.audit.History;
import org.chrootlite.host.Host;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.store.StateDirectory;

/** What the engine's parts work with. */
record Workshop(
    StateDirectory state,
    Host host,
    RootfsPreparer rootfs,
    LauncherCompiler compiler,
    History history,
    Watcher watcher) {
  /** That of a state directory, which is made where there is none. */
  static Workshop open(Path home, Watcher watcher) throws IOException {
    Host host = Host.current();
    return of(StateDirectory.open(home, host.user().uid(), watcher), host, watcher);
  }

  /** That of a state directory that is only looked at; empty where there is none. */
  static Optional<Workshop> existing(Path home) throws IOException {
    Host host = Host.current();
    return StateDirectory.existing(home, host.user().uid()).map(state -> of(state, host, Watcher.NONE));
  }

  private static Workshop of(StateDirectory state, Host host, Watcher watcher) {
    return new Workshop(
        state,
        host,
        new RootfsPreparer(state, watcher),
        new LauncherCompiler(host, state.layers()),
        History.in(state),
        watcher);
  }
}
