package org.chrootlite.spec;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A tree within a spec, and the way to it.
 *
 * @param path such as {@code scripts.hello}; empty at the root
 */
record SpecTree(String path, Map<?, ?> map) {
  String path(String key) {
    return SpecPath.child(path, key);
  }

  boolean has(String key) {
    return map.containsKey(key);
  }

  boolean isText(String key) {
    return map.get(key) instanceof String;
  }

  /** The keys, sorted; all are text, as in each spec. */
  SortedSet<String> keys() {
    SortedSet<String> keys = new TreeSet<>();
    map.keySet().forEach(key -> keys.add((String) key));
    return keys;
  }

  /** Refuses keys that a reader knows nothing of: they could mean less than what runs without them. */
  void only(String... known) throws SpecException {
    for (String key : keys()) {
      if (!Set.copyOf(List.of(known)).contains(key)) {
        throw new SpecException(path(key), "is not known to this version of chroot-lite");
      }
    }
  }

  String text(String key) throws SpecException {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw wrong(key, "text");
  }

  /** A whole number from 0 to {@code most}. */
  long number(String key, long most) throws SpecException {
    if (map.get(key) instanceof Long number && number >= 0 && number <= most) {
      return number;
    }
    throw wrong(key, "a whole number from 0 to " + most);
  }

  boolean flag(String key) throws SpecException {
    if (map.get(key) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, "true or false");
  }

  <T extends Enum<T>> T choice(String key, T[] choices) throws SpecException {
    String text = text(key);
    List<String> ids = new ArrayList<>();
    for (T choice : choices) {
      ids.add(SpecWriter.id(choice));
      if (ids.getLast().equals(text)) {
        return choice;
      }
    }
    throw wrong(key, "one of " + String.join(", ", ids));
  }

  /** An absolute path of the host. */
  Path hostPath(String key) throws SpecException {
    try {
      Path path = Path.of(text(key));
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw wrong(key, "a path");
    }
    throw wrong(key, "an absolute path");
  }

  /** The tree under a key; an empty one where there is none. */
  SpecTree tree(String key) throws SpecException {
    @Nullable Object value = map.get(key);
    if (value == null) {
      return new SpecTree(path(key), new TreeMap<>());
    }
    if (value instanceof Map<?, ?> below) {
      return new SpecTree(path(key), below);
    }
    throw wrong(key, "a mapping");
  }

  /** The texts of a list; none where there is no list. */
  List<String> texts(String key) throws SpecException {
    List<String> texts = new ArrayList<>();
    for (Object item : list(key)) {
      if (!(item instanceof String text)) {
        throw new SpecException(SpecPath.item(path(key), texts.size()), "must be text");
      }
      texts.add(text);
    }
    return texts;
  }

  /** The trees of a list; none where there is no list. */
  List<SpecTree> trees(String key) throws SpecException {
    List<SpecTree> trees = new ArrayList<>();
    for (Object item : list(key)) {
      String itemPath = SpecPath.item(path(key), trees.size());
      if (!(item instanceof Map<?, ?> below)) {
        throw new SpecException(itemPath, "must be a mapping");
      }
      trees.add(new SpecTree(itemPath, below));
    }
    return trees;
  }

  private List<?> list(String key) throws SpecException {
    @Nullable Object value = map.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(key, "a list");
  }

  private SpecException wrong(String key, String expected) {
    return new SpecException(path(key), has(key) ? "must be " + expected : "is missing");
  }
}
