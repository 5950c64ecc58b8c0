package org.chrootlite.run;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.chrootlite.compile.Cells;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.machine.Image;

/** A status file, as a launcher writes it. */
final class Records {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Records failed(long address, int errno) {
    return add(Cells.FAILED, Cells.FAILED_SIZE, record -> record.putLong(8, address).putLong(16, -errno));
  }

  Records artifact(int index, int errno) {
    return add(Cells.ARTIFACT, Cells.ARTIFACT_SIZE, record -> record.putLong(8, index).putInt(16, -errno));
  }

  /** Started at 10.999999999 s, reaped at 13.000000001 s; 1.5 s of user and 0.25 s of system time; 2048 KiB. */
  Records ended(int status, boolean timedOut) {
    return add(Cells.ENDED, Cells.ENDED_SIZE, record -> end(record, status, timedOut));
  }

  private static void end(ByteBuffer record, int status, boolean timedOut) {
    record.putLong(Cells.ENDED_STATUS, 0xdeadbeef_00000000L | status);
    record.putLong(Cells.ENDED_TIMED_OUT, timedOut ? 1 : 0);
    record.putLong(Cells.ENDED_START, 10).putLong(Cells.ENDED_START + 8, 999_999_999);
    record.putLong(Cells.ENDED_STOP, 13).putLong(Cells.ENDED_STOP + 8, 1);
    record.putLong(Cells.ENDED_USAGE, 1).putLong(Cells.ENDED_USAGE + 8, 500_000);
    record.putLong(Cells.ENDED_USAGE + 16, 0).putLong(Cells.ENDED_USAGE + 24, 250_000);
    record.putLong(Cells.ENDED_USAGE + 32, 2048);
    // 16384 blocks of 4 KiB, of which 4096 are free; 900 inodes, of which 800 are
    int scratch = Cells.ENDED_SCRATCH;
    record.putLong(scratch + 8, 4096).putLong(scratch + 16, 16384).putLong(scratch + 24, 4096);
    record.putLong(scratch + 40, 900).putLong(scratch + 48, 800);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** The address of the first operation of the first step of this kind. */
  static long addressOf(Launcher launcher, Class<?> step) {
    for (long address = Image.DATA; address < Image.DATA + (1 << 20); address += Long.BYTES) {
      if (launcher.failureAt(address).filter(at -> step.isInstance(at.step())).isPresent()) {
        return address;
      }
    }
    throw new AssertionError("no operation of " + step);
  }

  private Records add(int kind, int size, Consumer<ByteBuffer> fill) {
    byte[] record = new byte[size];
    ByteBuffer words = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putLong(0, kind);
    fill.accept(words);
    bytes.writeBytes(record);
    return this;
  }
}
