package org.chrootlite.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The way to a value of a spec, which says how the value is to be read.
 *
 * @param keys from the root; the one of a mount is its target
 */
record Field(List<String> keys) {
  static final Field ROOT = new Field(List.of());

  private static final Set<String> GROUPS =
      Set.of("labels", "hardening", "rootfs", "limits", "environment", "user", "scripts");

  Field child(String key) {
    List<String> below = new ArrayList<>(keys);
    below.add(key);
    return new Field(List.copyOf(below));
  }

  /** As in diagnostics, but that a mount is called by its target: {@code mounts[/data]}. */
  String name() {
    if (isMount()) {
      return "mounts[" + TextForm.plain(key()) + "]";
    }
    String name = "";
    for (String key : keys) {
      name = SpecPath.child(name, key);
    }
    return name;
  }

  /** The last key; empty at the root. */
  String key() {
    return keys.isEmpty() ? "" : keys.getLast();
  }

  /** The list of mounts. */
  boolean isMounts() {
    return keys.equals(List.of("mounts"));
  }

  /** One mount. */
  boolean isMount() {
    return keys.size() == 2 && keys.getFirst().equals("mounts");
  }

  /** One script. */
  boolean isScript() {
    return keys.size() == 2 && keys.getFirst().equals("scripts");
  }

  /** A mapping whose entries are settings of their own; not a script, which comes and goes as a whole. */
  boolean isGroup() {
    boolean ofScript = keys.size() == 3 && keys.getFirst().equals("scripts");
    return keys.isEmpty() || ((keys.size() == 1 || ofScript) && GROUPS.contains(key()));
  }

  /** A limit, of the sandbox or of a script. */
  boolean isLimit() {
    boolean ofScript = keys.size() == 4 && keys.getFirst().equals("scripts");
    return (keys.size() == 2 || ofScript) && keys.get(keys.size() - 2).equals("limits");
  }
}
