package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  @TempDir Path directory;

  @Test
  void aProgramThatIsStillOpenForWritingIsStartedWhenItIsClosed() throws Exception {
    Path program = Files.copy(Path.of("/bin/true"), directory.resolve("program"));
    OutputStream writer = Files.newOutputStream(program, StandardOpenOption.APPEND);
    ProcessBuilder builder = new ProcessBuilder(program.toString());
    IOException busy = assertThrows(IOException.class, builder::start);
    try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
      Future<?> closed = later.schedule(
          () -> {
            writer.close();
            return null;
          },
          100,
          TimeUnit.MILLISECONDS);
      assertEquals(0, Supervisor.startWhenClosed(builder).waitFor(), busy.toString());
      closed.get();
    }
  }

  @Test
  void aProgramThatIsMissingIsAnErrorAtOnce() {
    long begin = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(directory.resolve("missing").toString());
    assertThrows(IOException.class, () -> Supervisor.startWhenClosed(builder));
    assertEquals(0, (System.nanoTime() - begin) / 3_000_000_000L);
  }
}
