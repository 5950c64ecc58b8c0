package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LockHoldersTest {
  private static final String TIME = "\\d\\d:\\d\\d:\\d\\d";

  @TempDir Path home;
  private final BlockingQueue<Optional<String>> told = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private StateDirectory state;

  @BeforeEach
  void open() throws IOException {
    state = StateDirectory.open(home, HostUser.current().uid(), told::add);
  }

  @AfterEach
  void end() {
    threads.close();
  }

  private Future<LockFile.Held> waiter() {
    return threads.submit(() -> state.lock("x").exclusive("delete of a"));
  }

  private String told() throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow().orElse("it is over");
  }

  private ChildJvm sharing(String purpose) throws IOException {
    ChildJvm child = new ChildJvm(Holder.class, home.toString(), "shared", purpose);
    assertEquals("held", child.readLine());
    return child;
  }

  @Test
  void whoWaitsForAThreadIsToldItsPurpose() throws Exception {
    LockFile.Held first = state.lock("x").exclusive("apply of\nmanifests/");
    Future<LockFile.Held> second = waiter();
    String who = told();
    String expected = "apply of\\?manifests/ \\(pid " + ProcessHandle.current().pid() + ", since " + TIME + "\\)";
    assertTrue(who.matches(expected), who);
    first.close();
    second.get().close();
    assertEquals("it is over", told());
    assertEquals(0, told.size());
  }

  @Test
  void whoWaitsShortlyIsToldNothing() throws Exception {
    LockFile.Held first = state.lock("x").exclusive("apply");
    Future<LockFile.Held> second = waiter();
    Thread.sleep(50);
    first.close();
    second.get().close();
    assertEquals(0, told.size());
  }

  @Test
  void whoWaitsForSeveralProcessesIsToldOfAllThatLive() throws Exception {
    List<ChildJvm> children = new ArrayList<>();
    try {
      for (String purpose : List.of("run a/one", "run a/dead", "run a/two")) {
        children.add(sharing(purpose));
      }
      children.get(1).kill();
      Future<LockFile.Held> waiter = waiter();
      String who = told();
      assertTrue(who.matches("run a/one \\(pid \\d+, since .{8}\\), run a/two \\(pid \\d+, since .{8}\\)"), who);
      children.get(0).kill();
      who = told();
      assertTrue(who.matches("run a/two \\(pid \\d+, since .{8}\\)"), who);
      children.get(2).kill();
      waiter.get().close();
      assertEquals("it is over", told());
    } finally {
      children.forEach(ChildJvm::close);
    }
  }

  @Test
  void whoHoldsItWithoutAWordIsAnotherCommand() throws Exception {
    Files.createFile(home.resolve("locks/x"));
    try (ChildJvm silent =
        new ChildJvm(Holder.class, home.toString(), "first version", home.resolve("locks/x").toString())) {
      assertEquals("held", silent.readLine());
      Future<LockFile.Held> waiter = waiter();
      assertEquals("another command", told());
      silent.kill();
      waiter.get().close();
    }
  }

  @Test
  void ofManyHoldersThreeAreNamed() throws Exception {
    List<LockFile.Held> all = new ArrayList<>();
    for (int i = 0; i < HolderTexts.PLACES + 5; i++) {
      all.add(state.lock("x").shared("run " + i));
    }
    Future<LockFile.Held> waiter = waiter();
    String who = told();
    String expected = "run 0 \\(.*\\), run 1 \\(.*\\), run 2 \\(.*\\), and " + (all.size() - 3) + " more";
    assertTrue(who.matches(expected), who);
    assertEquals((long) HolderTexts.PLACES * HolderTexts.SIZE, Files.size(home.resolve("locks/x")));
    for (LockFile.Held each : all) {
      each.close();
    }
    waiter.get().close();
  }

  @Test
  void sharedLocksThatOverlapDoNotKeepAnExclusiveOneWaitingForEver() throws Exception {
    try (ChildJvm one = new ChildJvm(Sharer.class, home.toString());
        ChildJvm two = new ChildJvm(Sharer.class, home.toString());
        ChildJvm three = new ChildJvm(Sharer.class, home.toString())) {
      for (ChildJvm each : List.of(one, two, three)) {
        assertEquals("held", each.readLine());
      }
      for (int i = 0; i < 10; i++) {
        state.lock("x").exclusive("cleanup").close();
      }
      assertEquals(0, told.size(), "not even long");
    }
  }

  /** A process that holds the lock nearly always. */
  static final class Sharer {
    private Sharer() {}

    public static void main(String[] arguments) throws Exception {
      StateDirectory state = StateDirectory.open(Path.of(arguments[0]), HostUser.current().uid(), Waiting.UNTOLD);
      for (int i = 0; true; i++) {
        LockFile.Held lock = state.lock("x").shared("run");
        try (lock) {
          if (i == 0) {
            System.out.println("held");
          }
          Thread.sleep(20);
        }
      }
    }
  }

  @Test
  void anInterruptedThreadDoesNotCostOthersTheirLocks() throws Exception {
    LockFile.Held first = state.lock("x").shared("run 0");
    for (int i = 0; i < 20; i++) {
      Thread.currentThread().interrupt();
      state.lock("x").shared("run 1").close();
      assertTrue(Thread.interrupted());
    }
    assertEquals(Optional.empty(), state.lock("x").tryExclusive("delete"));
    try (ChildJvm other = new ChildJvm(Holder.class, home.toString(), "exclusive")) {
      String who = String.valueOf(other.readLine());
      assertTrue(who.startsWith("waits for run 0 (pid " + ProcessHandle.current().pid()), who);
    }
    first.close();
    state.lock("x").tryExclusive("delete").orElseThrow().close();
  }
}
