package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.Launcher;
import org.chrootlite.model.Limits;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of the host stand in for launchers: what they report is an empty file. */
class CancellationTest {
  private static final Launcher LAUNCHER = Given.launcher("name: box\nscripts: {hello: {command: [/bin/true]}}\n");
  private static final int SIGTERM = 128 + 15;

  @TempDir Path directory;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @BeforeEach
  void makeTheStatusFile() throws Exception {
    Files.createFile(directory.resolve("status"));
  }

  private Supervisor start(String program, String... arguments) throws Exception {
    Files.deleteIfExists(directory.resolve(Launcher.SUPERVISOR));
    return Supervisor.start(
        new Start(
            LAUNCHER,
            program,
            directory,
            Optional.empty(),
            Optional.empty(),
            List.of(arguments),
            Limits.NONE,
            new Input.Nothing(),
            output,
            new ByteArrayOutputStream(),
            Optional.empty()));
  }

  @Test
  void whoHoldsTheOutputsPipeFromOutsideDoesNotHoldTheRun() throws Exception {
    long begin = System.nanoTime();
    Observation seen = start("/bin/sh", "-c", "sleep 60 & echo $!").await();
    long seconds = (System.nanoTime() - begin) / 1_000_000_000L;
    long pid = Long.parseLong(output.toString(StandardCharsets.UTF_8).strip());
    ProcessHandle holder = ProcessHandle.of(pid).orElseThrow();
    assertTrue(holder.isAlive(), "it still holds the pipe");
    holder.destroyForcibly();
    assertEquals(0, seen.launcherExit());
    assertTrue(seconds < 30, () -> "waited for " + seconds + " s");
  }

  @Test
  void aRunThatNobodyCancelsEndsByItself() throws Exception {
    Observation seen = start("/bin/sh", "-c", "echo done; exit 3").await();
    assertFalse(seen.cancelled());
    assertEquals(3, seen.launcherExit());
    assertEquals("done\n", output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aLauncherHasNoEnvironmentAndRunsInItsDirectory() throws Exception {
    String look = "tr '\\0' '\\n' < /proc/self/environ | grep -v '^PWD='; /bin/readlink /proc/self/cwd";
    start("/bin/sh", "-c", look).await();
    assertEquals(directory.toRealPath() + "\n", output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void allThatGoesOnEnds() throws Exception {
    Cancellation cancellation = new Cancellation();
    Supervisor one = start("/bin/sleep", "60");
    Supervisor other = start("/bin/sleep", "60");
    cancellation.add(one);
    cancellation.add(other);
    assertFalse(cancellation.isCancelled());
    cancellation.cancel();
    assertTrue(cancellation.isCancelled());
    for (Supervisor supervisor : List.of(one, other)) {
      Observation seen = supervisor.await();
      assertTrue(seen.cancelled());
      assertEquals(SIGTERM, seen.launcherExit());
    }
  }

  @Test
  void whatBeginsAfterwardsEndsAtOnce() throws Exception {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Supervisor late = start("/bin/sleep", "60");
    cancellation.add(late);
    assertTrue(late.await().cancelled());
  }

  @Test
  void aRunThatIsOverIsForgotten() throws Exception {
    Cancellation cancellation = new Cancellation();
    Supervisor supervisor = start("/bin/sleep", "0.2");
    cancellation.add(supervisor);
    cancellation.remove(supervisor);
    cancellation.cancel();
    Observation seen = supervisor.await();
    assertFalse(seen.cancelled());
    assertEquals(0, seen.launcherExit());
  }

  @Test
  void aLauncherThatDoesNotMindSigtermIsKilled() throws Exception {
    Supervisor supervisor = start("/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done");
    Thread cancel =
        Thread.startVirtualThread(
            () -> {
              while (output.size() == 0) {
                Thread.onSpinWait();
              }
              supervisor.cancel();
            });
    Observation seen = supervisor.await();
    cancel.join();
    assertEquals(128 + 9, seen.launcherExit());
  }
}
