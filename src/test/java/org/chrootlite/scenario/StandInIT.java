package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever chroot-lite itself was started with, a script finds the same. */
final class StandInIT {
  private static final String MANIFEST =
      """
      limits: {wallTime: 20s}
      scripts:
        probe: {file: probe}
        copy: {command: [cat]}
        hello: {run: "echo hello; echo error >&2"}
      """;

  /** Runs chroot-lite by a shell line in which {@code "$@"} stands for it. */
  private static Caller.Outcome under(Box box, String shell, String... arguments) throws Exception {
    ProcessBuilder builder = box.prepare(arguments);
    List<String> command = new ArrayList<>(List.of("bash", "-c", shell, "bash"));
    command.addAll(builder.command());
    return Caller.finish(builder.command(command).redirectInput(Path.of("/dev/null").toFile()));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void nothingIsInherited(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(MANIFEST);
    Path probe = box.program("probe");
    Path secret = Files.writeString(box.directory().resolve("secret"), "secret");
    String dirt = "exec 7<" + secret + " 8</ 9<>/dev/null 200</etc; trap '' HUP INT PIPE CHLD USR1;"
            + " umask 0777; ulimit -S -n 333; ";
    Caller.Outcome plain = box.run("run", "probe");

    Caller.Outcome dirty = under(box, dirt + "umask 077; exec \"$@\"", "run", "probe");
    Process outside = new ProcessBuilder("bash", "-c", dirt + "exec " + probe).start();
    Box.Answers seen = Box.Answers.of(new String(outside.getInputStream().readAllBytes(), StandardCharsets.UTF_8));

    assertTrue(seen.get("descriptors").contains("7=other 8=other 9=device"), seen.get("descriptors"));
    assertFalse(seen.get("SigIgn").equals("0".repeat(16)), "the control inherits");
    assertEquals("777", seen.get("umask"));
    assertEquals(0, dirty.exit(), dirty.err());
    assertEquals(withoutNamespaces(plain.out()), withoutNamespaces(dirty.out()));
  }

  private static String withoutNamespaces(String probed) {
    return String.join("\n", probed.lines().filter(line -> !line.startsWith("namespace ")).toList());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void closedStreamsAreNoWayIn(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(MANIFEST);
    box.program("probe");

    Caller.Outcome input = under(box, "exec \"$@\" <&-", "run", "copy");
    Caller.Outcome output = under(box, "exec \"$@\" >&-", "run", "hello");
    Caller.Outcome error = under(box, "exec \"$@\" 2>&-", "run", "hello");

    assertEquals(new Caller.Outcome(0, "", ""), input);
    assertEquals(125, output.exit());
    assertTrue(output.err().startsWith("error\nchroot-lite: cannot write to standard output"), output.err());
    assertEquals(new Caller.Outcome(0, "hello\n", ""), error);
  }
}
