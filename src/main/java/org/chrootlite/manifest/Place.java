package org.chrootlite.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.model.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A node and the way to it from the document's root. Asking it for a shape that it does not have makes the document
 * unusable, without a message: the schema check says what is wrong there.
 *
 * @param path such as {@code scripts.hello.limits}; empty at the root
 * @param key where its key is, or the node itself where it has none
 */
record Place(String path, Node node, Position key, Problems problems) {
  static Place root(Node document, Problems problems) {
    return new Place("", document, document.position(), problems);
  }

  /** Where its value is, or its key where there is no value to see. */
  Position position() {
    return node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL && scalar.text().isEmpty()
        ? key
        : node.position();
  }

  Origin origin() {
    return new Origin.Line(key.file(), key.line(), path);
  }

  void error(String message, String hint) {
    problems.error(position(), path, message, hint);
  }

  /** An error of the key, or of the whole that it names. */
  void keyError(String message, String hint) {
    problems.error(key, path, message, hint);
  }

  void warning(String message, String hint) {
    problems.warning(key, path, message, hint);
  }

  /** The value of this key; null where there is none, and in what is no mapping. */
  @Nullable Place get(String name) {
    if (!(node instanceof Node.Mapping mapping)) {
      problems.misshapen();
      return null;
    }
    Node.@Nullable Entry entry = mapping.entries().get(name);
    return entry == null ? null : below(name, entry);
  }

  /** The values of a mapping by their keys; none in what is no mapping. */
  Map<String, Place> children() {
    Map<String, Place> children = new LinkedHashMap<>();
    if (node instanceof Node.Mapping mapping) {
      mapping.entries().forEach((name, entry) -> children.put(name, below(name, entry)));
    } else {
      problems.misshapen();
    }
    return children;
  }

  /** The items of a list; none in what is no list. */
  List<Place> items() {
    List<Place> items = new ArrayList<>();
    if (node instanceof Node.Sequence sequence) {
      for (int index = 0; index < sequence.items().size(); index++) {
        items.add(below(index, sequence.items().get(index)));
      }
    } else {
      problems.misshapen();
    }
    return items;
  }

  /** One item of a list; null in what is no list. */
  @Nullable Place item(int index) {
    return node instanceof Node.Sequence sequence ? below(index, sequence.items().get(index)) : null;
  }

  /** The text of a scalar; null where it is none. */
  @Nullable String text() {
    Node.@Nullable Scalar scalar = scalar(Node.Kind.TEXT);
    return scalar == null ? null : scalar.text();
  }

  /** The scalar of this kind; null where it is none. */
  Node.@Nullable Scalar scalar(Node.Kind kind) {
    if (node instanceof Node.Scalar scalar && scalar.kind() == kind) {
      return scalar;
    }
    problems.misshapen();
    return null;
  }

  private Place below(int index, Node item) {
    return new Place(Messages.item(path, index), item, item.position(), problems);
  }

  private Place below(String name, Node.Entry entry) {
    return new Place(Messages.child(path, name), entry.value(), entry.key(), problems);
  }
}
