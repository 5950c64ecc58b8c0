package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documentation shows what happens. In its blocks of {@code console}, a line that begins with {@code $} is typed
 * at a terminal, and the lines below are what is seen then; see {@link Likeness} for {@code ...} in them. It exits with
 * 0, or as {@code # exits with 2} at the end of the line says. The lines of a document share a directory.
 */
final class DocumentationIT {
  private static final Map<Caller, Path> HOMES = new HashMap<>();
  private static final Pattern EXIT = Pattern.compile("  # exits with (\\d+)$");

  /** Who reads this has told git who he is. */
  private static final Map<String, String> AUTHOR =
      Map.of(
          "GIT_AUTHOR_NAME", "Ada",
          "GIT_AUTHOR_EMAIL", "ada@example.org",
          "GIT_COMMITTER_NAME", "Ada",
          "GIT_COMMITTER_EMAIL", "ada@example.org");

  private record Step(int line, String command, int exit, String output) {}

  private static List<Path> documents() {
    List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
    Example.all().forEach(example -> documents.add(example.folder().resolve("README.md")));
    return documents;
  }

  static Stream<Arguments> readings() {
    return Caller.all().flatMap(caller -> documents().stream().map(document -> Arguments.of(caller, document)));
  }

  @ParameterizedTest(name = "{1} as {0}")
  @MethodSource("readings")
  void whatItShowsIsWhatHappens(Caller caller, Path document) throws Exception {
    Path directory = caller.directory();
    ExamplesIT.copy(Example.ALL, directory.resolve(Example.ALL));
    Path home = preparedHome(caller);
    List<Step> steps = steps(document);
    assertTrue(steps.size() >= 2, document + " shows next to nothing");
    for (Step step : steps) {
      ProcessBuilder builder = caller.prepareOnTerminal(directory, step.command());
      builder.environment().putAll(AUTHOR);
      builder.environment().put("CHROOT_LITE_HOME", home.toString());
      Caller.Outcome outcome = Caller.finish(builder.redirectInput(Path.of("/dev/null").toFile()));
      String what = document + ":" + step.line() + ": " + step.command();
      Likeness.assertLike(step.output(), outcome.out().replace("\r\n", "\n"), what);
      assertEquals(step.exit(), outcome.exit(), what);
    }
  }

  /**
   * A state directory without sandboxes, in which all templates are ready: that they are made ready is told about once,
   * which is not what the documents are about, and takes its time.
   */
  private static Path preparedHome(Caller caller) throws Exception {
    Path place = HOMES.get(caller);
    if (place == null) {
      place = caller.directory();
      ExamplesIT.copy(Example.ALL, place.resolve(Example.ALL));
      for (String[] job : new String[][] {{"01-hello", "hello"}, {"02-python", "version"}}) {
        String manifest = Example.ALL.resolve(job[0]).resolve("sandbox.yaml").toString();
        assertEquals(0, caller.run(place, "explain", "-f", manifest, job[1]).exit());
      }
      HOMES.put(caller, place);
    }
    List<String> left = caller.run(place, "list", "-o", "name").out().lines().toList();
    if (!left.isEmpty()) {
      List<String> delete = new ArrayList<>(List.of("delete", "--yes"));
      delete.addAll(left);
      assertEquals(0, caller.run(place, delete.toArray(String[]::new)).exit());
    }
    return caller.home(place);
  }

  private static List<Step> steps(Path document) throws IOException {
    List<Step> steps = new ArrayList<>();
    boolean isConsole = false;
    int number = 0;
    for (String line : Files.readAllLines(document)) {
      number++;
      if (line.startsWith("```")) {
        isConsole = line.equals("```console");
      } else if (isConsole && line.startsWith("$ ")) {
        Matcher exit = EXIT.matcher(line);
        boolean isGiven = exit.find();
        String command = line.substring(2, isGiven ? exit.start() : line.length());
        steps.add(new Step(number, command, isGiven ? Integer.parseInt(exit.group(1)) : 0, ""));
      } else if (isConsole) {
        Step last = steps.removeLast();
        steps.add(new Step(last.line(), last.command(), last.exit(), last.output() + line + "\n"));
      }
    }
    return steps;
  }

  @Test
  void likenessLeavesOpenWhatTheDotsStandForAndNoMore() {
    assertTrue(Likeness.isLike("a\n...\nb ...d\n", "a\n1\n2\nb cd\n"));
    assertTrue(Likeness.isLike("a\n...\n", "a\n"));
    assertTrue(!Likeness.isLike("a...\n", "a\nb\n"));
    assertTrue(!Likeness.isLike("a\n", "a\nb\n"));
    assertTrue(!Likeness.isLike("a.c\n", "abc\n"));
  }
}
