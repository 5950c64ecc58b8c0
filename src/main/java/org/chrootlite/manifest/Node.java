package org.chrootlite.manifest;

import java.util.List;
import java.util.Map;
import org.chrootlite.diagnostic.Position;

/** A piece of YAML and where it is. A node that is used by aliases is in the tree several times. */
sealed interface Node {
  /** Where its text is; of a mapping or list, where it begins. */
  Position position();

  /** How many nodes the tree below has, this one included and aliases expanded. */
  int size();

  /** How YAML 1.2 reads a scalar. */
  enum Kind {
    TEXT,
    INTEGER,
    FLOAT,
    BOOLEAN,
    NULL
  }

  /**
   * A single value.
   *
   * @param text as written, without quotes
   */
  record Scalar(String text, Kind kind, Position position) implements Node {
    @Override
    public int size() {
      return 1;
    }
  }

  /** A list. */
  record Sequence(List<Node> items, Position position, int size) implements Node {}

  /**
   * A mapping, without duplicate keys.
   *
   * @param entries in the file's order
   */
  record Mapping(Map<String, Entry> entries, Position position, int size) implements Node {}

  /** A key with its value. */
  record Entry(Position key, Node value) {}
}
