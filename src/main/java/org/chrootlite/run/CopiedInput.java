package org.chrootlite.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies a stream into the process's own pipe, on a thread of its own, until either side ends. */
final class CopiedInput implements RunInput {
  private static final int CHUNK = 1 << 16;

  private final InputStream from;

  CopiedInput(InputStream from) {
    this.from = from;
  }

  @Override
  public ProcessBuilder.Redirect source() {
    return ProcessBuilder.Redirect.PIPE;
  }

  @Override
  public void feed(Process process) {
    OutputStream to = process.getOutputStream();
    Thread.ofPlatform().daemon().name("stdin").start(() -> carry(to));
  }

  /** A no-op: the pipe breaks when the process ends. */
  @Override
  public void finish() {}

  private void carry(OutputStream to) {
    try (to) {
      byte[] chunk = new byte[CHUNK];
      for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
        to.write(chunk, 0, read);
        // At once: a peer that waits for an answer has no end of input in sight.
        to.flush();
      }
    } catch (IOException e) {
      // A script need not read all of its input: the pipe breaks when it ends, and that is no failure of the run.
    }
  }
}
