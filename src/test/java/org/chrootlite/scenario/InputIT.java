package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Standard input: what a run takes from its caller's, and what a script can do with its own. */
final class InputIT {
  private static final String SCRIPTS =
      """
      limits: {wallTime: 30s}
      scripts:
        deaf: {run: "echo heard nothing"}
        two: {run: "read a; read b; echo got $a $b"}
        copy: {command: [cat]}
        own: {run: "cat", stdin: {text: "its own"}}
      """;

  /** Runs a shell command in which {@code "$@"} is a chroot-lite that runs the script. */
  private static Caller.Outcome shell(Box box, String line, String... arguments) throws Exception {
    ProcessBuilder run = box.prepare(arguments);
    List<String> command = new ArrayList<>(List.of("bash", "-c", line, "bash"));
    command.addAll(run.command());
    return Caller.finish(run.command(command).redirectInput(Path.of("/dev/null").toFile()));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRunThatReadsNothingLeavesALoopItsInput(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    String loop = "while read x; do echo $x; \"$@\"; done";
    String expected = "1\nheard nothing\n2\nheard nothing\n3\nheard nothing\n";
    Files.writeString(box.directory().resolve("lines"), "1\n2\n3\n");
    for (String line : List.of("printf '1\\n2\\n3\\n' | " + loop, loop + " <lines")) {
      assertEquals(new Caller.Outcome(0, expected, ""), shell(box, line, "run", "deaf"), line);
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theNextProgramReadsWhatTheScriptLeft(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    Files.writeString(box.directory().resolve("lines"), "a\nb\nc\nd\n");
    Files.writeString(
        box.directory().resolve("pair.py"),
        """
        import socket, subprocess, sys
        ours, given = socket.socketpair()
        ours.sendall(open("lines", "rb").read())
        ours.shutdown(socket.SHUT_WR)
        subprocess.run(["sh", "-c", '"$@"; cat', "sh"] + sys.argv[1:], stdin=given)
        """);
    String socket = "python3 pair.py \"$@\"";
    for (String line : List.of("cat lines | { \"$@\"; cat; }", "{ \"$@\"; cat; } <lines", socket)) {
      assertEquals(new Caller.Outcome(0, "got a b\nc\nd\n", ""), shell(box, line, "run", "two"), line);
    }
    String much = "seq 200000 | { \"$@\"; wc -l; }";
    assertEquals(new Caller.Outcome(0, "got 1 2\n199998\n", ""), shell(box, much, "run", "two"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void withNoStdinTheCallersInputIsNotTouched(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    String line = "printf 'left\\n' | { \"$@\"; cat; }";
    assertEquals(new Caller.Outcome(0, "left\n", ""), shell(box, line, "run", "--no-stdin", "copy"));
    assertEquals(new Caller.Outcome(0, "its ownleft\n", ""), shell(box, line, "run", "--no-stdin", "own"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aFileAsInputCanBeMappedButNotWritten(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path file = Files.writeString(box.directory().resolve("input"), "of a file\n");
    Files.writeString(
        box.directory().resolve("probe.py"),
        """
        import fcntl, mmap, os
        print(mmap.mmap(0, 0, prot=mmap.PROT_READ)[:].decode(), end="")
        print(os.lseek(0, 5, os.SEEK_SET), os.read(0, 4).decode())
        try:
          os.fchmod(0, 0o600)
        except OSError:
          pass
        try:
          again = os.open("/dev/stdin", os.O_RDWR)
          os.write(again, b"changed")
          print("written")
        except OSError:
          print("refused")
        """);
    box.manifest(
        """
        rootfs: {template: python}
        limits: {wallTime: 30s}
        scripts:
          probe: {file: probe.py, interpreter: [python3], stdin: input}
        """);
    assertEquals(new Caller.Outcome(0, "of a file\n5 file\nrefused\n", ""), box.run("run", "probe"));
    assertEquals("of a file\n", Files.readString(file));
  }
}
