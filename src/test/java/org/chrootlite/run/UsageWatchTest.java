package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UsageWatchTest {
  private static final long MB = 1_000_000;
  private static final long MS = 1_000_000;
  private static final Limits BOTH = limits("memory: 10MB, cpuTime: 1s");

  /** A run that uses what a test says. */
  private static final class Run implements UsageWatch.Run, Meter {
    private volatile Use use = new Use(MB, MS, 1, 0, 0);
    private volatile boolean isBroken;
    private volatile long lookTime;
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch prepared = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch killed = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Use look() throws IOException {
      looks.incrementAndGet();
      if (isBroken) {
        throw new IOException("no look");
      }
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long until = threads.getCurrentThreadCpuTime() + lookTime;
      while (threads.getCurrentThreadCpuTime() < until) {
        Thread.onSpinWait();
      }
      return use;
    }

    @Override
    public void prepareEnd() {
      prepared.countDown();
    }

    @Override
    public void end() {
      ended.countDown();
    }

    @Override
    public void kill() {
      killed.countDown();
    }

    @Override
    public void close() {
      closed.countDown();
    }

    void waitForLooks(int more) throws InterruptedException {
      int until = looks.get() + more;
      while (looks.get() < until) {
        Thread.sleep(1);
      }
    }
  }

  private final Run run = new Run();

  private static Limits limits(String limits) {
    return Given.sandboxes("name: box\nlimits: {" + limits + "}\nscripts: {x: {run: 'true'}}\n")
        .getFirst()
        .scripts()
        .getFirst()
        .limits();
  }

  private UsageWatch start(Limits limits) {
    return UsageWatch.start(run, run, limits, 2);
  }

  private static boolean happens(CountDownLatch event) throws InterruptedException {
    return event.await(30, TimeUnit.SECONDS);
  }

  private static boolean happened(CountDownLatch event) {
    return event.getCount() == 0;
  }

  @Test
  void whoUsesAllThatHeMayIsLeftAlone() throws Exception {
    run.use = new Use(10 * MB, 1000 * MS, 3, 7, 0);
    UsageWatch watch = start(BOTH);
    run.waitForLooks(20);
    assertEquals(new Watched(run.use, Optional.empty(), Optional.empty()), watch.stop());
    assertFalse(happened(run.ended) || happened(run.killed));
    assertTrue(happens(run.closed));
  }

  @Test
  void aByteMoreEndsTheRun() throws Exception {
    UsageWatch watch = start(BOTH);
    run.waitForLooks(2);
    assertFalse(happened(run.prepared));
    run.use = new Use(10 * MB + 1, MS, 1, 0, 0);
    assertTrue(happens(run.ended));
    assertTrue(happened(run.prepared));
    assertEquals(Optional.of(new Excess(LimitKind.MEMORY, 10 * MB + 1)), watch.stop().excess());
    assertTrue(happens(run.closed));
    assertFalse(happened(run.killed));
  }

  @Test
  void aNanosecondMoreEndsTheRun() throws Exception {
    run.use = new Use(MB, 1000 * MS + 1, 1, 0, 0);
    UsageWatch watch = start(BOTH);
    assertTrue(happens(run.ended));
    assertEquals(Optional.of(new Excess(LimitKind.CPU_TIME, 1000 * MS + 1)), watch.stop().excess());
  }

  @Test
  void memoryThatASecondLookDoesNotFindWasAMistake() throws Exception {
    Meter once =
        new Meter() {
          @Override
          public Use look() throws IOException {
            Use use = run.look();
            return run.looks.get() % 2 == 0 ? new Use(11 * MB, MS, 1, 0, 0) : use;
          }

          @Override
          public void close() {}
        };
    UsageWatch watch = UsageWatch.start(run, once, BOTH, 2);
    run.waitForLooks(20);
    assertEquals(new Watched(new Use(10 * MB, MS, 1, 0, 0), Optional.empty(), Optional.empty()), watch.stop());
    assertFalse(happened(run.ended));
  }

  @Test
  void thePeakOfEachIsKept() throws Exception {
    UsageWatch watch = start(Limits.NONE);
    run.use = new Use(9 * MB, MS, 1, 5, 0);
    run.waitForLooks(2);
    run.use = new Use(MB, 2 * MS, 8, 4, 0);
    run.waitForLooks(2);
    assertEquals(new Use(9 * MB, 2 * MS, 8, 5, 0), watch.stop().peak());
    run.use = new Use(99 * MB, 99 * MS, 99, 99, 0);
    assertTrue(happens(run.closed));
    assertEquals(new Use(9 * MB, 2 * MS, 8, 5, 0), watch.stop().peak());
  }

  @Test
  void whatCannotBeWatchedIsKilledAndSaysWhy() throws Exception {
    run.isBroken = true;
    UsageWatch watch = start(BOTH);
    assertTrue(happens(run.killed));
    assertEquals(Optional.of("what it uses could not be measured: no look"), watch.stop().failure());
    assertFalse(happened(run.ended));
  }

  @Test
  void whatHasNoLimitsMayGoOnUnseen() throws Exception {
    run.isBroken = true;
    UsageWatch watch = start(Limits.NONE);
    assertTrue(happens(run.closed));
    assertEquals(new Watched(Use.NONE, Optional.empty(), Optional.empty()), watch.stop());
    assertFalse(happened(run.killed));
  }

  @Test
  void aRunThatIsOverIsNotLookedAtAnyMore() throws Exception {
    UsageWatch watch = start(BOTH);
    assertEquals(new Watched(Use.NONE, Optional.empty(), Optional.empty()), watch.stop());
    assertTrue(happens(run.closed));
    run.use = new Use(99 * MB, 9999 * MS, 1, 0, 0);
    assertFalse(happened(run.ended));
  }

  @Test
  void itLooksOftenNearALimitAndSeldomFarFromIt() throws Exception {
    UsageWatch far = start(limits("memory: 10GB"));
    Thread.sleep(500);
    far.stop();
    int seldom = run.looks.get();
    assertTrue(seldom > 3 && seldom < 60, () -> seldom + " looks in half a second");
    run.use = new Use(10 * MB, 999 * MS, 1, 0, 0);
    UsageWatch near = start(BOTH);
    run.waitForLooks(100);
    near.stop();
  }

  @Test
  void lookingTakesOnlyAPartOfOneCpu() throws Exception {
    run.lookTime = 10 * MS;
    run.use = new Use(10 * MB, 999 * MS, 1, 0, 0);
    UsageWatch watch = start(BOTH);
    run.waitForLooks(8);
    int before = run.looks.get();
    Thread.sleep(900);
    watch.stop();
    int looks = run.looks.get() - before;
    assertTrue(looks <= 10, () -> looks + " looks of 10 ms in 900 ms");
  }
}
