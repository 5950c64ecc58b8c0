package org.chrootlite.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.model.Sandbox;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is, without where that is written: a tree under the manifest's own keys, with all defaults filled in.
 * Two sandboxes mean the same exactly where their specs are equal.
 *
 * <p>Values are in one form each: sizes in bytes, durations in nanoseconds, {@code cpus} in thousandths, paths of the
 * host absolute. A {@code wallTime} of 0 is none. What is empty (a list, a mapping, the description) is left out, and
 * so is the {@code stdin} of a script that reads its caller's. A script's {@code limits} and {@code environment} have
 * only what differs from its sandbox's.
 *
 * @param tree immutable at every level; values are {@link String}, {@link Long}, {@link Boolean}, {@link List}, and
 *     {@link SortedMap} from texts
 */
public record Spec(SortedMap<String, Object> tree) {
  /**
   * Copies the tree.
   *
   * @throws IllegalArgumentException for a value of another kind
   */
  public Spec {
    try {
      tree = frozen("", tree);
    } catch (SpecException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * A tree as JSON gives it; whether it describes a sandbox is seen by {@link #sandbox}.
   *
   * @throws SpecException for values that no spec has: null, fractions, keys that are not text
   */
  public static Spec ofTree(Map<?, ?> tree) throws SpecException {
    return new Spec(frozen("", tree));
  }

  /**
   * The spec of a sandbox.
   *
   * @throws IllegalArgumentException where a script lacks a variable or a limit that its sandbox sets, which no
   *     manifest can say (but for {@code wallTime})
   */
  public static Spec of(Sandbox sandbox) {
    return SpecWriter.write(sandbox);
  }

  /**
   * The lines of the manifest that a sandbox's values come from, from 1, by setting, such as {@code limits.memory};
   * without those of defaults. What has a script's own line is under the script's name, such as {@code
   * scripts.hello.limits.memory}.
   */
  public static SortedMap<String, Integer> lines(Sandbox sandbox) {
    return SpecLines.of(sandbox);
  }

  /**
   * The sandbox that this is the spec of; the inverse of {@link #of}, but that the scripts come in the order of their
   * lines, those of one line in that of their names.
   *
   * @param file the manifest, as origins shall name it
   * @param lines as {@link #lines} gives them; a value without a line has a default as its origin
   * @throws SpecException where the tree is not that of a sandbox, with the place
   */
  public Sandbox sandbox(String file, SortedMap<String, Integer> lines) throws SpecException {
    return new SpecReader(file, lines).read(this);
  }

  /** The rootfs template; empty where the rootfs is something else. */
  public Optional<String> template() {
    return rootfs("template");
  }

  /** Whether the sandbox keeps what is written to its root: {@code rootfs.writes} is {@code keep}. */
  public boolean keeps() {
    return rootfs("writes").filter("keep"::equals).isPresent();
  }

  private Optional<String> rootfs(String key) {
    return tree.get("rootfs") instanceof Map<?, ?> rootfs && rootfs.get(key) instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  private static SortedMap<String, Object> frozen(String path, Map<?, ?> map) throws SpecException {
    SortedMap<String, Object> copy = new TreeMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new SpecException(path, "has a key that is not text");
      }
      copy.put(key, frozenValue(SpecPath.child(path, key), entry.getValue()));
    }
    return Collections.unmodifiableSortedMap(copy);
  }

  private static Object frozenValue(String path, @Nullable Object value) throws SpecException {
    return switch (value) {
      case String text -> text;
      case Long number -> number;
      case Integer number -> number.longValue();
      case Boolean flag -> flag;
      case Map<?, ?> map -> frozen(path, map);
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        for (Object item : list) {
          copy.add(frozenValue(SpecPath.item(path, copy.size()), item));
        }
        yield Collections.unmodifiableList(copy);
      }
      case null -> throw new SpecException(path, "is empty");
      default -> throw new SpecException(path, "is a " + value.getClass().getSimpleName());
    };
  }
}
