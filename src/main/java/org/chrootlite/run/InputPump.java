package org.chrootlite.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Carries what a script may read, on a thread of its own, until either side ends. */
final class InputPump {
  private InputPump() {}

  static void start(Optional<InputStream> from, OutputStream to) {
    Thread.ofPlatform().daemon().name("stdin").start(() -> carry(from, to));
  }

  private static void carry(Optional<InputStream> from, OutputStream to) {
    try (to) {
      if (from.isPresent()) {
        from.get().transferTo(to);
      }
    } catch (IOException e) {
      // A script need not read all of its input: the pipe breaks when it ends, and that is no failure of the run.
      Thread.currentThread().interrupt();
    }
  }
}
