package org.chrootlite.rootfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads recipes, strictly: what it does not know is an error, as is what it knows twice. */
final class RecipeReader {
  private static final Set<String> KEYS =
      Set.of(
          "description", "extends", "programs", "libraries", "copy", "asOnHost", "directories", "links", "files");
  private static final Set<String> WANT_KEYS = Set.of("names", "package", "optional");
  private static final Set<String> COPY_KEYS = Set.of("from", "contains", "exclude", "package", "optional");
  private static final Set<String> PACKAGE_KEYS = Set.of("debian", "fedora", "alpine");

  private final String name;

  private RecipeReader(String name) {
    this.name = name;
  }

  /**
   * Reads one recipe.
   *
   * @param name the template's name
   * @throws RootfsException that says which key is wrong
   */
  static Recipe read(String name, String yaml) throws RootfsException {
    return new RecipeReader(name).read(yaml);
  }

  private Recipe read(String yaml) throws RootfsException {
    Object document;
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file()).setAllowDuplicateKeys(false).setMaxAliasesForCollections(0).build();
      document = new Load(settings).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new RootfsException(file() + ": " + e.getMessage(), e);
    }
    Map<?, ?> recipe = map("the recipe", document, KEYS);
    return new Recipe(
        name,
        string("description", recipe.get("description")),
        recipe.containsKey("extends") ? Optional.of(string("extends", recipe.get("extends"))) : Optional.empty(),
        wants("programs", recipe.get("programs")),
        wants("libraries", recipe.get("libraries")),
        copies(recipe.get("copy")),
        paths("asOnHost", recipe.get("asOnHost")),
        paths("directories", recipe.get("directories")),
        texts("links", recipe.get("links")),
        texts("files", recipe.get("files")));
  }

  private List<Recipe.Want> wants(String key, @Nullable Object value) throws RootfsException {
    List<Recipe.Want> wants = new ArrayList<>();
    for (Object item : list(key, value)) {
      String path = key + "[" + wants.size() + "]";
      Map<?, ?> want = map(path, item, WANT_KEYS);
      wants.add(
          new Recipe.Want(
              atLeastOne(path + ".names", want.get("names")),
              hostPackage(path + ".package", want.get("package")),
              flag(path + ".optional", want.get("optional"))));
    }
    return wants;
  }

  private List<Recipe.Copy> copies(@Nullable Object value) throws RootfsException {
    List<Recipe.Copy> copies = new ArrayList<>();
    for (Object item : list("copy", value)) {
      String path = "copy[" + copies.size() + "]";
      Map<?, ?> copy = map(path, item, COPY_KEYS);
      List<String> from = atLeastOne(path + ".from", copy.get("from"));
      for (String source : from) {
        path(path + ".from", source);
      }
      copies.add(
          new Recipe.Copy(
              from,
              strings(path + ".contains", copy.get("contains")),
              strings(path + ".exclude", copy.get("exclude")),
              hostPackage(path + ".package", copy.get("package")),
              flag(path + ".optional", copy.get("optional"))));
    }
    return copies;
  }

  private Recipe.HostPackage hostPackage(String path, @Nullable Object value) throws RootfsException {
    if (value instanceof String everywhere) {
      return new Recipe.HostPackage(everywhere, everywhere, everywhere);
    }
    Map<?, ?> names = map(path, value, PACKAGE_KEYS);
    return new Recipe.HostPackage(
        string(path + ".debian", names.get("debian")),
        string(path + ".fedora", names.get("fedora")),
        string(path + ".alpine", names.get("alpine")));
  }

  private SortedMap<String, String> texts(String path, @Nullable Object value) throws RootfsException {
    SortedMap<String, String> texts = new TreeMap<>();
    if (value != null) {
      if (!(value instanceof Map<?, ?> map)) {
        throw wrong(path, "is not a map");
      }
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String key = path(path, string(path, entry.getKey()));
        texts.put(key, string(path + "." + key, entry.getValue()));
      }
    }
    return texts;
  }

  private List<String> paths(String path, @Nullable Object value) throws RootfsException {
    List<String> paths = strings(path, value);
    for (String item : paths) {
      path(path, item);
    }
    return paths;
  }

  private String path(String key, String value) throws RootfsException {
    String inside = value + "/";
    if (!value.startsWith("/") || inside.contains("/../") || inside.contains("/./") || inside.contains("//")) {
      throw wrong(key, "\"" + value + "\" is not an absolute path without . and ..");
    }
    return value;
  }

  private List<String> atLeastOne(String path, @Nullable Object value) throws RootfsException {
    List<String> strings = strings(path, value);
    if (strings.isEmpty()) {
      throw wrong(path, "is missing or empty");
    }
    return strings;
  }

  private List<String> strings(String path, @Nullable Object value) throws RootfsException {
    List<String> strings = new ArrayList<>();
    for (Object item : list(path, value)) {
      strings.add(string(path + "[" + strings.size() + "]", item));
    }
    return strings;
  }

  private List<?> list(String path, @Nullable Object value) throws RootfsException {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> list;
      default -> throw wrong(path, "is not a list");
    };
  }

  private Map<?, ?> map(String path, @Nullable Object value, Set<String> keys) throws RootfsException {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(path, value == null ? "is missing" : "is not a map");
    }
    for (Object key : map.keySet()) {
      if (!(key instanceof String known) || !keys.contains(known)) {
        throw wrong(path, "has an unknown key \"" + key + "\"");
      }
    }
    return map;
  }

  private String string(String path, @Nullable Object value) throws RootfsException {
    if (!(value instanceof String string)) {
      throw wrong(path, value == null ? "is missing" : "is not text");
    }
    return string;
  }

  private boolean flag(String path, @Nullable Object value) throws RootfsException {
    return switch (value) {
      case null -> false;
      case Boolean flag -> flag;
      default -> throw wrong(path, "is neither true nor false");
    };
  }

  private String file() {
    return "rootfs/" + name + "/rootfs.yaml";
  }

  private RootfsException wrong(String path, String what) {
    return new RootfsException(file() + ": " + path + " " + what);
  }
}
