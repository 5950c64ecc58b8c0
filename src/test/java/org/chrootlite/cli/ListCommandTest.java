package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
  private static final String RED =
      """
      name: red
      rootfs: {directory: root, writes: deny}
      network: host
      scripts: {hello: {run: 'true'}, build: {run: 'true'}}
      """;

  private static final String BLUE =
      """
      name: blue
      rootfs: {directory: root}
      scripts:
        a-script-with-a-long-name: {run: 'true'}
        another-one: {run: 'true'}
        one-that-is-not-shown: {run: 'true'}
        nor-this: {run: 'true'}
      """;

  private static final String EMPTY = "name: empty\nrootfs: {directory: root}\n";

  private Boxes boxes;

  @BeforeEach
  void make(@TempDir Path directory) throws IOException {
    boxes = new Boxes(directory);
  }

  private void apply() throws IOException {
    boxes.write(RED, BLUE, EMPTY);
    assertEquals(0, boxes.invoke("apply", "MANIFEST").code());
  }

  @Test
  void sandboxesAreSortedByNameWithAsManyScriptsAsFitALine() throws IOException {
    apply();
    Golden.assertMatches("list/table.txt", boxes.normal(boxes.invoke("list").out()));
  }

  @Test
  void programsGetAllOfIt() throws IOException {
    apply();
    Golden.assertMatches("list/list.json", boxes.normal(boxes.invoke("list", "-o", "json").out()));
    Golden.assertMatches("list/list.yaml", boxes.normal(boxes.invoke("list", "-o", "yaml").out()));
    assertEquals("blue\nempty\nred\n", boxes.invoke("list", "-o", "name").out());
  }

  @Test
  void whereNothingIsAppliedAPersonIsToldWhatToDoAndAProgramGetsNothing() {
    Invoked list = boxes.invoke("list");
    assertEquals(0, list.code());
    assertEquals("", list.out());
    assertTrue(list.err().endsWith("; make some: chroot-lite apply PATH\n"), list::err);
    assertEquals(new Invoked(0, "[]\n", ""), boxes.invoke("list", "-o", "json"));
    assertEquals(new Invoked(0, "", ""), boxes.invoke("list", "-o", "name"));
    assertFalse(Files.exists(boxes.home()), "who only looks makes no state directory");
  }
}
