package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was applied runs as it was applied, wherever the caller is and whatever has become of its manifest. */
final class AppliedRunsIT {
  private static final String ONE =
      Place.sandbox(
          "one",
          """
          scripts:
            hello: {run: echo hello from one}
            count: {file: count.sh, args: ["3"], stdin: numbers.txt}
          """);
  private static final String TWO =
      Place.sandbox("two", "scripts:\n  hello: {run: echo hello from two}\n  bye: {command: [echo, bye]}\n");
  private static final String COUNT = "#!/bin/sh\necho $1 of $(wc -l)\n";

  private static Place applied(Caller caller) throws Exception {
    Place place =
        Place.of(caller)
            .write("one.yaml", ONE)
            .write("two.yaml", TWO)
            .write("count.sh", COUNT)
            .write("numbers.txt", "1\n2\n3\n4\n");
    place.out(0, "apply", ".");
    return place;
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void neitherManifestNorScriptFileIsNeededAnyMore(Caller caller) throws Exception {
    Place place = applied(caller);
    for (String name : List.of("one.yaml", "two.yaml", "count.sh")) {
      Files.delete(place.path(name));
    }
    Place elsewhere = Place.of(caller);
    String home = place.home().toString();
    assertEquals("3 of 4\n", elsewhere.out(0, "run", "--home", home, "count"));
    assertEquals("bye\n", elsewhere.out(0, "run", "two/bye", "--home", home));
    assertEquals("3 of 4\n", elsewhere.out(0, "--home", home, "run", "one/count"));
    assertFalse(Files.exists(elsewhere.home()));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void jobsAreFoundByTheirNames(Caller caller) throws Exception {
    Place place = applied(caller);
    assertEquals("3 of 4\n", place.out(0, "run", "count"));
    assertEquals("hello from two\n", place.out(0, "run", "two/hello"));
    assertEquals(
        "chroot-lite: \"hello\" is one of several jobs: say one/hello or two/hello\n", place.err(125, "run", "hello"));
    assertTrue(place.err(125, "run", "bey").startsWith("chroot-lite: there is no job \"bey\"; did you mean \"bye\"?"));
    assertTrue(
        place.err(125, "run", "two/count").startsWith("chroot-lite: there is no job \"two/count\"; did you mean "));
    assertTrue(place.err(125, "run", "six/*").startsWith("chroot-lite: there is no job \"six/*\""));
    assertTrue(place.err(125, "run", "bye", "nope").startsWith("chroot-lite: there is no job \"nope\""));
    Caller.Outcome all = place.run("run", "two/*");
    assertEquals(new Caller.Outcome(0, "hello from two\nbye\n", "== two/hello: ok\n== two/bye: ok\n"), all);
    Caller.Outcome some = place.run("run", "bye", "one/hello", "bye", "-o", "json");
    assertEquals(
        List.of("two/bye", "one/hello", "two/bye"),
        Box.results(some).stream()
            .map(result -> result.get("sandbox").asString() + "/" + result.get("script").asString())
            .toList());
    Set<String> jobs =
        Box.results(place.run("run", "--all", "-o", "json")).stream()
            .map(result -> result.get("sandbox").asString() + "/" + result.get("script").asString())
            .collect(Collectors.toSet());
    assertEquals(Set.of("one/hello", "one/count", "two/hello", "two/bye"), jobs);
    // Of the manifests that are given only.
    assertEquals("hello from two\n", place.out(0, "run", "-f", "two.yaml", "hello"));
    assertEquals(2, Box.results(place.run("run", "-f", "two.yaml", "--all", "-o", "json")).size());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatWasEditedRunsAsItWasAppliedAndThatIsTold(Caller caller) throws Exception {
    Place place = applied(caller);
    place.write("two.yaml", TWO.replace("from two", "from another two"));
    Caller.Outcome stale = place.run("run", "two/hello");
    String warning =
        "chroot-lite: warning: %s was changed since it was applied, and runs as it was: chroot-lite apply %s\n";
    assertEquals(
        new Caller.Outcome(0, "hello from two\n", warning.formatted("two.yaml", "two.yaml")), stale);
    assertEquals("hello from one\n", place.out(0, "run", "one/hello"), "another manifest is not");
    place.write("count.sh", COUNT.replace(" of ", " OF "));
    assertEquals(
        new Caller.Outcome(0, "3 of 4\n", warning.formatted("count.sh", "one.yaml")), place.run("run", "count"));
    assertTrue(place.out(0, "info", "one").contains("count.sh was changed since it was applied"));
    // A warning does not make its way into what programs read.
    assertEquals("3 of 4\n", Box.results(place.run("run", "count", "-o", "json")).getFirst().get("stdout").asString());
    place.out(0, "apply", ".");
    assertEquals("3 OF 4\n", place.out(0, "run", "count"));
    assertEquals("hello from another two\n", place.out(0, "run", "two/hello"));
    // What is wrong now was right when it was applied.
    place.write("two.yaml", "nonsense\n");
    assertEquals("hello from another two\n", place.run("run", "two/hello").out());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRunOfManifestsAppliesThemWithoutWords(Caller caller) throws Exception {
    Place place = Place.of(caller).write("one.yaml", ONE).write("count.sh", COUNT).write("numbers.txt", "1\n");
    assertEquals("3 of 1\n", place.run("run", "-f", "one.yaml", "count").out());
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "one.yaml"));
    place.write("count.sh", COUNT.replace(" of ", " OF ")).write("one.yaml", ONE.replace("\"3\"", "\"5\""));
    assertEquals("5 OF 1\n", place.out(0, "run", "-f", "one.yaml", "count"));
    assertEquals("5 OF 1\n", place.out(0, "run", "count"));
    place.write("one.yaml", Place.sandbox("other", "scripts: {hello: {run: echo hello}}\n"));
    assertEquals("hello\n", place.out(0, "run", "-f", "one.yaml", "hello"));
    assertEquals("other\n", place.out(0, "list", "-o", "name"), "as an apply, it prunes");
    long applies = place.out(0, "history").lines().filter(line -> line.contains(" apply ")).count();
    place.out(0, "run", "-f", "one.yaml", "hello");
    assertEquals(applies, place.out(0, "history").lines().filter(line -> line.contains(" apply ")).count());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void commandsAndFilesRunInAppliedSandboxes(Caller caller) throws Exception {
    Place place = applied(caller).write("mine.sh", "#!/bin/sh\necho $1 on $(hostname)\n");
    assertEquals("two\n", place.out(0, "exec", "two", "--", "hostname"));
    assertEquals("me on one\n", place.out(0, "exec", "one", "mine.sh", "--", "me"));
    assertEquals(
        "chroot-lite: there is no sandbox \"tow\"; did you mean \"two\"?\n",
        place.err(125, "exec", "tow", "--", "hostname"));
    assertEquals(3, place.run("exec", "two", "--", "sh", "-c", "exit 3").exit());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aSandboxThatIsDeletedWhileARunWaitsForItIsMissed(Caller caller) throws Exception {
    String keeps = "rootfs: {writes: keep}\nscripts:\n  long: {run: echo started; cat}\n  hello: {run: echo hello}\n";
    Place place = Place.of(caller).write("kept.yaml", Place.sandbox("kept", keeps));
    place.out(0, "apply", "kept.yaml");
    Process longer = place.prepare("run", "long").start();
    String started = new String(longer.getInputStream().readNBytes("started\n".length()), StandardCharsets.UTF_8);
    assertEquals("started\n", started);
    // These three wait for each other in the order of their coming: the run was looked up before the deletion began.
    Path errors = place.path("errors");
    Process waiting =
        place.prepare("run", "hello").redirectInput(Path.of("/dev/null").toFile())
            .redirectError(errors.toFile()).redirectOutput(place.path("output").toFile()).start();
    awaitText(errors, "waiting for ");
    assertTrue(Files.readString(errors).contains("run of kept/long"), Files.readString(errors));
    Process deletion =
        place.prepare("delete", "--yes", "kept").redirectErrorStream(true)
            .redirectOutput(place.path("deletion").toFile()).start();
    awaitText(place.path("deletion"), "waiting for ");
    longer.getOutputStream().close();
    assertTrue(longer.waitFor(30, TimeUnit.SECONDS) && waiting.waitFor(30, TimeUnit.SECONDS));
    assertTrue(deletion.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, longer.exitValue());
    assertEquals(0, deletion.exitValue(), Files.readString(place.path("deletion")));
    assertEquals(125, waiting.exitValue(), Files.readString(errors));
    assertEquals("", Files.readString(place.path("output")));
    assertTrue(Files.readString(errors).contains("there is no sandbox \"kept\""), Files.readString(errors));
    assertFalse(Files.exists(place.home().resolve("layers/kept")));
    assertEquals("", Command.output("find", place.home().resolve("trash").toString(), "-mindepth", "1"));
  }

  private static void awaitText(Path file, String text) throws IOException, InterruptedException {
    for (int i = 0; i < 1000 && !Files.readString(file).contains(text); i++) {
      Thread.sleep(20);
    }
    assertTrue(Files.readString(file).contains(text), Files.readString(file));
  }
}
