package org.chrootlite.manifest;

import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/** What an unquoted scalar is by the core schema of YAML 1.2: {@code yes} and {@code 1_000} are text. */
final class PlainScalar {
  /** Nothing longer is a number of ours, and the resolver's regular expressions need not see it. */
  private static final int LONGEST = 64;

  private static final CoreScalarResolver RESOLVER = new CoreScalarResolver(false);

  private PlainScalar() {}

  static Node.Kind kind(String text) {
    if (text.length() > LONGEST) {
      return Node.Kind.TEXT;
    }
    Tag tag = RESOLVER.resolve(text, true);
    if (tag.equals(Tag.INT)) {
      return Node.Kind.INTEGER;
    } else if (tag.equals(Tag.FLOAT)) {
      return Node.Kind.FLOAT;
    } else if (tag.equals(Tag.BOOL)) {
      return Node.Kind.BOOLEAN;
    } else if (tag.equals(Tag.NULL)) {
      return Node.Kind.NULL;
    }
    return Node.Kind.TEXT;
  }
}
