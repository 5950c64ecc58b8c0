package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LayerWatchTest {
  private static final long LIMIT = 1000;

  /** A run whose layer is what a test says. */
  private static final class Given implements LayerWatch.Run {
    private volatile LayerUse use = use(0, "");
    private volatile long growth;
    private volatile boolean failing;
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch killed = new CountDownLatch(1);

    @Override
    public LayerUse measure(LayerMeter.Enough enough) {
      looks.incrementAndGet();
      if (failing) {
        throw new IllegalStateException("no look");
      }
      use = new LayerUse(use.bytes() + growth, use.inodes(), use.gap());
      return use;
    }

    @Override
    public void end() {
      asked.countDown();
    }

    @Override
    public void kill() {
      killed.countDown();
    }
  }

  private final Given run = new Given();

  private static LayerUse use(long bytes, String gap) {
    return new LayerUse(bytes, 1, gap.isEmpty() ? Optional.empty() : Optional.of(gap));
  }

  private static boolean happens(CountDownLatch event) throws InterruptedException {
    return event.await(30, TimeUnit.SECONDS);
  }

  private static boolean happened(CountDownLatch event) {
    return event.getCount() == 0;
  }

  @Test
  void aLayerAtItsLimitIsLeftAloneAndMeasuredAtTheEnd() throws Exception {
    run.use = use(LIMIT, "");
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    Thread.sleep(100);
    assertEquals(use(LIMIT, ""), watch.stop());
    assertFalse(happened(run.asked));
    run.use = use(LIMIT + 1, "");
    watch = LayerWatch.start(new Given(), LIMIT);
    assertEquals(use(0, ""), watch.stop());
  }

  @Test
  void aByteMoreEndsTheRunButDoesNotKillIt() throws Exception {
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    run.use = use(LIMIT + 1, "");
    assertTrue(happens(run.asked));
    Thread.sleep(200);
    assertFalse(happened(run.killed));
    assertEquals(use(LIMIT + 1, ""), watch.stop());
  }

  @Test
  void whoMakesRoomAfterwardsWasOverTheLimitAllTheSame() throws Exception {
    run.use = use(LIMIT + 1, "");
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    assertTrue(happens(run.asked));
    run.use = use(0, "");
    assertEquals(use(LIMIT + 1, ""), watch.stop());
  }

  @Test
  void whoWritesOnIsKilled() throws Exception {
    run.growth = 1;
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    run.use = use(LIMIT + 1, "");
    assertTrue(happens(run.killed));
    assertTrue(happened(run.asked));
    assertTrue(watch.stop().bytes() > LIMIT);
  }

  @Test
  void tooManyInodesEndTheRunToo() throws Exception {
    run.use = new LayerUse(0, LayerUse.inodes(LIMIT) + 1, Optional.empty());
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    assertTrue(happens(run.asked));
    assertEquals(run.use, watch.stop());
  }

  @Test
  void aGapIsBorneForAWhileOnly() throws Exception {
    long begin = System.nanoTime();
    run.use = use(0, "no entry");
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    assertTrue(happens(run.asked));
    assertTrue(System.nanoTime() - begin > 900_000_000L);
    assertEquals(use(0, "no entry"), watch.stop());
  }

  @Test
  void aRunThatCannotBeWatchedIsKilled() throws Exception {
    run.failing = true;
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    assertTrue(happens(run.killed));
    assertThrows(IllegalStateException.class, watch::stop);
  }

  @Test
  void itRestsBetweenTwoLooks() throws Exception {
    LayerWatch watch = LayerWatch.start(run, LIMIT);
    Thread.sleep(500);
    watch.stop();
    int looks = run.looks.get();
    assertTrue(looks > 1 && looks <= 27, () -> looks + " looks in half a second");
  }
}
