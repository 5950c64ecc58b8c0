package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script with the jar that was just built and a real Java, in a copy: a test never changes the build itself. */
class RealStartIT {
  @TempDir static Path directory;
  private static Path checkout;
  private static Result first;

  private record Result(int code, String out, String err) {}

  @BeforeAll
  static void copyTheBuildAndStartItOnce() throws Exception {
    checkout = directory.resolve("a copy");
    Files.createDirectories(checkout.resolve("target/lib"));
    Files.copy(Path.of("chroot-lite"), checkout.resolve("chroot-lite"));
    for (String source : List.of("target/lib", "target")) {
      try (Stream<Path> jars = Files.list(Path.of(source))) {
        for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
          Files.copy(jar, checkout.resolve(jar));
        }
      }
    }
    Path hello = Path.of("examples/01-hello/sandbox.yaml"); // what the training runs
    Files.createDirectories(checkout.resolve("examples/01-hello"));
    Files.copy(hello, checkout.resolve(hello));
    first = run("\"$0\" --version");
  }

  /** Runs a shell command whose $0 is the script. */
  private static Result run(String shell) throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    Process process =
        new ProcessBuilder("bash", "-c", shell, checkout.resolve("chroot-lite").toString())
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void theFirstStartMakesTheCacheAndSaysSo() throws IOException {
    assertEquals(0, first.code(), first.err());
    assertEquals("chroot-lite: preparing fast starts ...\n", first.err());
    assertTrue(first.out().matches("chroot-lite [0-9][^\\n]*\\n"), first.out());
    String log = Files.readString(checkout.resolve("target/training.log"));
    assertFalse(log.contains("training: "), log);
    assertFalse(Files.exists(checkout.resolve("target/training")), "the training's home is left");
  }

  @Test
  void laterStartsAreSilentAndUseTheCache() throws Exception {
    assertEquals(new Result(0, first.out(), ""), run("\"$0\" --version"));
    // AOTMode=on: the JVM refuses to start where it cannot use the cache.
    String trace = "bash -x \"$0\" --version 2>&1 >/dev/null | sed -n 's/^+ exec \\(.*java.*AOTCache\\)/\\1/p'";
    Result strict = run("eval \"$(" + trace + " | sed 's/-Xlog:disable/-XX:AOTMode=on/')\"");
    assertEquals(new Result(0, first.out(), ""), strict);
  }

  @Test
  void anUnusableCacheIsSilentToo() throws Exception {
    try (Stream<Path> files = Files.walk(checkout.resolve("target/aot"))) {
      for (Path cache : files.filter(Files::isRegularFile).toList()) {
        byte[] good = Files.readAllBytes(cache);
        Files.write(cache, "no cache at all".getBytes(StandardCharsets.UTF_8));
        assertEquals(new Result(0, first.out(), ""), run("\"$0\" --version"));
        Files.write(cache, good);
      }
    }
  }

  @Test
  void aReaderThatGoesAwayIsNoError() throws Exception {
    Result result = run("\"$0\" --help | true; echo ${PIPESTATUS[0]}");
    assertEquals(new Result(0, "0\n", ""), result);
  }

  @Test
  void outputThatIsLostIsAnError() throws Exception {
    Result result = run("\"$0\" --help >/dev/full");
    assertEquals(2, result.code());
    assertTrue(result.err().startsWith("chroot-lite: cannot write to standard output: "), result.err());
  }

  @Test
  void wrongUseEndsWith2() throws Exception {
    assertEquals(2, run("\"$0\" no-such-command").code());
  }

  @Test
  void aNameThatIsNotAsciiSurvivesTheCLocale() throws Exception {
    assertTrue(run("LC_ALL=C \"$0\" grüße").err().contains("\"grüße\""));
  }
}
