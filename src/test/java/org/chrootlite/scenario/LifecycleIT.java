package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chrootlite.linux.Signal;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** However a run ends, nothing is left of it: no process, no mount, no directory. */
final class LifecycleIT {
  private static final String SCRIPTS =
      """
      limits: {wallTime: 1m}
      scripts:
        hello: {run: echo hello}
        long: {run: "echo started; sleep MARK & wait"}
        trap: {run: "trap 'echo bye; exit 3' TERM; echo started; sleep MARK & wait"}
      """;

  /** Unlike any other process's argument. It is one of all that belongs to a run here, from the JVM to the script. */
  private static String mark(Caller caller) {
    return "48." + ProcessHandle.current().pid() + (caller.isRoot() ? "1" : "2");
  }

  private static Box box(Caller caller) throws IOException {
    return Box.of(caller).manifest(SCRIPTS.replace("MARK", mark(caller)));
  }

  private static ProcessBuilder prepare(Caller caller, Box box, String... arguments) {
    List<String> run = new ArrayList<>(List.of("run"));
    run.addAll(List.of(arguments));
    run.addAll(List.of("--", mark(caller)));
    return box.prepare(run.toArray(String[]::new)).redirectInput(Path.of("/dev/null").toFile());
  }

  /** Starts a run and waits until its script has begun. */
  private static Process start(Caller caller, Box box, String script) throws IOException {
    return started(prepare(caller, box, script));
  }

  private static Process started(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    byte[] started = process.getInputStream().readNBytes("started\n".length());
    assertEquals("started\n", new String(started, StandardCharsets.UTF_8));
    return process;
  }

  private static int end(Process process) throws InterruptedException {
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
    return process.exitValue();
  }

  private static String rest(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Asserts that nothing is left, once the next run has cleaned up what a killed one could not. */
  private static void assertNothingLeft(Caller caller, Box box, String mounts) throws Exception {
    for (int i = 0; i < 100 && !HostView.commandsWith(mark(caller)).isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertEquals("", HostView.commandsWith(mark(caller)));
    assertEquals(mounts, HostView.mounts());
    assertEquals(new Caller.Outcome(0, "hello\n", ""), box.run("run", "hello"));
    try (Stream<Path> left = Files.list(box.home().resolve("running"))) {
      assertEquals(List.of(), left.toList());
    }
    try (Stream<Path> all = Files.list(box.home())) {
      List<String> known =
          List.of(
              "launchers", "locks", "rootfs", "running", "runs", "version", "checked", "files", "layers",
              "history.jsonl", "sandboxes.jsonl");
      List<String> strange = new ArrayList<>(all.map(path -> path.getFileName().toString()).toList());
      strange.removeAll(known);
      assertEquals(List.of(), strange);
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aSignalEndsTheRunAndLetsTheScriptSayItsLastWords(Caller caller) throws Exception {
    Box box = box(caller);
    String mounts = HostView.mounts();
    for (Signal signal : List.of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGQUIT, Signal.SIGTERM)) {
      Process process = start(caller, box, "trap");
      Command.output("kill", "-" + signal.number(), Long.toString(process.pid()));
      assertEquals(128 + signal.number(), end(process));
      assertEquals("bye\n", rest(process));
      assertNothingLeft(caller, box, mounts);
    }
  }

  /** As nohup(1) starts a command, and a shell without job control starts one in the background. */
  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void signalsThatWereIgnoredAtTheStartStayIgnored(Caller caller) throws Exception {
    Box box = box(caller);
    String mounts = HostView.mounts();
    List<String> background = List.of("env", "--ignore-signal=HUP,INT,QUIT");
    String[] run = {"run", "-f", "sandbox.yaml", "trap", "--", mark(caller)};
    Process process = started(caller.prepareIn(background, box.directory(), run));
    for (Signal signal : List.of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGQUIT)) {
      Command.output("kill", "-" + signal.number(), Long.toString(process.pid()));
      assertFalse(process.waitFor(300, TimeUnit.MILLISECONDS), signal + " ended the run");
    }
    Command.output("kill", "-" + Signal.SIGTERM.number(), Long.toString(process.pid()));
    assertEquals(128 + Signal.SIGTERM.number(), end(process));
    assertEquals("bye\n", rest(process));
    assertNothingLeft(caller, box, mounts);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void killingUsAtAnyMomentLeavesNothing(Caller caller) throws Exception {
    Box box = box(caller);
    String mounts = HostView.mounts();
    box.run("run", "hello");
    long began = System.nanoTime();
    Process running = start(caller, box, "long");
    long start = System.nanoTime() - began;
    running.toHandle().destroyForcibly();
    end(running);
    assertNothingLeft(caller, box, mounts);
    // From the start of the JVM to the script's first words and beyond; where no launcher was caught, the sweep proves
    // nothing, so on a machine that has become slower it goes on.
    int caught = 0;
    for (int part = 2; part < 9 || (caught == 0 && part < 40); part++) {
      Process process = prepare(caller, box, "long").start();
      TimeUnit.NANOSECONDS.sleep(start * part / 5);
      caught += HostView.children(process.pid()).isEmpty() ? 0 : 1;
      process.toHandle().destroyForcibly();
      end(process);
    }
    // Then at the very moment at which a launcher appears.
    for (int i = 0; i < 3; i++) {
      Process process = prepare(caller, box, "long").start();
      while (HostView.children(process.pid()).isEmpty() && process.isAlive()) {
        Thread.onSpinWait();
      }
      process.toHandle().destroyForcibly();
      end(process);
      caught++;
    }
    assertTrue(caught >= 4, "caught " + caught);
    assertNothingLeft(caller, box, mounts);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void killingALauncherOrItsInitIsReportedAndLeavesNothing(Caller caller) throws Exception {
    Box box = box(caller);
    String mounts = HostView.mounts();
    for (boolean killInit : new boolean[] {false, true}) {
      Process process = prepare(caller, box, "-o", "json", "long").start();
      long victim = launcher(process, killInit);
      Command.output("kill", "-KILL", Long.toString(victim));
      assertEquals(125, end(process));
      JsonNode result = Box.results(new Caller.Outcome(125, rest(process), "")).getFirst();
      assertEquals("setup-error", result.get("verdict").asString(), result.toString());
      assertTrue(result.get("evidence").asString().contains("launcher"), result.toString());
      assertNothingLeft(caller, box, mounts);
    }
  }

  /** The host's pid of outer, or of the sandbox's pid 1, when the script sleeps. */
  private static long launcher(Process process, boolean init) throws Exception {
    for (int i = 0; i < 500; i++) {
      Optional<Long> outer = HostView.children(process.pid()).stream().findFirst();
      if (outer.isPresent()) {
        Optional<Long> first = HostView.children(outer.get()).stream().findFirst();
        if (first.isPresent() && !HostView.children(first.get()).isEmpty()) {
          return init ? first.get() : outer.get();
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("there is no launcher");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void manyAtATimeDoNotDisturbEachOther(Caller caller) throws Exception {
    Box box = box(caller);
    String mounts = HostView.mounts();
    box.run("run", "hello");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      processes.add(prepare(caller, box, "hello").redirectErrorStream(true).start());
    }
    for (Process process : processes) {
      assertEquals("hello\n", rest(process));
      assertEquals(0, end(process));
    }
    Caller.Outcome repeated = box.run("run", "hello", "--parallel", "4", "--repeat", "40", "-o", "json");
    assertEquals("", repeated.err());
    List<JsonNode> results = Box.results(repeated);
    assertEquals(40, results.stream().filter(result -> result.get("verdict").asString().equals("ok")).count());
    assertEquals(40, results.stream().map(result -> result.get("run").asString()).distinct().count());
    assertNothingLeft(caller, box, mounts);
  }
}
