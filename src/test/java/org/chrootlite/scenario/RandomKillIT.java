package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Launchers, pids 1 and JVMs are killed at random, 500 times, while scripts fork daemons, write, keep pipes and take
 * memory. Now and then we look: no process is left, no mount, no control group, no temporary file; and no run was said
 * to be ok that did not come to its end.
 *
 * <p>{@code -Dkill.seed=N} makes the choices of a run that failed once more; what the kernel makes of them is chance.
 */
final class RandomKillIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int KILLS = 500;

  /** How many JVMs are at work at a time, and after how many we look at what is left. */
  private static final int AT_A_TIME = 3;

  private static final int UNTIL_WE_LOOK = 15;

  private static final long SEED = Long.getLong("kill.seed", System.nanoTime() & 0xffffff);

  /** What is left of a run is known by a number that is in the arguments of every process. */
  private static final String SCRIPTS =
      """
      limits: {memory: 100MB, processes: 50, disk: 8MB, output: 1MB, wallTime: 20s}
      scripts:
        daemons:
          run: |
            setsid sh -c 'trap "" TERM HUP; sleep 99.MARK & setsid sleep 99.MARK & wait' MARK &
            (sleep 99.MARK &); sleep 0.01; echo done
        writer:
          run: |
            for d in /tmp /work /dev/shm /; do head -c 200000 /dev/zero > $d/MARK; done; sleep 0.01; echo done
          artifacts: [/work/MARK]
        pipes:
          run: |
            mkfifo /tmp/fifo; sh -c 'sleep 99.MARK | cat - MARK' > /tmp/fifo & sleep 99.MARK < /tmp/fifo &
            sleep 0.01; echo done
        memory:
          run: |
            sh -c 'x=$(head -c 3000000 /dev/zero | tr "\\0" x); sleep 99.MARK' MARK & sleep 0.02; echo done
        talker:
          run: |
            i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i + 1)); done; echo done
        hello: {run: echo done}
      """;

  private static final String KEPT =
      """
      rootfs: {writes: keep}
      limits: {wallTime: 20s}
      scripts:
        put:
          run: |
            echo line >> /kept; sleep 99.MARK & sleep 0.01; echo done
      """;

  /** One caller's sandboxes, and all that must be gone. */
  private record Hunt(
      Caller caller,
      Path directory,
      Path temporary,
      String mark,
      String mounts,
      Set<String> ids,
      AtomicInteger repairs) {
    static Hunt of(Caller caller) throws IOException, InterruptedException {
      Path directory = caller.directory();
      String mark = directory.getFileName().toString().replaceAll("\\D", "");
      Hunt hunt =
          new Hunt(
              caller,
              directory,
              caller.directory(),
              mark,
              HostView.mounts(),
              ConcurrentHashMap.newKeySet(),
              new AtomicInteger());
      Files.writeString(directory.resolve("box.yaml"), Place.sandbox("box", SCRIPTS.replace("MARK", mark)));
      Files.writeString(directory.resolve("kept.yaml"), Place.sandbox("kept", KEPT.replace("MARK", mark)));
      Caller.Outcome applied = caller.run(directory, "apply", ".");
      assertEquals(0, applied.exit(), applied.toString());
      return hunt;
    }

    Remains remains() {
      return new Remains(caller.home(directory));
    }

    /** Runs all scripts again and again, three at a time. */
    ProcessBuilder prepare() {
      ProcessBuilder builder =
          caller.prepare(
              directory, "run", "box/*", "kept/put", "--repeat", "200", "--parallel", "3", "-o", "json", "--", mark);
      builder.command().add(builder.command().indexOf("-cp"), "-Djava.io.tmpdir=" + temporary);
      return builder.redirectInput(Path.of("/dev/null").toFile());
    }

    Assassin.Toll kill(int number) throws IOException, InterruptedException {
      Path out = Files.createTempFile("killed", ".out");
      Path err = Files.createTempFile("killed", ".err");
      try {
        Process jvm = prepare().redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        Assassin.Toll toll = new Assassin(jvm, mark, new Random(SEED * 1_000_003 + number)).work();
        ids.addAll(begun());
        assertResults(Files.readString(out));
        for (String complaint : Files.readAllLines(err)) {
          assertTrue(complaint.startsWith("chroot-lite: waiting for run of kept/put "), complaint);
        }
        return toll;
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    }

    /** The runs that are not over, or that nobody has cleaned up after. */
    private Set<String> begun() throws IOException {
      Set<String> begun = new TreeSet<>();
      for (String name : remains().names("running")) {
        begun.add(name.replaceFirst("\\..*", ""));
      }
      return begun;
    }

    private void assertNothingLeft() throws IOException, InterruptedException {
      for (int i = 0; i < 500 && !HostView.commandsWith(mark).isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertEquals("", HostView.commandsWith(mark));
      repairs.addAndGet(remains().names("running").isEmpty() ? 0 : 1);
      // The next command repairs what the killed ones could not.
      for (String job : List.of("hello", "put")) {
        assertEquals(new Caller.Outcome(0, "done\n", ""), caller.run(directory, "run", job));
      }
      remains().assertNothingPassing();
      assertEquals(mounts, HostView.mounts());
      try (Stream<Path> files = Files.list(temporary)) {
        assertEquals(List.of(), files.toList());
      }
      Map<String, Integer> times = new TreeMap<>();
      for (JsonNode entry : Box.results(caller.run(directory, "history", "-o", "json"))) {
        if (entry.has("run")) {
          times.merge(entry.get("run").asString(), 1, Integer::sum);
        }
      }
      times.forEach((run, count) -> assertEquals(1, count, run + " is on record more than once"));
      ids.addAll(times.keySet());
      List<Path> groups = new ArrayList<>(HostView.controlGroups());
      groups.removeIf(group -> ids.stream().noneMatch(id -> group.endsWith("chroot-lite-" + id)));
      assertEquals(List.of(), groups);
    }

    private static void assertResults(String printed) {
      for (String line : printed.lines().toList()) {
        if (line.endsWith("}")) {
          assertResult(JSON.readTree(line));
        }
      }
    }

    private static void assertResult(JsonNode result) {
      String verdict = result.get("verdict").asString();
      assertTrue(Set.of("ok", "setup-error").contains(verdict), result.toString());
      if (verdict.equals("ok")) {
        assertTrue(result.get("stdout").asString().endsWith("done\n"), result.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whoeverIsKilledNothingIsLeft(Caller caller) throws Exception {
    System.out.println("whom to kill is chosen by -Dkill.seed=" + SEED);
    int wanted = (int) (KILLS / Caller.all().count());
    Hunt hunt = Hunt.of(caller);
    Assassin.Toll toll = Assassin.Toll.NONE;
    for (int next = 0; toll.total() < wanted; next += UNTIL_WE_LOOK) {
      toll = toll.plus(killSome(hunt, next));
      hunt.assertNothingLeft();
    }
    System.out.println(caller + ": " + toll);
    assertTrue(hunt.repairs.get() > 0, "there was never anything to repair");
    int fewest = wanted / 8;
    assertTrue(toll.launchers() >= fewest && toll.inits() >= fewest && toll.jvms() >= fewest, toll::toString);
    Caller.Outcome cleanup = caller.run(hunt.directory, "cleanup", "--yes");
    assertEquals(0, cleanup.exit(), cleanup.toString());
    hunt.remains().assertEmpty();
  }

  private static Assassin.Toll killSome(Hunt hunt, int first) throws Exception {
    AtomicInteger next = new AtomicInteger(first);
    List<Future<Assassin.Toll>> futures = new ArrayList<>();
    try (ExecutorService assassins = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (int i = 0; i < UNTIL_WE_LOOK; i++) {
        futures.add(assassins.submit(() -> hunt.kill(next.getAndIncrement())));
      }
    }
    Assassin.Toll toll = Assassin.Toll.NONE;
    for (Future<Assassin.Toll> future : futures) {
      toll = toll.plus(future.get());
    }
    return toll;
  }
}
