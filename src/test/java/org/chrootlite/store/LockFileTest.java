package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockFileTest {
  @TempDir Path home;
  private StateDirectory state;

  @BeforeEach
  void open() throws IOException {
    state = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
  }

  @Test
  void anExclusiveLockExcludesAllOthersOfThisProcess() throws IOException {
    LockFile.Held first = state.lock("x").exclusive("test");
    assertTrue(state.lock("x").tryExclusive("test").isEmpty());
    state.lock("y").tryExclusive("test").orElseThrow().close();
    first.close();
    state.lock("x").tryExclusive("test").orElseThrow().close();
  }

  @Test
  void theSameFileByAnotherPathIsTheSameLock() throws IOException {
    StateDirectory detour = StateDirectory.open(home.resolve("locks/.."), HostUser.current().uid(), Waiting.UNTOLD);
    LockFile.Held first = state.lock("x").exclusive("test");
    assertTrue(detour.lock("x").tryExclusive("test").isEmpty());
    first.close();
    detour.lock("x").tryExclusive("test").orElseThrow().close();
  }

  @Test
  void sharedLocksGoTogetherAndTheLastOneFreesTheFile() throws IOException {
    LockFile.Held first = state.lock("x").shared("test");
    LockFile.Held second = state.lock("x").shared("test");
    first.close();
    first.close();
    assertTrue(state.lock("x").tryExclusive("test").isEmpty());
    second.close();
    state.lock("x").tryExclusive("test").orElseThrow().close();
  }

  @Test
  void whoWaitsGetsTheLockWhenItIsFree() throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      LockFile.Held first = state.lock("x").exclusive("test");
      Future<LockFile.Held> second = threads.submit(() -> state.lock("x").exclusive("test"));
      assertThrows(TimeoutException.class, () -> second.get(100, TimeUnit.MILLISECONDS));
      first.close();
      second.get().close();
    }
  }

  @Test
  void whoWaitsCanBeInterrupted() throws Exception {
    LockFile.Held first = state.lock("x").exclusive("test");
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<LockFile.Held> second = threads.submit(() -> state.lock("x").exclusive("test"));
      assertThrows(TimeoutException.class, () -> second.get(100, TimeUnit.MILLISECONDS));
      threads.shutdownNow();
      ExecutionException failure = assertThrows(ExecutionException.class, second::get);
      assertInstanceOf(InterruptedIOException.class, failure.getCause());
      first.close();
    }
  }

  @Test
  void noTwoThreadsAreInsideAtOnce() throws Exception {
    int[] inside = {0};
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      tasks.add(
          () -> {
            LockFile.Held lock = state.lock("x").exclusive("test");
            try (lock) {
              int before = inside[0];
              Thread.sleep(1);
              inside[0] = before + 1;
              return inside[0];
            }
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
    assertEquals(200, inside[0]);
  }

  @Test
  void anotherProcessIsExcludedUntilItsKilledHolderIsGone() throws Exception {
    try (ChildJvm child = new ChildJvm(Holder.class, home.toString(), "exclusive")) {
      assertEquals("held", child.readLine());
      assertTrue(state.lock("x").tryExclusive("test").isEmpty());
      child.kill();
      state.lock("x").exclusive("test").close();
    }
  }

  @Test
  void twoProcessesWaitForEachOthersLocksInDifferentThreads() throws Exception {
    LockFile.Held y = state.lock("y").exclusive("test");
    try (ChildJvm child = new ChildJvm(Holder.class, home.toString(), "exclusive", "y");
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      assertEquals("held", child.readLine());
      assertTrue(String.valueOf(child.readLine()).startsWith("waits for test (pid "));
      Future<LockFile.Held> x = threads.submit(() -> state.lock("x").exclusive("test"));
      Thread.sleep(20);
      assertFalse(x.isDone(), "it waits, and what looks like a deadlock is not its end");
      y.close();
      assertEquals("waits no more", child.readLine());
      assertEquals("both", child.readLine());
      child.kill();
      x.get().close();
    }
  }

  @Test
  void aSharedLockOfAnotherProcessAdmitsSharedOnes() throws Exception {
    try (ChildJvm child = new ChildJvm(Holder.class, home.toString(), "shared")) {
      assertEquals("held", child.readLine());
      assertTrue(state.lock("x").tryExclusive("test").isEmpty());
      LockFile.Held shared = state.lock("x").shared("test");
      // Had a second descriptor been closed, the kernel would have dropped this one's lock too.
      state.lock("x").shared("test").close();
      child.kill();
      assertFalse(state.lock("x").tryExclusive("test").isPresent());
      shared.close();
      state.lock("x").exclusive("test").close();
    }
  }

  @Test
  void slotsAreLentLowestFirstAcrossProcesses() throws Exception {
    UidSlots slots = state.uidSlots();
    try (ChildJvm child = new ChildJvm(Holder.class, home.toString(), "uid")) {
      assertEquals("0", child.readLine());
      UidSlots.Slot one = slots.acquire();
      UidSlots.Slot two = slots.acquire();
      assertEquals(2_000_000_001L, one.uid());
      assertEquals(2_000_000_002L, two.uid());
      one.close();
      try (UidSlots.Slot again = slots.acquire()) {
        assertEquals(1, again.number());
      }
      child.kill();
      try (UidSlots.Slot freed = slots.acquire()) {
        assertEquals(0, freed.number());
      }
      two.close();
    }
  }
}
