package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an ELF object says about the objects that it needs; 64-bit, little-endian. See elf(5) and ld.so(8).
 *
 * @param machine {@code e_machine}: 62 is x86-64, 183 is aarch64
 * @param interpreter {@code PT_INTERP}: the program that loads this one
 * @param needed {@code DT_NEEDED}, in order
 * @param rpath {@code DT_RPATH}, split at colons
 * @param runpath {@code DT_RUNPATH}, split at colons
 */
record ElfFile(
    int machine, Optional<String> interpreter, List<String> needed, List<String> rpath, List<String> runpath) {
  private static final int MAGIC = 0x464C457F;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int DYNAMIC_ENTRY_SIZE = 16;
  private static final int DT_NULL = 0;
  private static final int DT_NEEDED = 1;
  private static final int DT_STRTAB = 5;
  private static final int DT_RPATH = 15;
  private static final int DT_RUNPATH = 29;
  // Far more than any linker makes, and little enough to read from a file that lies about its sizes.
  private static final int MAX_PROGRAM_HEADERS = 1024;
  private static final int MAX_DYNAMIC_ENTRIES = 4096;
  private static final int MAX_STRING = 4096;

  /** Copies the lists. */
  ElfFile {
    needed = List.copyOf(needed);
    rpath = List.copyOf(rpath);
    runpath = List.copyOf(runpath);
  }

  /** A part of a file: {@code length} bytes at {@code offset}, or fewer where the file ends. */
  @FunctionalInterface
  private interface Source {
    ByteBuffer read(long offset, int length) throws IOException;
  }

  /** A program header that matters here. */
  private record Segment(int type, long offset, long address, long size, long memory) {}

  /** A number of the dynamic section. */
  private record Dynamic(long tag, long value) {}

  /**
   * Reads a regular file.
   *
   * @return empty when it is no 64-bit little-endian ELF object
   * @throws MalformedElfException when it is one and its tables point outside the file
   */
  static Optional<ElfFile> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(of(channel));
    } catch (MalformedElfException e) {
      throw new MalformedElfException(file + ": " + e.getMessage());
    }
  }

  /** As {@link #read(Path)}, from memory. */
  static Optional<ElfFile> read(byte[] bytes) throws IOException {
    return read(of(bytes));
  }

  /**
   * What the kernel maps of a program, whatever its other tables say.
   *
   * @return empty when it is no 64-bit little-endian ELF object
   * @throws MalformedElfException when its program headers lie outside the file
   */
  static Optional<ProgramSize> size(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return size(of(channel));
    }
  }

  /** As {@link #size(Path)}, from memory. */
  static Optional<ProgramSize> size(byte[] bytes) throws IOException {
    return size(of(bytes));
  }

  private static Optional<ProgramSize> size(Source source) throws IOException {
    ByteBuffer header = part(source, 0, HEADER_SIZE);
    if (!isElf(header)) {
      return Optional.empty();
    }
    ProgramSize size = ProgramSize.NONE;
    for (Segment segment : segments(source, header)) {
      if (segment.type == PT_LOAD) {
        size = size.plus(segment.memory);
      }
    }
    return Optional.of(size);
  }

  private static Source of(FileChannel channel) {
    return (offset, length) -> {
      ByteBuffer buffer = ByteBuffer.allocate(length);
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
        // Reads on until the buffer is full or the file ends.
      }
      return buffer.flip();
    };
  }

  private static Source of(byte[] bytes) {
    return (offset, length) -> {
      int from = (int) Math.min(offset, bytes.length);
      return ByteBuffer.wrap(bytes, from, Math.min(length, bytes.length - from)).slice();
    };
  }

  private static boolean isElf(ByteBuffer header) {
    return header.remaining() >= HEADER_SIZE
        && header.getInt(0) == MAGIC
        && header.get(4) == CLASS_64
        && header.get(5) == LITTLE_ENDIAN;
  }

  private static Optional<ElfFile> read(Source source) throws IOException {
    ByteBuffer header = part(source, 0, HEADER_SIZE);
    if (!isElf(header)) {
      return Optional.empty();
    }
    int machine = Short.toUnsignedInt(header.getShort(18));
    List<Segment> segments = segments(source, header);
    Optional<String> interpreter = Optional.empty();
    List<Dynamic> dynamic = List.of();
    for (Segment segment : segments) {
      if (segment.type == PT_INTERP) {
        interpreter = Optional.of(string(source, segment.offset));
      } else if (segment.type == PT_DYNAMIC) {
        dynamic = dynamic(source, segment);
      }
    }
    List<String> needed = strings(source, segments, dynamic, DT_NEEDED);
    return Optional.of(
        new ElfFile(
            machine,
            interpreter,
            needed,
            split(strings(source, segments, dynamic, DT_RPATH)),
            split(strings(source, segments, dynamic, DT_RUNPATH))));
  }

  private static List<Segment> segments(Source source, ByteBuffer header) throws IOException {
    long offset = header.getLong(32);
    int size = Short.toUnsignedInt(header.getShort(54));
    int count = Short.toUnsignedInt(header.getShort(56));
    if (count == 0) {
      return List.of();
    }
    if (size != PROGRAM_HEADER_SIZE || count > MAX_PROGRAM_HEADERS) {
      throw new MalformedElfException("impossible program headers");
    }
    ByteBuffer table = whole(source, offset, count * PROGRAM_HEADER_SIZE);
    List<Segment> segments = new ArrayList<>();
    for (int at = 0; at < table.limit(); at += PROGRAM_HEADER_SIZE) {
      segments.add(
          new Segment(
              table.getInt(at),
              table.getLong(at + 8),
              table.getLong(at + 16),
              table.getLong(at + 32),
              table.getLong(at + 40)));
    }
    return segments;
  }

  private static List<Dynamic> dynamic(Source source, Segment segment) throws IOException {
    long count = Long.divideUnsigned(segment.size, DYNAMIC_ENTRY_SIZE);
    if (count < 0 || count > MAX_DYNAMIC_ENTRIES) {
      throw new MalformedElfException("impossible dynamic section");
    }
    ByteBuffer table = whole(source, segment.offset, (int) count * DYNAMIC_ENTRY_SIZE);
    List<Dynamic> entries = new ArrayList<>();
    for (int at = 0; at < table.limit() && table.getLong(at) != DT_NULL; at += DYNAMIC_ENTRY_SIZE) {
      entries.add(new Dynamic(table.getLong(at), table.getLong(at + 8)));
    }
    return entries;
  }

  private static List<String> strings(Source source, List<Segment> segments, List<Dynamic> dynamic, int tag)
      throws IOException {
    List<String> strings = new ArrayList<>();
    for (Dynamic entry : dynamic) {
      if (entry.tag == tag) {
        strings.add(string(source, stringTable(segments, dynamic) + entry.value));
      }
    }
    return strings;
  }

  /** The dynamic section has the table's address in memory; the segment that is loaded there tells where it is. */
  private static long stringTable(List<Segment> segments, List<Dynamic> dynamic) throws MalformedElfException {
    for (Dynamic entry : dynamic) {
      if (entry.tag == DT_STRTAB) {
        for (Segment segment : segments) {
          long into = entry.value - segment.address;
          if (segment.type == PT_LOAD && into >= 0 && into < segment.size) {
            return segment.offset + into;
          }
        }
      }
    }
    throw new MalformedElfException("no string table");
  }

  private static String string(Source source, long offset) throws IOException {
    ByteBuffer bytes = part(source, offset, MAX_STRING);
    for (int length = 0; length < bytes.remaining(); length++) {
      if (bytes.get(length) == 0) {
        // Host file names are taken byte by byte as Latin-1 only to be compared: real ones are ASCII.
        return StandardCharsets.ISO_8859_1.decode(bytes.slice(0, length)).toString();
      }
    }
    throw new MalformedElfException("a string without an end");
  }

  private static ByteBuffer whole(Source source, long offset, int length) throws IOException {
    ByteBuffer bytes = part(source, offset, length);
    if (bytes.remaining() < length) {
      throw new MalformedElfException("a table beyond the end of the file");
    }
    return bytes;
  }

  private static ByteBuffer part(Source source, long offset, int length) throws IOException {
    if (offset < 0 || offset > Long.MAX_VALUE - length) {
      throw new MalformedElfException("an impossible offset");
    }
    return source.read(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<String> split(List<String> paths) {
    List<String> directories = new ArrayList<>();
    for (String path : paths) {
      for (String directory : path.split(":", -1)) {
        if (!directory.isEmpty()) {
          directories.add(directory);
        }
      }
    }
    return directories;
  }
}
