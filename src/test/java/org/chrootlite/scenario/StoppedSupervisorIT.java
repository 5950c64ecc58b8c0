package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process of chroot-lite that is stopped measures nothing, so its script must not run meanwhile. */
final class StoppedSupervisorIT {
  /** Counts in a file of a writable mount, so that its progress can be seen from the host. */
  private static final String COUNTER =
      """
      mounts: [{source: out, target: /out, readOnly: false}]
      limits: {memory: 64MB, wallTime: %s}
      scripts:
        count: {run: '%si=0; while [ "$i" -lt %d ]; do i=$((i + 1)); echo "$i" >>/out/count; sleep 0.01; done'}
      """;

  /** Orphans that init has to reap, far more often than it looks at its supervisor. */
  private static final String ORPHANS = "while :; do (: &); done & ";

  private static Process start(Box box, String wallTime, String first, int rounds) throws Exception {
    Path out = Files.createDirectory(box.directory().resolve("out"));
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    box.manifest(COUNTER.formatted(wallTime, first, rounds));
    Process process = box.prepare("run", "-f", "sandbox.yaml", "count").start();
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (count(box) < 3) {
      assertTrue(process.isAlive() && System.nanoTime() < giveUp, "the script does not count");
      Thread.sleep(10);
    }
    return process;
  }

  private static int count(Box box) throws Exception {
    Path file = box.directory().resolve("out/count");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  private static void signal(Process process, String signal) {
    Command.output("kill", "-" + signal, Long.toString(process.pid()));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aStreamOfOrphansDoesNotKeepInitFromLooking(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Process process = start(box, "60s", ORPHANS, 100);
    signal(process, "STOP");
    Thread.sleep(200);
    int stopped = count(box);
    Thread.sleep(500);
    assertEquals(stopped, count(box), "it went on");
    signal(process, "CONT");
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it stayed stopped");
    assertEquals(0, process.exitValue());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theScriptStopsAndGoesOnWithIt(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Process process = start(box, "60s", "", 100);
    signal(process, "STOP");
    Thread.sleep(200);
    int stopped = count(box);
    Thread.sleep(1000);
    assertEquals(stopped, count(box), "it went on");
    signal(process, "CONT");
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it stayed stopped");
    assertEquals(0, process.exitValue());
    assertEquals(100, count(box));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theWallTimeGoesOnMeanwhile(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Process process = start(box, "2s", "", 10_000);
    signal(process, "STOP");
    Thread.sleep(3000);
    int ended = count(box);
    signal(process, "CONT");
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it stayed stopped");
    assertEquals(124, process.exitValue());
    assertEquals(ended, count(box));
  }
}
