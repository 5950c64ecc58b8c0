package org.chrootlite.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.model.Sandbox;

class SpecProperties {
  @Provide
  Arbitrary<Sandbox> sandboxes() {
    return AnySandbox.sandboxes();
  }

  /** Trees near that of a sandbox: one value somewhere is replaced, added or removed. */
  @Provide
  Arbitrary<Spec> almostSpecs() {
    Arbitrary<Object> values =
        Arbitraries.of(
            "", "text", 0L, -1L, Long.MAX_VALUE, true, List.of(), List.of(1L), Map.of(), Map.of("x", "y"), "\0", "/x");
    return sandboxes()
        .map(Spec::of)
        .flatMap(
            spec ->
                values.flatMap(
                    value -> Arbitraries.integers().between(0, 60).map(at -> mutated(spec, at, value))));
  }

  /** So sandboxes that differ in anything but lines have different specs. */
  @Property(tries = 500)
  void theSandboxThatComesBackIsTheSame(@ForAll("sandboxes") Sandbox sandbox) throws SpecException {
    Spec spec = Spec.of(sandbox);
    Sandbox back = spec.sandbox(AnySandbox.FILE, Spec.lines(sandbox));
    assertEquals(AnySandbox.sorted(sandbox), back);
    assertEquals(spec, Spec.of(back));
    assertEquals(Spec.lines(sandbox), Spec.lines(back));
  }

  @Property(tries = 200)
  void withoutLinesAllButTheOriginsComesBack(@ForAll("sandboxes") Sandbox sandbox) throws SpecException {
    Sandbox back = Spec.of(sandbox).sandbox(AnySandbox.FILE, new TreeMap<>());
    assertEquals(Spec.of(sandbox), Spec.of(back));
    assertEquals(new TreeMap<>(), Spec.lines(back));
  }

  @Property(tries = 500)
  void differencesAreSeenExactlyWhereThereAreSome(
      @ForAll("sandboxes") Sandbox one, @ForAll("sandboxes") Sandbox other) {
    List<Difference> differences = Difference.between(Spec.of(one), Spec.of(other));
    assertEquals(Spec.of(one).equals(Spec.of(other)), differences.isEmpty());
    assertEquals(List.of(), Difference.between(Spec.of(one), Spec.of(AnySandbox.sorted(one))));
    for (Difference difference : differences) {
      assertNotEquals(difference.before(), difference.after(), difference::toString);
      for (String text : List.of(difference.field(), difference.before().orElse(""), difference.after().orElse(""))) {
        assertFalse(text.contains("\n"), text);
      }
    }
  }

  @Property(tries = 500)
  void aTreeThatFitsNotIsRefusedAndComparedButBreaksNothing(
      @ForAll("almostSpecs") Spec spec, @ForAll("sandboxes") Sandbox sandbox) {
    try {
      Sandbox read = spec.sandbox(AnySandbox.FILE, new TreeMap<>());
      // What is a script's own here may be its sandbox's there; to runs that is the same.
      assertEquals(Spec.of(read), Spec.of(Spec.of(read).sandbox(AnySandbox.FILE, new TreeMap<>())));
    } catch (SpecException e) {
      assertFalse(Optional.ofNullable(e.getMessage()).orElse("").isEmpty());
    }
    Spec good = Spec.of(sandbox);
    assertEquals(spec.equals(good), Difference.between(spec, good).isEmpty());
    assertEquals(spec.equals(good), Difference.between(good, spec).isEmpty());
  }

  @Property(tries = 500)
  void whatOneChangeMakesOfATreeIsSeen(@ForAll("almostSpecs") Spec spec, @ForAll("sandboxes") Sandbox sandbox) {
    Spec good = Spec.of(sandbox);
    for (int at = 0; at < 60; at++) {
      Spec other = mutated(good, at, "another value");
      assertEquals(good.equals(other), Difference.between(good, other).isEmpty());
    }
    assertTrue(Difference.between(spec, spec).isEmpty());
  }

  /** The spec with its {@code at}th value, counted in depth, replaced. */
  static Spec mutated(Spec spec, int at, Object value) {
    return new Spec(new TreeMap<>(asMap(mutate(spec.tree(), new int[] {at}, value))));
  }

  private static Map<String, Object> asMap(Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> entries) {
      entries.forEach((key, below) -> map.put((String) key, below));
    }
    return map;
  }

  private static Object mutate(Object tree, int[] at, Object value) {
    return switch (tree) {
      case Map<?, ?> map -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        asMap(map).forEach((key, below) -> copy.put(key, at[0]-- == 0 ? value : mutate(below, at, value)));
        if (at[0]-- == 0) {
          copy.put("another", value);
        }
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(at[0]-- == 0 ? value : mutate(item, at, value)));
        yield Collections.unmodifiableList(copy);
      }
      default -> tree;
    };
  }
}
