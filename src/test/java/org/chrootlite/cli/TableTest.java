package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static Table table() {
    return new Table().column("NAME", Table.Side.LEFT).column("SIZE", Table.Side.RIGHT).column("X", Table.Side.LEFT);
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = table();
    table.row(List.of("a", "12 MB", "yes"));
    table.row(List.of("longer", "1 B", ""));
    assertEquals(
        List.of(
            "NAME     SIZE  X",
            "a       12 MB  yes",
            "longer    1 B  -"),
        table.lines());
  }

  @Test
  void withoutRowsThereAreTitles() {
    assertTrue(table().isEmpty());
    assertEquals(List.of("NAME  SIZE  X"), table().lines());
  }

  @Test
  void cellsCannotSteerTheTerminalNorTheTable() {
    Table table = table();
    table.row(List.of("\u001b[2J\n", "\u202e", "é💡"));
    assertEquals(List.of("NAME         SIZE  X", "\\x1b[2J\\n  \\u202e  é💡"), table.lines());
  }

  @Test
  void eachColumnHasACell() {
    assertThrows(IllegalArgumentException.class, () -> table().row(List.of("a", "b")));
  }
}
