package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.audit.History;
import org.chrootlite.host.HostUser;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsCommandTest {
  private static final int USAGE = 2;
  private static final byte[] HOSTILE = {'\u001b', '[', '2', 'J', (byte) 0xff, '\n'};

  @TempDir Path home;
  private History history;

  @BeforeEach
  void open() throws IOException {
    history = History.in(StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD));
  }

  /** A run that printed this; nothing where there are no bytes. */
  private void run(String id, byte[] out, byte[] err, boolean truncated) throws IOException {
    Path directory = Files.createDirectories(home.resolve("runs").resolve(id));
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.putAll(Map.of("type", "run", "run", id, "sandbox", "box", "script", "hello", "verdict", "ok"));
    entry.put("truncated", truncated);
    entry.put("stdoutFile", file(directory.resolve("stdout"), out));
    entry.put("stderrFile", file(directory.resolve("stderr"), err));
    history.append(entry);
  }

  private static @Nullable String file(Path file, byte[] content) throws IOException {
    return content.length == 0 ? null : Files.write(file, content).toString();
  }

  private void run(String id, String out, String err) throws IOException {
    run(id, out.getBytes(StandardCharsets.UTF_8), err.getBytes(StandardCharsets.UTF_8), false);
  }

  private Invoked logs(String... args) {
    List<String> all = new ArrayList<>(List.of("logs", "--home", home.toString()));
    all.addAll(List.of(args));
    return Invoked.of(all.toArray(String[]::new));
  }

  private static Invoked failure(String message) {
    return new Invoked(USAGE, "", "chroot-lite: " + message + "\n");
  }

  @Test
  void eachStreamGoesToTheOneOfItsName() throws IOException {
    run("20261122T081500Z-4f7c1e", "hello\n", "oops\n");
    run("20261122T081501Z-4f7c2f", "bye", "");
    assertEquals(new Invoked(0, "hello\n", "oops\n"), logs("20261122T081500Z-4f7c1e"));
    assertEquals(new Invoked(0, "hello\n", "oops\n"), logs("7c1e"));
    assertEquals(new Invoked(0, "hello\n", "oops\n"), logs("7c1e", "--stdout", "--stderr"));
    assertEquals(new Invoked(0, "hello\n", ""), logs("7c1e", "--stdout"));
    assertEquals(new Invoked(0, "", "oops\n"), logs("7c1e", "--stderr"));
    assertEquals(new Invoked(0, "bye", ""), logs("last"));
  }

  @Test
  void theRunMustBeNamedSoThatOneIsMeant() throws IOException {
    assertEquals(failure("nothing was run yet"), logs("last"));
    run("20261122T081500Z-4f7c1e", "", "");
    run("20261122T081501Z-4f7c2f", "", "");
    assertEquals(
        failure(
            "\"4f7c\" is in the ids of several runs, such as 20261122T081501Z-4f7c2f, 20261122T081500Z-4f7c1e;"
                + " say more of it"),
        logs("4f7c"));
    assertEquals(failure("there is no run \"\\x1b\"; chroot-lite history shows their ids"), logs("\u001b"));
    assertEquals(
        failure("say which run: its id, which history shows, or \"last\"\nSee chroot-lite logs --help"), logs(""));
  }

  @Test
  void inAPipeBytesAreAsTheyWereAndOnATerminalTheyAreMadeVisible() throws IOException {
    run("r-1", HOSTILE, HOSTILE, false);
    for (Terminal terminal : List.of(Terminal.NONE, new Terminal(false, true, false), new Terminal(true, true, true))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Streams streams =
          new Streams(InputStream.nullInputStream(), new PrintStream(out), new PrintStream(err), terminal);
      int code =
          Main.run(List.of("--home", home.toString(), "logs", "r-1"), Commands.all(), streams, Map.of("HOME", "/"));
      assertEquals(0, code);
      byte[] visible = "\\x1b[2J\\xff\n".getBytes(StandardCharsets.US_ASCII);
      assertArrayEquals(terminal.output() ? visible : HOSTILE, out.toByteArray());
      assertArrayEquals(terminal.error() ? visible : HOSTILE, err.toByteArray());
    }
  }

  @Test
  void nothingPrintedAndNothingKeptAreToldApart() throws IOException {
    run("silent", "", "");
    run("half", "x", "");
    run("old", "x", "y");
    Files.delete(home.resolve("runs/old/stdout"));
    Files.delete(home.resolve("runs/old/stderr"));
    assertEquals(new Invoked(0, "", "chroot-lite: run silent printed nothing\n"), logs("silent"));
    assertEquals(new Invoked(0, "x", ""), logs("half"));
    assertEquals(new Invoked(0, "", "chroot-lite: run half printed nothing to its stderr\n"), logs("half", "--stderr"));
    String gone = "what run old printed is not kept any more: only that of the newest runs is";
    assertEquals(failure(gone), logs("old"));
    Invoked json = logs("old", "-o", "json");
    assertEquals(USAGE, json.code());
    assertTrue(json.out().contains("\"stdout\":null,\"stderr\":null"), json.out());
  }

  @Test
  void moreThanWasKeptIsTold() throws IOException {
    run("cut", new byte[] {'x'}, new byte[0], true);
    assertEquals(new Invoked(0, "x", "chroot-lite: run cut printed more than was kept\n"), logs("cut"));
  }

  @Test
  void jsonIsOneObject() throws IOException {
    run("r-1", "é\n".getBytes(StandardCharsets.UTF_8), HOSTILE, false);
    String head = "{\"run\":\"r-1\",\"sandbox\":\"box\",\"script\":\"hello\",\"verdict\":\"ok\",";
    assertEquals(
        new Invoked(0, head + "\"stdout\":\"é\\n\",\"stderrBase64\":\"G1sySv8K\",\"truncated\":false}\n", ""),
        logs("r-1", "-o", "json"));
    assertEquals(
        new Invoked(0, head + "\"stdout\":\"é\\n\",\"truncated\":false}\n", ""),
        logs("r-1", "--stdout", "-o", "json"));
    assertEquals(
        failure("what a run printed can be told as json only, or is passed through\nSee chroot-lite logs --help"),
        logs("r-1", "-o", "yaml"));
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    run("r-1", "x", "");
    Path file = home.resolve("runs/r-1/stdout");
    Files.delete(file);
    Files.createSymbolicLink(file, home.resolve("version"));
    assertEquals(failure(file + " is a link, and was not followed"), logs("r-1"));
  }
}
