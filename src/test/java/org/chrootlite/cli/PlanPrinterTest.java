package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans as {@code diff} prints them; their lines and trees have golden files of their own, below golden/plan. */
class PlanPrinterTest {
  private static final String OLD = "name: old\nrootfs: {directory: root}\n";
  private static final String SAME = "name: same\nrootfs: {directory: root}\n";
  private static final String CHANGED = SAME + "description: \"one\\u001b[2J two\"\n";
  private static final String NEW = "name: new\nrootfs: {directory: root}\n";

  private Boxes boxes;

  @BeforeEach
  void apply(@TempDir Path directory) throws IOException {
    boxes = new Boxes(directory);
    boxes.write(OLD, SAME);
    assertEquals(0, boxes.invoke("apply", "MANIFEST").code());
    boxes.write(NEW, CHANGED);
  }

  private String diff(String... options) {
    String[] words = new String[options.length + 1];
    words[0] = "MANIFEST";
    System.arraycopy(options, 0, words, 1, options.length);
    Invoked diff = boxes.invoke("diff", words);
    assertEquals(1, diff.code(), diff.toString());
    assertEquals("", diff.err());
    return diff.out();
  }

  @Test
  void namesAreThoseOfTheSandboxesThatChange() {
    assertEquals("new\nsame\nold\n", diff("-o", "name"));
  }

  @Test
  void eachKindOfLineHasItsColourAndAlwaysEndsIt() {
    List<String> lines = diff("--color", "always").lines().toList();
    assertTrue(lines.getFirst().startsWith("\u001b[32m+ create new ("), lines::toString);
    assertTrue(lines.getFirst().endsWith("\u001b[0m"), lines::toString);
    assertTrue(lines.get(1).startsWith("\u001b[33m~ update same ("), lines::toString);
    assertTrue(lines.get(3).startsWith("\u001b[31m- delete old: no longer listed in "), lines::toString);
    assertEquals("1 to create, 1 to update, 1 to delete", lines.getLast());
  }

  @Test
  void inAPipeThereAreNoColoursAndWhatAManifestHoldsSteersNoTerminal() {
    String text = diff();
    assertEquals(-1, text.indexOf('\u001b'), text);
    assertTrue(text.contains("    description: not set -> "), text);
  }

  @Test
  void programsGetTheSameTreeAsJsonAndAsYaml() {
    String json = diff("-o", "json");
    assertTrue(json.startsWith("{\"actions\":[{\"action\":\"create\",\"sandbox\":\"new\","), json);
    assertTrue(json.endsWith("\"conflicts\":[],\"unchanged\":0}\n"), json);
    String yaml = diff("-o", "yaml");
    assertTrue(yaml.startsWith("actions:\n  - action: create\n    sandbox: new\n"), yaml);
    assertTrue(yaml.endsWith("conflicts: []\nunchanged: 0\n"), yaml);
  }

  @Test
  void nothingToDoIsSaidAndExitsWithZero() throws IOException {
    boxes.write(OLD, SAME);
    Invoked diff = boxes.invoke("diff", "MANIFEST");
    assertEquals(new Invoked(0, "nothing to do: 2 unchanged\n", ""), diff);
  }
}
