package org.chrootlite.rootfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The recipes that come with the program. */
public final class Recipes {
  /** The templates, in the order in which they are offered. A jar cannot be asked for the folders in it. */
  private static final List<String> NAMES = List.of("base", "python");

  private Recipes() {}

  /** The names of all templates. */
  public static List<String> names() {
    return NAMES;
  }

  /** One line about a template. */
  public static String description(String name) throws IOException {
    return RecipeReader.read(name, text(name)).description();
  }

  /**
   * The first template whose recipe has a program of this name.
   *
   * @param missedIn the template where it is missed: neither this one nor what it extends is an answer
   */
  public static Optional<String> templateWith(String program, String missedIn) throws IOException {
    List<String> missed = chain(missedIn).stream().map(Recipe::name).toList();
    for (String name : NAMES) {
      if (missed.contains(name)) {
        continue;
      }
      for (Recipe.Want want : RecipeReader.read(name, text(name)).programs()) {
        if (want.names().contains(program)) {
          return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  /** A recipe and all that it extends, the last ancestor first. */
  static List<Recipe> chain(String name) throws IOException {
    List<Recipe> chain = new ArrayList<>();
    Optional<String> next = Optional.of(name);
    while (next.isPresent()) {
      if (chain.size() > NAMES.size()) {
        throw new RootfsException("rootfs/" + name + "/rootfs.yaml: extends itself");
      }
      Recipe recipe = RecipeReader.read(next.get(), text(next.get()));
      chain.addFirst(recipe);
      next = recipe.parent();
    }
    return List.copyOf(chain);
  }

  /** Throws when there is no template of this name. */
  static void check(String name) throws RootfsException {
    if (!NAMES.contains(name)) {
      throw new RootfsException(
          "there is no rootfs template \"" + name + "\"; there are " + String.join(" and ", NAMES));
    }
  }

  /** The YAML of a recipe. */
  static String text(String name) throws IOException {
    check(name);
    try (InputStream resource = Recipes.class.getResourceAsStream("/rootfs/" + name + "/rootfs.yaml")) {
      if (resource == null) {
        throw new RootfsException("the program lacks its resource rootfs/" + name + "/rootfs.yaml; build it again");
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
