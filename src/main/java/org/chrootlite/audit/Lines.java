package org.chrootlite.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.chrootlite.json.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file one by one, from either end, without reading more of it than that needs. A line without an end
 * is one, too, and one without content is none.
 */
final class Lines {
  private static final int BLOCK = 64 << 10;

  /** What is kept of a line: more than any that can be read, so that it is still too long. */
  private static final int MOST = JsonReader.LONGEST + 1;

  private final FileChannel file;
  private final boolean backward;

  // What is still to be read of the file: from here to there.
  private long from;
  private long to;

  // The part of the block that is still to be handed out: from here to there.
  private final byte[] block = new byte[BLOCK];
  private int first;
  private int end;

  private Lines(FileChannel file, boolean backward, long size) {
    this.file = file;
    this.backward = backward;
    this.to = size;
  }

  /** From the first line to the last one before the given size. */
  static Lines forward(FileChannel file, long size) {
    return new Lines(file, false, size);
  }

  /** From the last line before the given size to the first one. */
  static Lines backward(FileChannel file, long size) {
    return new Lines(file, true, size);
  }

  /** Whether the last byte before the given size ends a line. */
  static boolean endsLine(FileChannel file, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return file.read(last, size - 1) == 1 && last.get(0) == '\n';
  }

  /** The next line, without its end; null where there are no more. */
  byte @Nullable [] next() throws IOException {
    Line line = new Line();
    while (true) {
      if (first == end && !readBlock()) {
        return line.isEmpty() ? null : line.bytes(backward);
      }
      boolean ended = backward ? takeBackward(line) : takeForward(line);
      if (ended && !line.isEmpty()) {
        return line.bytes(backward);
      }
    }
  }

  private boolean takeForward(Line line) {
    int at = first;
    while (at < end && block[at] != '\n') {
      at++;
    }
    line.add(block, first, at, false);
    boolean ended = at < end;
    first = ended ? at + 1 : at;
    return ended;
  }

  private boolean takeBackward(Line line) {
    int at = end;
    while (at > first && block[at - 1] != '\n') {
      at--;
    }
    line.add(block, at, end, true);
    boolean ended = at > first;
    end = ended ? at - 1 : at;
    return ended;
  }

  /** False at the end of what there is: the file may have become shorter than it was. */
  private boolean readBlock() throws IOException {
    int length = (int) Math.min(BLOCK, to - from);
    long position = backward ? to - length : from;
    ByteBuffer buffer = ByteBuffer.wrap(block, 0, length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        break;
      }
    }
    first = 0;
    end = buffer.position();
    from = backward ? from : from + length;
    to = backward ? to - length : to;
    return end > 0 || (backward && to > from && readBlock());
  }

  /** A line that grows by parts of it, in the order in which they are read; bytes that are too many are dropped. */
  private static final class Line {
    // Of a line that is read backward, all is in here backward, too.
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    boolean isEmpty() {
      return bytes.size() == 0;
    }

    void add(byte[] block, int from, int to, boolean backward) {
      int room = MOST - bytes.size();
      if (!backward) {
        bytes.write(block, from, Math.min(room, to - from));
        return;
      }
      byte[] part = Arrays.copyOfRange(block, Math.max(from, to - room), to);
      bytes.writeBytes(reversed(part));
    }

    byte[] bytes(boolean backward) {
      return backward ? reversed(bytes.toByteArray()) : bytes.toByteArray();
    }

    private static byte[] reversed(byte[] bytes) {
      for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
        byte swapped = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = swapped;
      }
      return bytes;
    }
  }
}
