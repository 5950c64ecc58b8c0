package org.chrootlite.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.chrootlite.host.HostUser;

/** A process that takes something of a state directory, says so, perhaps takes another lock, and lives until killed. */
final class Holder {
  private Holder() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StateDirectory state = StateDirectory.open(Path.of(arguments[0]), HostUser.current().uid(), Holder::tell);
    AutoCloseable held =
        switch (arguments[1]) {
          case "exclusive" -> state.lock("x").exclusive("test");
          case "shared" -> state.lock("x").shared(arguments.length == 3 ? arguments[2] : "test");
          case "first version" -> FileChannel.open(Path.of(arguments[2]), StandardOpenOption.WRITE).lock();
          case "uid" -> state.uidSlots().acquire();
          default -> throw new IllegalArgumentException(arguments[1]);
        };
    System.out.println(held instanceof UidSlots.Slot slot ? Integer.toString(slot.number()) : "held");
    if (arguments[1].equals("exclusive") && arguments.length == 3) {
      held = state.lock(arguments[2]).exclusive("test");
      System.out.println("both");
    }
    Thread.sleep(60_000);
  }

  private static void tell(Optional<String> holders) {
    System.out.println(holders.map(others -> "waits for " + others).orElse("waits no more"));
  }
}
