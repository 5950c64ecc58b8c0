package org.chrootlite.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares two trees down to what a person would call a setting. It takes trees that describe no sandbox, too. */
final class Differences {
  private final List<Difference> found = new ArrayList<>();

  private Differences() {}

  static List<Difference> between(Spec before, Spec after) {
    Differences differences = new Differences();
    differences.compare(Field.ROOT, before.tree(), after.tree());
    differences.found.sort(Comparator.comparing(Difference::field));
    return List.copyOf(differences.found);
  }

  private void compare(Field field, @Nullable Object before, @Nullable Object after) {
    if (before == null) {
      appear(field, after);
    } else if (after == null) {
      vanish(field, before);
    } else if (before.equals(after)) {
      return;
    } else if (before instanceof Map<?, ?> left && after instanceof Map<?, ?> right && !field.isMount()) {
      entries(field, left, right);
    } else if (field.isMounts() && before instanceof List<?> left && after instanceof List<?> right) {
      mounts(field, left, right);
    } else {
      change(field, before, after);
    }
  }

  private void appear(Field field, @Nullable Object after) {
    if (field.isGroup() && after instanceof Map<?, ?> right && !right.isEmpty()) {
      entries(field, new TreeMap<>(), right);
    } else if (field.isMounts() && after instanceof List<?> right && !right.isEmpty()) {
      mounts(field, List.of(), right);
    } else if (after != null) {
      found.add(new Difference(field.name(), Optional.empty(), Optional.of(FieldText.value(field, after))));
    }
  }

  private void vanish(Field field, Object before) {
    if (field.isGroup() && before instanceof Map<?, ?> left && !left.isEmpty()) {
      entries(field, left, new TreeMap<>());
    } else if (field.isMounts() && before instanceof List<?> left && !left.isEmpty()) {
      mounts(field, left, List.of());
    } else {
      found.add(new Difference(field.name(), Optional.of(FieldText.value(field, before)), Optional.empty()));
    }
  }

  private void change(Field field, Object before, Object after) {
    FieldText.Pair pair = FieldText.pair(field, before, after);
    found.add(new Difference(field.name(), Optional.of(pair.before()), Optional.of(pair.after())));
  }

  private void entries(Field field, Map<?, ?> before, Map<?, ?> after) {
    for (Object key : union(before.keySet(), after.keySet())) {
      compare(field.child((String) key), before.get(key), after.get(key));
    }
  }

  /** Compares mounts by their targets, whose order matters too: the outer one has to come before what lies in it. */
  private void mounts(Field field, List<?> before, List<?> after) {
    Map<String, Object> left = byTarget(before);
    Map<String, Object> right = byTarget(after);
    if (left.size() < before.size() || right.size() < after.size()) {
      change(field, before, after);
      return;
    }
    for (String target : union(left.keySet(), right.keySet())) {
      compare(field.child(target), left.get(target), right.get(target));
    }
    String orderBefore = order(left.keySet(), right.keySet());
    String orderAfter = order(right.keySet(), left.keySet());
    if (!orderBefore.equals(orderAfter)) {
      String name = field.name() + " (order)";
      found.add(new Difference(name, Optional.of(orderBefore), Optional.of(orderAfter)));
    }
  }

  private static String order(Collection<String> targets, Collection<String> others) {
    return targets.stream().filter(others::contains).map(TextForm::item).collect(Collectors.joining(", "));
  }

  /** Fewer than there are mounts where one has no target, or two have the same. */
  private static Map<String, Object> byTarget(List<?> mounts) {
    Map<String, Object> byTarget = new LinkedHashMap<>();
    for (Object mount : mounts) {
      if (mount instanceof Map<?, ?> map
          && (map.containsKey("tmpfs") ? map.get("tmpfs") : map.get("target")) instanceof String target) {
        byTarget.put(target, map);
      }
    }
    return byTarget;
  }

  private static <T> Set<T> union(Collection<? extends T> one, Collection<? extends T> other) {
    Set<T> union = new LinkedHashSet<>(one);
    union.addAll(other);
    return union;
  }
}
