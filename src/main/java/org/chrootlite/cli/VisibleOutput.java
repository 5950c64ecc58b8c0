package org.chrootlite.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.chrootlite.diagnostic.Printable;

/**
 * Passes UTF-8 on to a terminal, with all that could steer it made visible, but for line ends and tabs; bytes that are
 * not UTF-8 are shown as {@code \xff}.
 */
final class VisibleOutput extends FilterOutputStream {
  private static final int SIZE = 8192;

  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final ByteBuffer pending = ByteBuffer.allocate(SIZE);
  private final CharBuffer text = CharBuffer.allocate(SIZE);

  VisibleOutput(OutputStream terminal) {
    super(terminal);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int from = offset; from < offset + length; ) {
      int part = Math.min(pending.remaining(), offset + length - from);
      pending.put(bytes, from, part);
      from += part;
      show(false);
    }
  }

  /** Shows what is left, which may be a part of a character. The terminal stays open. */
  @Override
  public void close() throws IOException {
    show(true);
    out.flush();
  }

  private void show(boolean last) throws IOException {
    pending.flip();
    CoderResult result;
    do {
      result = decoder.decode(pending, text, last);
      StringBuilder visible = new StringBuilder(SIZE);
      appendVisible(text.flip().toString(), visible);
      text.clear();
      if (result.isError()) {
        for (int i = 0; i < result.length(); i++) {
          appendHex(pending.get() & 0xff, visible);
        }
      }
      out.write(visible.toString().getBytes(StandardCharsets.UTF_8));
    } while (!result.isUnderflow());
    pending.compact();
  }

  private static void appendVisible(String text, StringBuilder visible) {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n' || text.charAt(i) == '\t') {
        visible.append(Printable.escape(text.substring(from, i))).append(text.charAt(i));
        from = i + 1;
      }
    }
    visible.append(Printable.escape(text.substring(from)));
  }

  private static void appendHex(int value, StringBuilder visible) {
    visible.append("\\x").append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 0xf, 16));
  }
}
