package org.chrootlite.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** Keeps what a script prints, but no more than {@link #MOST} bytes of it. */
final class Capture extends OutputStream {
  /** What is kept of one stream, where the manifest sets no lower limit. */
  static final int MOST = 16 << 20;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean truncated;

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int room = Math.min(length, MOST - kept.size());
    kept.write(bytes, offset, room);
    truncated |= room < length;
  }

  /** What was kept, a copy. */
  synchronized byte[] bytes() {
    return kept.toByteArray();
  }

  /** Whether there was more. */
  synchronized boolean isTruncated() {
    return truncated;
  }
}
