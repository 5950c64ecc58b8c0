package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code .ci/needs}, which says before all tests what they lack, and installs it. */
final class NeedsIT {
  private static final Path NEEDS = Path.of(".ci/needs").toAbsolutePath();

  @TempDir Path directory;

  /** A directory of programs that hides those of the host, but for the ones in /usr/sbin. */
  private Path tools = Path.of("");

  @BeforeEach
  void makeTools() throws IOException {
    tools = Files.createDirectory(directory.resolve("tools"));
  }

  private void program(String name, String text) throws IOException {
    Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Caller.Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(NEEDS.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    return Caller.finish(builder);
  }

  private Map<String, String> bare() {
    return Map.of("PATH", tools.toString(), "XDG_CACHE_HOME", directory.toString());
  }

  @Test
  void nothingIsMissingWhereTheTestsRun() throws Exception {
    assertEquals(new Caller.Outcome(0, "", ""), run(Map.of()));
    assertEquals(new Caller.Outcome(0, "", ""), run(Map.of(), "install"), "nothing to install");
  }

  @Test
  void allThatIsMissingIsListedWithOneLineToInstallIt() throws Exception {
    Caller.Outcome outcome = run(bare());
    assertEquals(1, outcome.exit());
    assertTrue(outcome.err().startsWith("The tests need what is not installed here:\n  mvn\n  gcc\n"), outcome.err());
    assertTrue(outcome.err().contains("\n  kernels for virtual machines\n"), outcome.err());
    List<String> lines = outcome.err().lines().filter(line -> line.contains("apt-get install")).toList();
    assertEquals(1, lines.size(), outcome.err());
    String start = "  sudo apt-get install --no-install-recommends maven gcc make binutils ";
    assertTrue(lines.getFirst().startsWith(start), outcome.err());
  }

  @Test
  void whatIsThereIsNotListed() throws Exception {
    program("gcc", "exit 0");
    String err = run(bare()).err();
    assertFalse(err.contains("  gcc\n"), err);
    assertFalse(err.contains(" maven gcc "), err);
    assertTrue(err.contains(" maven make "), err);
  }

  @Test
  void whatIsMissingIsInstalledByOneCall() throws Exception {
    program("sudo", "exec \"$@\"");
    program("env", "shift; exec \"$@\"");
    program("apt-get", "echo apt-get \"$@\"");
    Caller.Outcome outcome = run(bare(), "install");
    assertEquals(0, outcome.exit(), outcome.err());
    List<String> calls = outcome.err().lines().toList();
    assertEquals(2, calls.size(), outcome.err());
    assertEquals("apt-get update -qq", calls.get(0));
    String start = "apt-get install -y -qq --no-install-recommends maven gcc make binutils ";
    assertTrue(calls.get(1).startsWith(start), outcome.err());
  }

  @Test
  void theShellScriptsPassShellcheck() {
    assertEquals("", Command.output("shellcheck", "chroot-lite", ".ci/fetch-kernels", ".ci/needs", ".ci/run"));
  }
}
