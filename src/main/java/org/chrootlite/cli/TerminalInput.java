package org.chrootlite.cli;

import java.io.IOException;
import java.io.InputStream;
import org.chrootlite.run.ProcessSignals;

/**
 * A terminal as the input of a script. In the background it is not read until this process is in the foreground again,
 * so that a script that reads nothing goes on; see SIGTTIN in termios(3).
 */
final class TerminalInput extends InputStream {
  /** How long to wait before the next attempt, in milliseconds. */
  private static final long INTERVAL = 100;

  private final InputStream terminal;
  private boolean isBegun;

  TerminalInput(InputStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** With SIGTTIN ignored a read in the background fails with EIO, instead of stopping the process. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!isBegun) {
      ProcessSignals.ignoreBackgroundReads();
      isBegun = true;
    }
    while (true) {
      try {
        return terminal.read(bytes, offset, length);
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
