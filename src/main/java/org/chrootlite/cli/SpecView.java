package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.chrootlite.manifest.Durations;
import org.chrootlite.manifest.Sizes;
import org.chrootlite.model.LimitKind;
import org.chrootlite.spec.Spec;
import org.jspecify.annotations.Nullable;

/** What a sandbox is, in the order of a manifest; specs themselves count in nanoseconds and sort by name. */
final class SpecView {
  private static final List<String> ORDER =
      List.of(
          "name", "description", "labels", "isolation", "hardening", "rootfs", "limits", "network", "mounts",
          "environment", "workdir", "user", "hostname", "scripts", "template", "directory", "writes", "source", "tmpfs",
          "target", "size", "readOnly", "sockets", "uid", "gid");

  /** What a script is comes first, though a sandbox has some of it elsewhere. */
  private static final List<String> ORDER_OF_SCRIPTS =
      List.of("run", "file", "interpreter", "command", "args", "stdin", "environment", "limits", "artifacts");

  private static final String SCRIPT = "script";

  /** How the number of a limit is told. */
  private final BiFunction<LimitKind.Unit, Long, Object> form;

  private SpecView(BiFunction<LimitKind.Unit, Long, Object> form) {
    this.form = form;
  }

  /** Sizes and times as a manifest would have them, such as {@code 64MB}. */
  static Object forPeople(Spec spec) {
    return new SpecView(SpecView::written).tree("", spec.tree());
  }

  /** Sizes in bytes, times in seconds. */
  static Object forPrograms(Spec spec) {
    return new SpecView(LimitKind.Unit::told).tree("", spec.tree());
  }

  private static Object written(LimitKind.Unit unit, long value) {
    return switch (unit) {
      case BYTES -> Sizes.format(value);
      case NANOSECONDS -> Durations.format(value);
      case MILLICPUS, COUNT -> unit.told(value);
    };
  }

  /**
   * @param name of the mapping; what is in one of names that people choose stays in its order
   */
  private Map<String, Object> tree(String name, Map<?, ?> tree) {
    SortedSet<String> left = new TreeSet<>();
    tree.keySet().forEach(key -> left.add((String) key));
    List<String> keys = new ArrayList<>();
    if (!List.of("scripts", "environment", "labels").contains(name)) {
      for (String known : name.equals(SCRIPT) ? ORDER_OF_SCRIPTS : ORDER) {
        if (left.remove(known)) {
          keys.add(known);
        }
      }
    }
    keys.addAll(left);
    Map<String, Object> view = new LinkedHashMap<>();
    for (String key : keys) {
      view.put(key, value(name, key, tree.get(key)));
    }
    return view;
  }

  private Object value(String parent, String key, @Nullable Object value) {
    Optional<LimitKind.Unit> unit = unit(parent, key);
    return switch (value) {
      case Long number when unit.isPresent() -> form.apply(unit.get(), number);
      // A script may be called limits.
      case Map<?, ?> map -> tree(parent.equals("scripts") ? SCRIPT : key, map);
      case List<?> list -> list.stream().map(item -> value("", parent + key, item)).toList();
      case null -> throw new IllegalArgumentException("nothing is at " + key);
      default -> value;
    };
  }

  private static Optional<LimitKind.Unit> unit(String parent, String key) {
    if (key.equals("size")) {
      return Optional.of(LimitKind.Unit.BYTES);
    }
    return parent.equals("limits")
        ? Arrays.stream(LimitKind.values()).filter(kind -> kind.key().equals(key)).findFirst().map(LimitKind::unit)
        : Optional.empty();
  }
}
