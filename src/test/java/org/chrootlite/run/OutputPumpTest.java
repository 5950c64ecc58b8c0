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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
    OutputPump.start("test", from, to, budget).finish(TIMEOUT, () -> false);
  }

  /** Gives what it has, and then nothing, until the script's last words come from elsewhere. */
  private static final class Held extends InputStream {
    private final ByteArrayInputStream first;
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch heard = new CountDownLatch(1);
    private boolean wasRead;

    Held(byte[] first) {
      this.first = new ByteArrayInputStream(first);
    }

    @Override
    public int read() throws IOException {
      throw new IOException("only in chunks");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int read = first.read(buffer, offset, length);
      if (read >= 0) {
        return read;
      }
      if (wasRead) {
        heard.countDown();
        return -1;
      }
      try {
        released.await();
      } catch (InterruptedException e) {
        return -1;
      }
      wasRead = true;
      buffer[offset] = '!';
      return 1;
    }
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
  void theScriptsEndIsClosedWhenTheReaderIsGone() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    InputStream from =
        new ByteArrayInputStream(bytes(1_000_000)) {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
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
    assertTrue(from.available() > 0, "what the script prints later is not read");
    assertEquals(1, closed.get());
    assertEquals(1, writes.get());
    assertFalse(budget.isExceeded());
  }

  @Test
  void whoHoldsTheStreamFromOutsideIsNotWaitedForNorHeard() throws Exception {
    Held held = new Held(bytes(1000));
    OutputPump.Budget budget = budget(1000);
    OutputPump pump = OutputPump.start("test", held, to, budget);
    pump.finish(50, () -> false);
    assertArrayEquals(bytes(1000), to.toByteArray());
    held.released.countDown();
    // The pump lets go of the stream without another look at it.
    assertFalse(held.heard.await(100, TimeUnit.MILLISECONDS));
    assertArrayEquals(bytes(1000), to.toByteArray());
    assertFalse(budget.isExceeded(), "what an outsider prints counts for nothing");
  }

  @Test
  void whoReadsSlowlyGetsAllOfIt() throws Exception {
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("only in chunks");
          }

          @Override
          public void write(byte[] buffer, int offset, int length) {
            LockSupport.parkNanos(150_000_000);
            to.write(buffer, offset, length);
          }
        };
    byte[] all = bytes(300_000);
    OutputPump.start("test", new ByteArrayInputStream(all), slow, budget(Long.MAX_VALUE)).finish(100, () -> false);
    assertArrayEquals(all, to.toByteArray());
  }

  @Test
  void whoReadsSlowlyAndHasCancelledIsNotWaitedFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("only in chunks");
          }

          @Override
          public void write(byte[] buffer, int offset, int length) throws IOException {
            written.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    OutputPump pump = OutputPump.start("test", new ByteArrayInputStream(bytes(10)), stuck, budget(Long.MAX_VALUE));
    written.await();
    pump.finish(10, () -> true);
    never.countDown();
  }

  @Test
  void theLimitHoldsAlsoForOutputThatIsThrownAway() throws Exception {
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
