package org.chrootlite.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Carries what a script may read, on a thread of its own, until either side ends. */
final class InputPump {
  private static final int CHUNK = 1 << 16;

  private InputPump() {}

  static void start(Optional<InputStream> from, OutputStream to) {
    Thread.ofPlatform().daemon().name("stdin").start(() -> carry(from, to));
  }

  /** At once: who types, or waits for an answer, has no end of input in sight. */
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
      to.write(chunk, 0, read);
      to.flush();
    }
  }

  private static void carry(Optional<InputStream> from, OutputStream to) {
    try (to) {
      if (from.isPresent()) {
        copy(from.get(), to);
      }
    } catch (IOException e) {
      // A script need not read all of its input: the pipe breaks when it ends, and that is no failure of the run. Nor
      // is a terminal that is gone, or a directory as input: the script sees the end of what there is.
    }
  }
}
