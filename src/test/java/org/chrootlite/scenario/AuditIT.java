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
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever was done is on record, by whom and how it went, with what it printed. */
final class AuditIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String BOX =
      Place.sandbox(
          "box",
          """
          limits: {memory: 64MB, wallTime: 20s, openFiles: 64}
          scripts:
            hello: {run: echo hello; echo alas >&2}
            fail: {run: exit 3}
            slow: {run: sleep 60, limits: {wallTime: 300ms}}
            color: {run: "printf '\\\\033[31mred\\\\033]0;owned\\\\a\\\\n'"}
            long: {run: echo started; sleep 60}
          """);

  private static Place applied(Caller caller) throws Exception {
    Place place = Place.of(caller).write("box.yaml", BOX);
    place.out(0, "apply", "box.yaml");
    return place;
  }

  private static List<JsonNode> history(Place place, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 3];
    List.of("history", "-o", "json").toArray(command);
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return place.out(0, command).lines().map(JSON::readTree).toList();
  }

  private static List<String> scripts(List<JsonNode> entries) {
    return entries.stream().map(entry -> entry.path("script").asString("-")).toList();
  }

  private static void assertText(String expected, JsonNode entry, String field) {
    assertEquals(expected, entry.get(field).asString(), entry::toString);
  }

  private static long uid(Place place) throws IOException {
    return ((Number) Files.getAttribute(place.path(""), "unix:uid")).longValue();
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void everyRunIsOnRecordWithAllThatIsKnownOfIt(Caller caller) throws Exception {
    Place place = applied(caller);
    assertEquals(0, place.run("run", "hello", "--", "an argument").exit());
    List<JsonNode> entries = history(place, "hello");
    assertEquals(1, entries.size());
    JsonNode run = entries.getFirst();
    assertText("run", run, "type");
    assertText("box", run, "sandbox");
    assertText("ok", run, "verdict");
    assertText("exited with 0", run, "evidence");
    assertEquals("[\"an argument\"]", run.get("arguments").toString());
    assertEquals("/bin/sh", run.get("command").get(0).asString());
    JsonNode limits = run.get("limits");
    assertEquals(64_000_000, limits.get("memory").asLong());
    assertEquals(20.0, limits.get("wallTime").asDouble(), "times are told in seconds");
    assertEquals(64, limits.get("openFiles").asLong());
    assertEquals("rlimit", run.get("enforced").get("openFiles").asString());
    assertTrue(run.get("wallTime").asDouble() > 0 && run.get("wallTime").asDouble() < 20, run::toString);
    assertTrue(run.get("cpuTime").asDouble() > 0 && run.get("maxMemory").asLong() > 0, run::toString);
    assertEquals(0, run.get("exitCode").asInt());
    assertTrue(run.get("signal").isNull() && !run.get("truncated").asBoolean());
    assertEquals("hello\n", Files.readString(Path.of(run.get("stdoutFile").asString())));
    assertEquals("alas\n", Files.readString(Path.of(run.get("stderrFile").asString())));
    assertEquals(6, run.get("stdoutBytes").asLong());
    assertTrue(run.get("time").asString().matches("2[0-9]{3}-.*Z"), run::toString);
    assertEquals(uid(place), run.get("user").get("uid").asLong());
    assertText(place.path("box.yaml").toRealPath().toString(), run, "manifest");

    Caller.Outcome logs = place.run("logs", "last");
    assertEquals(new Caller.Outcome(0, "hello\n", "alas\n"), logs);
    String id = run.get("run").asString();
    assertEquals(logs, place.run("logs", id));
    assertEquals("alas\n", place.run("logs", id.substring(id.length() - 6), "--stderr").err());
    assertEquals("hello\n", place.json(0, "logs", id, "-o", "json").get("stdout").asString());
    assertTrue(place.out(0, "info", "box").contains(id + "  box/hello  ok"));
    assertTrue(place.err(2, "logs", "no-such-run").contains("there is no run \"no-such-run\""));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theHistoryIsSearchedByJobVerdictAndTime(Caller caller) throws Exception {
    Place place = applied(caller);
    for (String script : new String[] {"hello", "fail", "slow", "hello"}) {
      place.run("run", script);
    }
    assertEquals(3, place.run("exec", "box", "--", "sh", "-c", "exit 3").exit());
    assertEquals(List.of("-", "hello", "fail", "slow", "hello", "exec"), scripts(history(place)));
    assertEquals(List.of("hello", "hello"), scripts(history(place, "hello")));
    assertEquals(List.of("slow"), scripts(history(place, "box/slow")));
    assertEquals(List.of("fail", "exec"), scripts(history(place, "--verdict", "failed")));
    assertEquals(
        List.of("fail", "slow", "exec"),
        scripts(history(place, "box", "--verdict", "failed", "--verdict", "wall-time-limit")));
    assertEquals(List.of("hello", "exec"), scripts(history(place, "--last", "2")));
    assertEquals(6, history(place, "--since", "1h").size());
    assertEquals("", place.run("history", "--until", "1h", "-o", "json").out());
    assertEquals("", place.run("history", "--since", "2199-01-01", "-o", "json").out());
    String third = history(place).get(3).get("time").asString();
    assertEquals(List.of("slow", "hello", "exec"), scripts(history(place, "--since", third)));
    assertEquals(List.of("-", "hello", "fail"), scripts(history(place, "--until", third)));
    List<String> table = place.out(0, "history", "--verdict", "wall-time-limit").lines().toList();
    assertEquals(2, table.size());
    assertTrue(table.getFirst().matches("TIME +ID +WHAT +RESULT +WALL TIME +MEMORY +USER"), table::toString);
    assertTrue(table.getLast().matches(".* box/slow +wall-time-limit +[0-9.]+ m?s .*"), table::toString);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void everyApplyIsOnRecordWithItsPlanAndRevision(Caller caller) throws Exception {
    Place place = Place.of(caller).write("box.yaml", BOX);
    git(place, "init", "-q");
    git(place, "add", "box.yaml");
    git(place, "commit", "-q", "-m", "First");
    place.out(0, "apply", "box.yaml");
    assertTrue(place.run("run", "hello", "-o", "json").out().contains("\"revision\":\"git:"));
    place.write("box.yaml", BOX.replace("64MB", "65MB"));
    place.out(0, "apply", "box.yaml");
    git(place, "commit", "-q", "-a", "-m", "Second");
    place.out(0, "apply", "box.yaml");
    assertEquals(0, place.run("delete", "box").exit());
    List<JsonNode> entries =
        history(place).stream().filter(entry -> !entry.get("type").asString().equals("run")).toList();
    assertEquals(4, entries.size());
    String[] revisions = {"git:\\w{7,} \\(clean\\)", "git:\\w{7,} \\(modified\\)", "git:\\w{7,} \\(clean\\)"};
    for (int i = 0; i < revisions.length; i++) {
      JsonNode entry = entries.get(i);
      assertText("apply", entry, "type");
      assertText("done", entry, "outcome");
      assertEquals(place.path("box.yaml").toRealPath().toString(), entry.get("paths").get(0).asString());
      assertTrue(entry.get("revisions").get(0).asString().matches(revisions[i]), entry::toString);
      assertEquals(uid(place), entry.get("user").get("uid").asLong());
    }
    JsonNode update = entries.get(1).get("plan").get("actions").get(0);
    assertText("update", update, "action");
    assertEquals("{\"field\":\"limits.memory\",\"before\":\"64 MB\",\"after\":\"65 MB\"}",
        update.get("changes").get(0).toString());
    assertTrue(update.get("revision").asString().matches(revisions[1]), update::toString);
    assertEquals("[]", entries.get(2).get("plan").get("actions").toString());
    JsonNode deletion = entries.getLast();
    assertText("delete", deletion, "type");
    assertEquals("[\"box\"]", deletion.get("names").toString());
    assertText("asked-for", deletion.get("plan").get("actions").get(0), "cause");
  }

  /** A repository is believed that belongs to whoever asks. */
  private static void git(Place place, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 9];
    String directory = place.path("").toString();
    List.of("git", "-c", "safe.directory=*", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", directory)
        .toArray(command);
    System.arraycopy(arguments, 0, command, 9, arguments.length);
    Command.output(command);
    Command.output("chown", "-R", "--reference", directory, directory + "/.git");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void anApplyThatFailsIsOnRecordWithItsReason(Caller caller) throws Exception {
    String keeps = "rootfs: {writes: keep}\nscripts: {hello: {run: echo hello}}\n";
    Place place = Place.of(caller).write("kept.yaml", Place.sandbox("kept", keeps));
    place.out(0, "apply", "kept.yaml");
    place.write("new.yaml", Place.sandbox("new", "scripts: {hello: {run: echo hello}}\n"));
    Path upper = place.home().resolve("layers/kept/upper");
    Files.move(upper, place.path("upper"));
    Files.createFile(upper);
    assertEquals(2, place.run("apply", ".").exit());
    JsonNode failed = history(place, "--last", "1").getFirst();
    assertText("failed", failed, "outcome");
    assertTrue(failed.get("error").asString().contains(upper + " should be a directory"), failed::toString);
    assertEquals("kept\n", place.out(0, "list", "-o", "name"));
    assertTrue(place.out(0, "history").matches("(?s).* apply \\S+ +failed .*"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRunWhoseProcessWasKilledIsOnRecordWithWhatItPrinted(Caller caller) throws Exception {
    Place place = applied(caller);
    Process process = place.prepare("run", "long").redirectInput(Path.of("/dev/null").toFile()).start();
    String started = new String(process.getInputStream().readNBytes("started\n".length()), StandardCharsets.UTF_8);
    assertEquals("started\n", started);
    String id = place.json(0, "info", "box", "-o", "json").get("running").get(0).asString();
    assertTrue(place.out(0, "info", "box").contains("\nrunning   " + id + "\n"));
    process.toHandle().destroyForcibly();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, place.run("run", "hello").exit());
    JsonNode killed = history(place, "long").getFirst();
    assertText("cancelled", killed, "verdict");
    assertText(id, killed, "run");
    assertText("chroot-lite was killed while the script ran, and so was the script", killed, "evidence");
    assertEquals(List.of("long"), scripts(history(place, "--verdict", "cancelled")));
    assertEquals("started\n", place.run("logs", id).out());
    assertEquals("[]", place.json(0, "info", "box", "-o", "json").get("running").toString());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatAScriptPrintsCannotSteerTheTerminalOfWhoReadsItsLogs(Caller caller) throws Exception {
    Place place = applied(caller);
    place.run("run", "color");
    String hostile = "\u001b[31mred\u001b]0;owned\u0007\n";
    assertEquals(hostile, place.run("logs", "last").out(), "through a pipe it is what it was");
    Caller.Outcome shown = place.onTerminal("./chroot-lite logs last", "");
    assertFalse(shown.out().contains("\u001b") || shown.out().contains("\u0007"), shown::toString);
    assertTrue(shown.out().contains("[31mred") && shown.out().contains("0;owned"), shown::toString);
  }
}
