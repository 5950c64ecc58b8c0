package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chrootlite.cli.Invoked;
import org.chrootlite.host.HostUser;
import org.chrootlite.testing.Command;

/**
 * A state directory whose commands are killed before one of the steps by which they change it, and that can be made
 * what it was before. The steps are the calls that {@code killer.c} numbers.
 */
final class Victim {
  /** A call that changes something; {@code rename} has the old path. */
  record Step(String call, Path path) {}

  private static final int KILLED = 128 + 9;
  private static final String KILLER = "src/test/resources/scenario/killer.c";

  private static final Map<String, Path> KILLERS = new ConcurrentHashMap<>();

  private final Caller caller;
  private final Path directory;
  private final Path killer;

  Victim(Caller caller) throws IOException {
    this.caller = caller;
    this.directory = caller.directory();
    this.killer = KILLERS.computeIfAbsent(caller.toString(), name -> killer(caller));
  }

  /** The library that kills, where this caller can read it. */
  private static Path killer(Caller caller) {
    try {
      Path killer = caller.directory().resolve("killer.so");
      String gcc = "gcc -O1 -shared -fPIC -Wall -Wextra -Werror -o '%s' '%s'".formatted(killer, KILLER);
      Command.output("sh", "-c", gcc);
      return killer;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where his manifests are. */
  Path directory() {
    return directory;
  }

  /** His state directory. */
  Path home() {
    return caller.home(directory);
  }

  /** Unlike any other process's argument. */
  String mark() {
    return "mark-" + directory.getFileName();
  }

  /** Runs a command to its end: in this process, where this is his, as that takes no start. */
  Caller.Outcome run(String... arguments) throws IOException, InterruptedException {
    if (caller.isRoot() == HostUser.current().isRoot()) {
      List<String> all = new ArrayList<>(List.of(arguments));
      all.addAll(1, List.of("--home", home().toString()));
      Invoked invoked = Invoked.of(all.toArray(String[]::new));
      return new Caller.Outcome(invoked.code(), invoked.out(), invoked.err());
    }
    return Caller.finish(prepare(arguments));
  }

  /** The same, of a command that must succeed. */
  String ok(String... arguments) throws IOException, InterruptedException {
    Caller.Outcome outcome = run(arguments);
    assertEquals(0, outcome.exit(), () -> String.join(" ", arguments) + ": " + outcome);
    return outcome.out();
  }

  private ProcessBuilder prepare(String... arguments) {
    return caller.prepare(directory, arguments).redirectInput(Path.of("/dev/null").toFile());
  }

  private ProcessBuilder prepareToKill(String... arguments) {
    ProcessBuilder java = prepare(arguments);
    java.environment().put("LD_PRELOAD", killer.toString());
    java.environment().put("KILL_BELOW", home().toString());
    return java;
  }

  /** All steps of a command that is not killed, and must succeed. */
  List<Step> steps(String... arguments) throws IOException, InterruptedException {
    Path log = directory.resolve("steps");
    Files.deleteIfExists(log);
    ProcessBuilder java = prepareToKill(arguments);
    java.environment().put("KILL_LOG", log.toString());
    Caller.Outcome outcome = Caller.finish(java);
    assertEquals(0, outcome.exit(), outcome.toString());
    List<Step> steps = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      int space = line.indexOf(' ');
      steps.add(new Step(line.substring(0, space), Path.of(line.substring(space + 1))));
    }
    return steps;
  }

  /** Kills a command before its step of this number, from 1; false where it came to its end before. */
  boolean kill(int step, String... arguments) throws IOException, InterruptedException {
    ProcessBuilder java = prepareToKill(arguments);
    java.environment().put("KILL_AT", Integer.toString(step));
    Caller.Outcome outcome = Caller.finish(java);
    if (outcome.exit() != 0) {
      assertEquals(KILLED, outcome.exit(), outcome.toString());
    }
    return outcome.exit() == KILLED;
  }

  /** Remembers what there is, but for prepared trees: they know when they are copies. */
  void save() {
    Path saved = saved();
    Command.output("sh", "-c", "rm -rf '" + saved + "' && cp -a '" + home() + "' '" + saved + "' && rm -rf '" + saved
        + "/rootfs'");
  }

  /** Makes it what it was, but for prepared trees: those that are there stay. */
  void restore() {
    Path home = home();
    String keep = "find '" + home + "' -mindepth 1 -maxdepth 1 ! -name rootfs -exec rm -rf {} +";
    Command.output("sh", "-c", keep + " && cp -a '" + saved() + "/.' '" + home + "'");
  }

  /** A tree. */
  static void delete(Path tree) {
    Command.output("rm", "-rf", tree.toString());
  }

  private Path saved() {
    return directory.resolve("saved");
  }
}
