package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes in and out of a script, byte for byte, and what callers do with its ends. */
final class StreamsIT {
  private static final String SCRIPTS =
      """
      limits: {wallTime: 30s}
      scripts:
        copy: {command: [cat]}
        ask: {run: "read word; echo got $word"}
        deaf: {run: "sleep 0.3; echo done"}
        large: {run: "head -c 100000000 /dev/zero"}
        some: {run: "head -c 180000 /dev/zero"}
        own: {run: "cat", stdin: {text: "its own"}}
        ownText: {run: "cat /dev/stdin", stdin: {text: "its own"}}
        again: {run: "cat /dev/stdin; echo out >/dev/stdout; echo err >/dev/stderr; echo fd >/proc/self/fd/1"}
        code: {run: "exit 42"}
        endless: {command: ["yes"]}
        complaints: {run: "exec yes >&2"}
        stubborn: {run: "trap '' PIPE; yes 2>/dev/null || true; echo survived >&2; exit 7"}
        signal: {run: "kill -SEGV $$"}
      """;

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void bytesPassAsTheyAre(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    byte[] bytes = new byte[3_000_001];
    new Random(7).nextBytes(bytes);
    Path input = Files.write(box.directory().resolve("input"), bytes);
    Path output = box.directory().resolve("output");

    Process process = box.prepare("run", "copy").redirectInput(input.toFile()).redirectOutput(output.toFile()).start();

    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertArrayEquals(bytes, Files.readAllBytes(output));
    assertEquals(new Caller.Outcome(0, "its own", ""), box.run("run", "own"));
    assertEquals(new Caller.Outcome(42, "", ""), box.run("run", "code"));
    assertEquals(139, box.run("run", "signal").exit());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptOpensItsStreamsByTheirNames(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path input = Files.writeString(box.directory().resolve("input"), "of a file\n");
    box.manifest(SCRIPTS + "  ownFile: {run: cat /dev/stdin, stdin: input}\n");

    ProcessBuilder again = box.prepare("run", "again").redirectInput(input.toFile());
    assertEquals(new Caller.Outcome(0, "of a file\nout\nfd\n", "err\n"), Caller.finish(again));
    assertEquals(new Caller.Outcome(0, "of a file\n", ""), box.run("run", "ownFile"));
    assertEquals(new Caller.Outcome(0, "its own", ""), box.run("run", "ownText"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void inputArrivesBeforeItEndsAndNeedNotBeRead(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    Process asking = box.prepare("run", "ask").start();
    OutputStream input = asking.getOutputStream();
    input.write("word\n".getBytes(StandardCharsets.UTF_8));
    input.flush();
    Process deaf = box.prepare("run", "deaf").start();

    // Neither input is at its end.
    assertTrue(asking.waitFor(30, TimeUnit.SECONDS), "it waits for the end of its input");
    assertEquals("got word\n", new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertTrue(deaf.waitFor(30, TimeUnit.SECONDS), "it waits for input that the script does not want");
    assertEquals("done\n", new String(deaf.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, deaf.exitValue());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void muchOutputAndSlowReadersLoseNothing(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    ProcessBuilder large = box.prepare("run", "large").redirectError(ProcessBuilder.Redirect.INHERIT);
    large.environment().put("JDK_JAVA_OPTIONS", "-Xmx48m");
    Process process = large.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertEquals(100_000_000, count(process.getInputStream()));
    assertEquals(0, process.waitFor());

    Process slow = box.prepare("run", "some").start();
    Thread.sleep(3_500); // longer than any drain: the script is over, its last words are still in pipes
    assertEquals(180_000, count(slow.getInputStream()));
    assertEquals(0, slow.waitFor());
  }

  private static long count(InputStream stream) throws Exception {
    byte[] chunk = new byte[1 << 16];
    long count = 0;
    for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
      count += read;
    }
    return count;
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aReaderThatGoesAwayEndsTheScriptBySigpipe(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    for (String script : new String[] {"endless", "complaints"}) {
      Process process = box.prepare("run", script).start();
      boolean isOutput = script.equals("endless");
      InputStream read = isOutput ? process.getInputStream() : process.getErrorStream();
      InputStream other = isOutput ? process.getErrorStream() : process.getInputStream();
      assertEquals("y\ny\n", new String(read.readNBytes(4), StandardCharsets.UTF_8));
      read.close();
      assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it goes on");
      assertEquals(141, process.exitValue());
      assertEquals("", new String(other.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptThatHandlesTheEndOfItsReaderGoesOn(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    Process process = box.prepare("run", "stubborn").start();
    assertEquals(10, process.getInputStream().readNBytes(10).length);
    process.getInputStream().close();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it hangs");
    assertEquals(7, process.exitValue());
    assertEquals("survived\n", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void anArgumentThatIsNotUtf8IsRefusedBeforeAnythingRuns(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    ProcessBuilder run = box.prepare("run", "code", "--");
    run.environment().put("LC_ALL", "C.UTF-8");
    List<String> shell = List.of("sh", "-c", "exec \"$@\" \"$(printf 'caf\\351')\"", "sh");
    Caller.Outcome outcome = Caller.finish(run.command(Stream.concat(shell.stream(), run.command().stream()).toList()));
    assertEquals(new Caller.Outcome(125, "", "chroot-lite: argument 6 is not UTF-8: caf\\xe9\n"), outcome);
    assertFalse(Files.exists(box.home()));
  }
}
