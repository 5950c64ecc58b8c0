package org.chrootlite.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosticPrinterTest {
  private static final SourceText SOURCE = new SourceText("a.yaml", "limits:\n  memory: 128 parsecs\n");
  private static final Diagnostic DIAGNOSTIC =
      new Diagnostic(
          Severity.ERROR,
          new Position("a.yaml", 2, 11, 11),
          "limits.memory",
          "\"128 parsecs\" is not a size",
          "such as 128MB");

  private static String print(boolean snippets, boolean color, Diagnostic... diagnostics) {
    return new DiagnosticPrinter(Map.of("a.yaml", SOURCE), snippets, color).print(List.of(diagnostics));
  }

  @Test
  void withoutSnippetsEachDiagnosticIsOneLineWithItsHint() {
    assertEquals(
        """
        a.yaml:2:11: error: limits.memory: "128 parsecs" is not a size; such as 128MB
        a.yaml:2:11: error: limits.memory: "128 parsecs" is not a size; such as 128MB
        """,
        print(false, false, DIAGNOSTIC, DIAGNOSTIC));
  }

  @Test
  void aSnippetShowsTheLineWithACaretAndTheHint() {
    assertEquals(
        """
        a.yaml:2:11: error: limits.memory: "128 parsecs" is not a size
          2 |   memory: 128 parsecs
            |           ^^^^^^^^^^^ such as 128MB
        """,
        print(true, false, DIAGNOSTIC));
  }

  @Test
  void anEmptyPathIsLeftOutWithItsColon() {
    Diagnostic whole = new Diagnostic(Severity.WARNING, Position.startOf("a.yaml"), "", "is odd", "");
    assertEquals("a.yaml:1:1: warning: is odd\n", print(false, false, whole));
  }

  @Test
  void aFileAsAWholeHasNoLineAndShowsTheHintOnly() {
    Diagnostic whole = new Diagnostic(Severity.ERROR, Position.ofFile("a.yaml"), "", "is not there", "make it");
    assertEquals("a.yaml: error: is not there\n  make it\n", print(true, false, whole));
  }

  @Test
  void aPositionOutsideOfTheTextIsNotShown() {
    Diagnostic beyond = new Diagnostic(Severity.ERROR, new Position("a.yaml", 99, 1, 1), "", "is odd", "");
    assertEquals("a.yaml:99:1: error: is odd\n", print(true, false, beyond));
  }

  @Test
  void nothingOfTheInputReachesTheTerminalAsAControlCharacter() {
    SourceText hostile = new SourceText("\u001b[2J.yaml", "\u001b]0;x\u0007\u202e\u0000\u009b");
    Diagnostic diagnostic =
        new Diagnostic(Severity.ERROR, new Position(hostile.file(), 1, 1, 9), "\u001b[1m", "a\nb\r\t", "\u0007");
    String printed =
        new DiagnosticPrinter(Map.of(hostile.file(), hostile), true, false).print(List.of(diagnostic));
    assertEquals(
        """
        \\x1b[2J.yaml:1:1: error: \\x1b[1m: a\\nb\\r\\t
          1 | \\x1b]0;x\\x07\\u202e\\x00\\x9b
            | ^^^^^^^^^^^^^^^^^^^^^^^^^^ \\x07
        """,
        printed);
  }

  @Test
  void colorsAreWrittenOnlyWhenAskedFor() {
    assertFalse(print(true, false, DIAGNOSTIC).contains("\u001b"));
    String colored = print(true, true, DIAGNOSTIC);
    assertTrue(colored.contains("\u001b[1;31merror:\u001b[0m"));
    assertEquals(print(true, false, DIAGNOSTIC), colored.replaceAll("\u001b\\[[0-9;]*m", ""));
  }
}
