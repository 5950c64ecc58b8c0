package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was kept is deleted with consent only, and the question names it. */
class ConsentTest {
  private static final Terminal PERSON = new Terminal(true, true, true);
  private static final String QUESTION = "Delete what these sandboxes have kept: box (";

  @TempDir Path directory;
  private Path layer;

  @BeforeEach
  void apply() throws IOException {
    Files.createDirectory(directory.resolve("root"));
    Files.writeString(
        directory.resolve("box.yaml"),
        """
        apiVersion: chroot-lite/v1
        kind: Sandbox
        name: box
        rootfs: {directory: root, writes: keep}
        scripts: {hello: {run: 'true'}}
        """);
    assertEquals(0, Invoked.of("apply", home(), directory.resolve("box.yaml").toString()).code());
    layer = directory.resolve("home/layers/box");
    Files.writeString(layer.resolve("upper/kept.txt"), "what took a year\n");
  }

  private String home() {
    return "--home=" + directory.resolve("home");
  }

  private Invoked delete(InputStream in, Terminal terminal, String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            in,
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            terminal);
    List<String> args = new ArrayList<>(List.of("delete", home(), "box"));
    args.addAll(List.of(options));
    int code = Main.run(args, Commands.all(), streams, Map.of());
    return new Invoked(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static InputStream typed(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private void assertKept(Invoked deletion) {
    assertEquals(Command.USAGE, deletion.code(), deletion.toString());
    assertTrue(Files.exists(layer.resolve("upper/kept.txt")), deletion.toString());
    assertEquals("box\n", Invoked.of("list", home(), "-o", "name").out());
  }

  private void assertDeleted(Invoked deletion) {
    assertEquals(0, deletion.code(), deletion.toString());
    assertFalse(Files.exists(layer), deletion.toString());
    assertEquals("", Invoked.of("list", home(), "-o", "name").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"y\n", "yes\n", " YES \n", "y"})
  void aClearYesDeletes(String answer) {
    Invoked deletion = delete(typed(answer), PERSON);
    assertDeleted(deletion);
    assertTrue(deletion.err().startsWith(QUESTION), deletion::err);
    assertTrue(deletion.err().contains(")? [y/N] "), deletion::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "n\n", "no\n", "yess\n", "\ny\n"})
  void anythingElseKeeps(String answer) {
    Invoked deletion = delete(typed(answer), PERSON);
    assertKept(deletion);
    assertTrue(deletion.err().endsWith("chroot-lite: nothing was deleted\n"), deletion::err);
  }

  @Test
  void whatFollowsTheAnswerIsLeftToOthers() throws IOException {
    InputStream in = typed("y\nrest");
    assertDeleted(delete(in, PERSON));
    assertEquals("rest", new String(in.readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void whereNobodyCanAnswerYesMustBeSaidBefore() {
    List<Terminal> unable =
        List.of(Terminal.NONE, new Terminal(false, true, true), new Terminal(true, true, false));
    for (Terminal terminal : unable) {
      Invoked refused = delete(typed("y\n"), terminal);
      assertKept(refused);
      assertFalse(refused.err().contains("[y/N]"), refused::err);
      assertTrue(refused.err().contains("kept: box ("), refused::err);
      assertTrue(refused.err().endsWith("; say --yes to do that. Nothing was deleted\n"), refused::err);
    }
    Invoked deletion = delete(InputStream.nullInputStream(), Terminal.NONE, "--yes");
    assertDeleted(deletion);
    assertFalse(deletion.err().contains("[y/N]"), deletion::err);
  }

  @Test
  void anAnswerThatCannotBeReadKeepsAndSaysWhy() throws IOException {
    InputStream broken = InputStream.nullInputStream();
    broken.close();
    Invoked refused = delete(broken, PERSON);
    assertKept(refused);
    assertTrue(refused.err().endsWith("chroot-lite: Stream closed\n"), refused::err);
  }
}
