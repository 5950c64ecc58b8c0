package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Path;
import org.chrootlite.host.HostUser;

/** A process that takes something of a state directory, says so, perhaps takes another lock, and lives until killed. */
final class Holder {
  private Holder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StateDirectory state = StateDirectory.open(Path.of(arguments[0]), HostUser.current().uid(), Waiting.UNTOLD);
    AutoCloseable held =
        switch (arguments[1]) {
          case "exclusive" -> state.lock("x").exclusive("test");
          case "shared" -> state.lock("x").shared("test");
          case "uid" -> state.uidSlots().acquire();
          default -> throw new IllegalArgumentException(arguments[1]);
        };
    System.out.println(held instanceof UidSlots.Slot slot ? Integer.toString(slot.number()) : "held");
    if (arguments.length == 3) {
      held = state.lock(arguments[2]).exclusive("test");
      System.out.println("both");
    }
    Thread.sleep(60_000);
  }
}
