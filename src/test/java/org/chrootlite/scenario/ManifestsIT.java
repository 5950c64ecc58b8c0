package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests that are useful as they are. */
final class ManifestsIT {
  private static final Path ALL = Path.of("manifests");
  private static final Map<Caller, Path> COPIES = new HashMap<>();

  /**
   * A use of a script.
   *
   * @param command the script, and its arguments after {@code --}
   * @param input what it reads
   * @param exit with which code it ends
   * @param output what it prints, as a regular expression
   */
  record Use(String manifest, String command, String input, int exit, String output) {
    @Override
    public String toString() {
      return manifest + " " + command;
    }
  }

  private static final String BUILD = "build-box.yaml";
  private static final String GRADER = "grader.yaml";
  private static final String PLAYGROUND = "python-playground.yaml";

  private static final List<Use> USES =
      List.of(
          new Use(BUILD, "check", "", 0, "hello from a compiler\n"),
          new Use(GRADER, "self-test", "", 0, "all 5 checks hold\n"),
          new Use(GRADER, "python -- 3 4", "import sys\nprint(sum(map(int, sys.argv[1:])))\n", 0, "7\n"),
          new Use(GRADER, "python", "while True: pass\n", 124, ""),
          new Use(GRADER, "python", "hoard = []\nwhile True: hoard.append(b'x' * 1_000_000)\n", 137, ""),
          new Use(GRADER, "python", "print('x' * 10**6)\n", 122, "x{60000,70000}"),
          new Use(GRADER, "shell -- 3 4", "echo $(($1 + $2)) from $#\n", 0, "7 from 2\n"),
          new Use(PLAYGROUND, "version", "", 0, "Python 3\\.[0-9.]+\\S*\n"),
          new Use(PLAYGROUND, "read", "print(6 * 7)", 0, "42\n"));

  static Stream<Arguments> uses() {
    return Caller.all().flatMap(caller -> USES.stream().map(use -> Arguments.of(caller, use)));
  }

  /** One place for all: none of these scripts leaves anything to another. */
  private static Path copied(Caller caller) throws IOException {
    Path directory = COPIES.get(caller);
    if (directory == null) {
      directory = caller.directory();
      ExamplesIT.copy(ALL, directory.resolve(ALL));
      COPIES.put(caller, directory);
    }
    return directory;
  }

  @ParameterizedTest(name = "{1} as {0}")
  @MethodSource("uses")
  void aScriptDoesWhatItsManifestSays(Caller caller, Use use) throws Exception {
    Path directory = copied(caller);
    Path input = Files.writeString(directory.resolve("input"), use.input());

    Caller.Outcome outcome = Caller.finish(run(caller, directory, use).redirectInput(input.toFile()));

    assertEquals(use.exit(), outcome.exit(), outcome::toString);
    assertTrue(Pattern.compile(use.output(), Pattern.DOTALL).matcher(outcome.out()).matches(), outcome::toString);
  }

  private static ProcessBuilder run(Caller caller, Path directory, Use use) {
    Stream<String> command = Stream.of("run", "-f", ALL.resolve(use.manifest()).toString());
    return caller.prepare(
        directory, Stream.concat(command, Arrays.stream(use.command().split(" ", -1))).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aProjectGoesIntoTheBuildBoxAndComesOutBuilt(Caller caller) throws Exception {
    Path directory = copied(caller);
    Path project = Files.createDirectory(directory.resolve("project"));
    Files.writeString(
        project.resolve("main.c"), "#include <stdio.h>\nint main(void) { return puts(\"built \" TEXT) < 0; }\n");
    Files.writeString(
        project.resolve("Makefile"), "%:\n\tgcc -DTEXT='\"$@\"' -o main main.c\n\t./main >$@\n\trm main\n");
    Path sources = directory.resolve("sources.tar");
    Command.output("tar", "c", "-C", project.toString(), "-f", sources.toString(), ".");

    Use use = new Use(BUILD, "build -- answer", "", 0, "");
    Caller.Outcome built = Caller.finish(run(caller, directory, use).redirectInput(sources.toFile()));

    assertEquals(0, built.exit(), built::toString);
    assertTrue(built.err().contains("gcc -DTEXT="), built::toString);
    Path results = Files.createDirectory(directory.resolve("results"));
    Command.output(built.out(), List.of("tar", "x", "-C", results.toString()));
    assertEquals("built answer\n", Files.readString(results.resolve("answer")));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void allAreValidWithoutAWarning(Caller caller) throws Exception {
    Caller.Outcome validated = caller.run(copied(caller), "validate", ALL.toString());

    assertTrue(validated.out().endsWith("no errors, 0 warnings\n"), validated::toString);
  }

  @Test
  void everyScriptIsUsed() throws IOException {
    Set<String> scripts = new TreeSet<>();
    try (Stream<Path> files = Files.list(ALL)) {
      for (Path file : files.toList()) {
        for (Sandbox sandbox : Given.sandboxes(file)) {
          for (Script script : sandbox.scripts()) {
            scripts.add(file.getFileName() + " " + script.name());
          }
        }
      }
    }
    Set<String> used = new TreeSet<>(Set.of(BUILD + " build"));
    USES.forEach(use -> used.add(use.manifest() + " " + use.command().split(" ", -1)[0]));
    assertEquals(scripts, used);
  }
}
