package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputPumpTest {
  private static final long TIMEOUT = 30_000;

  private final AtomicInteger exceeded = new AtomicInteger();
  private final ByteArrayOutputStream to = new ByteArrayOutputStream();

  private OutputPump.Budget budget(long bytes) {
    return new OutputPump.Budget(bytes, exceeded::incrementAndGet);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  private static void carry(InputStream from, OutputStream to, OutputPump.Budget budget) throws InterruptedException {
    OutputPump.start("test", from, to, budget).finish(TIMEOUT);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "99, 0", "100, 0", "101, 1", "65536, 1", "1000000, 1"})
  void whatIsPrintedIsCutExactlyAtTheLimit(int printed, int timesExceeded) throws Exception {
    OutputPump.Budget budget = budget(100);
    carry(new ByteArrayInputStream(bytes(printed)), to, budget);
    assertArrayEquals(Arrays.copyOf(bytes(printed), Math.min(100, printed)), to.toByteArray());
    assertEquals(timesExceeded, exceeded.get());
    assertEquals(timesExceeded > 0, budget.isExceeded());
  }

  @Test
  void twoStreamsShareOneBudgetAndExceedItOnce() throws Exception {
    OutputPump.Budget budget = budget(100);
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    carry(new ByteArrayInputStream(bytes(60)), to, budget);
    assertFalse(budget.isExceeded());
    carry(new ByteArrayInputStream(bytes(60)), other, budget);
    carry(new ByteArrayInputStream(bytes(60)), to, budget);
    assertEquals(60, to.size());
    assertArrayEquals(bytes(40), other.toByteArray());
    assertEquals(1, exceeded.get());
  }

  @Test
  void aLimitOfZeroLetsNothingThrough() throws Exception {
    carry(new ByteArrayInputStream(bytes(1)), to, budget(0));
    assertEquals(0, to.size());
    assertEquals(1, exceeded.get());
  }

  @Test
  void theScriptIsReadToItsEndWhenNobodyReadsAnyMore() throws Exception {
    InputStream from = new ByteArrayInputStream(bytes(1_000_000));
    AtomicInteger writes = new AtomicInteger();
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            writes.incrementAndGet();
            throw new IOException("Broken pipe");
          }
        };
    OutputPump.Budget budget = budget(Long.MAX_VALUE);
    carry(from, gone, budget);
    assertEquals(-1, from.read());
    assertEquals(1, writes.get());
    assertFalse(budget.isExceeded());
  }

  @Test
  void theLimitHoldsAlsoWhenNobodyReadsAnyMore() throws Exception {
    OutputPump.Budget budget = budget(100);
    carry(new ByteArrayInputStream(bytes(1000)), OutputStream.nullOutputStream(), budget);
    assertTrue(budget.isExceeded());
  }

  @Test
  void whatWasReadBeforeTheStreamBrokeIsCarried() throws Exception {
    InputStream breaking =
        new InputStream() {
          private int left = 10;

          @Override
          public int read() throws IOException {
            throw new IOException("only in chunks");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
              throw new IOException("Stream closed");
            }
            buffer[offset] = (byte) left--;
            return 1;
          }
        };
    carry(breaking, to, budget(100));
    assertArrayEquals(new byte[] {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, to.toByteArray());
  }
}
