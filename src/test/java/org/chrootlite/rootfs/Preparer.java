package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;

/** A process that prepares a template, tells each step, and where the tree is. */
public final class Preparer {
  private Preparer() {}

  /**
   * Arguments: the state directory, the template, at which step to stop for ever (none, or -1: not at all), and {@code
   * repair} when that is to be done.
   */
  public static void main(String[] arguments) throws IOException {
    int last = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
    AtomicInteger steps = new AtomicInteger();
    StateDirectory state = StateDirectory.open(Path.of(arguments[0]), HostUser.current().uid(), Waiting.UNTOLD);
    Progress progress =
        (template, done, total) -> {
          System.out.println(done + "/" + total);
          while (steps.get() == last) {
            LockSupport.park();
          }
          steps.incrementAndGet();
        };
    RootfsPreparer preparer = new RootfsPreparer(state, progress);
    PreparedRootfs prepared =
        arguments.length > 3 && arguments[3].equals("repair")
            ? preparer.repair(arguments[1])
            : preparer.prepare(new RootfsSource.Template(arguments[1]));
    System.out.println(prepared.root());
  }
}
