package org.chrootlite.compile.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.chrootlite.linux.Architecture;

/**
 * Writes an executable for 64-bit little-endian machines: code, read-only data and zeroed memory.
 *
 * <p>Nothing is padded. A file offset and its address must agree modulo the page size, so both segments that have
 * content begin with the file itself: the first ends after the code and is executable, the second holds the whole file
 * and is only readable. No segment is both writable and executable.
 */
public final class ElfWriter {
  /** The size of all headers: at this offset, and this far behind each segment's address, the code begins. */
  public static final int HEADERS_SIZE = 64 + 4 * 56;

  /** Pages are at most this large: aarch64 kernels may use 64 KiB. */
  private static final int LARGEST_PAGE = 0x10000;

  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int ET_EXEC = 2;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private ElfWriter() {}

  /**
   * The addresses of the three segments, each a multiple of 64 KiB.
   *
   * @param writable the highest: kernels before 6.6 find memory without content only behind all else
   */
  public record Addresses(long code, long data, long writable) {}

  /**
   * The executable's bytes. It starts with the first byte of the code.
   *
   * @param writableSize bytes of zeroed memory
   */
  public static byte[] write(
      Architecture architecture, Addresses addresses, byte[] code, byte[] data, int writableSize) {
    int codeEnd = HEADERS_SIZE + code.length;
    int size = codeEnd + data.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(file, architecture, addresses.code + HEADERS_SIZE);
    programHeader(file, PT_LOAD, READ | EXECUTE, addresses.code, codeEnd, codeEnd);
    programHeader(file, PT_LOAD, READ, addresses.data, size, size);
    programHeader(file, PT_LOAD, READ | WRITE, addresses.writable, 0, writableSize);
    programHeader(file, PT_GNU_STACK, READ | WRITE, 0, 0, 0);
    return file.put(code).put(data).array();
  }

  private static void header(ByteBuffer file, Architecture architecture, long entry) {
    int version = 1;
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, (byte) version, 0}).putLong(0);
    file.putShort((short) ET_EXEC).putShort((short) architecture.elfMachine()).putInt(version);
    file.putLong(entry).putLong(64).putLong(0).putInt(0);
    file.putShort((short) 64).putShort((short) 56).putShort((short) 4);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
  }

  private static void programHeader(ByteBuffer file, int type, int flags, long address, long fileSize, long size) {
    file.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
    file.putLong(fileSize).putLong(size).putLong(LARGEST_PAGE);
  }
}
