package org.chrootlite.rootfs;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a template is made of. The comments of {@code rootfs/base/rootfs.yaml} explain each key.
 *
 * @param parent the recipe that this one adds to
 * @param programs found in the search path of {@link TreePlanner}
 * @param libraries shared libraries that nothing names as needed, because programs open them while they run
 * @param asOnHost directories that are a symbolic link in the tree where they are one on the host
 * @param links from a path to a target
 * @param files from a path to its text
 */
record Recipe(
    String name,
    String description,
    Optional<String> parent,
    List<Want> programs,
    List<Want> libraries,
    List<Copy> copies,
    List<String> asOnHost,
    List<String> directories,
    SortedMap<String, String> links,
    SortedMap<String, String> files) {
  /** Copies the collections. */
  Recipe {
    programs = List.copyOf(programs);
    libraries = List.copyOf(libraries);
    copies = List.copyOf(copies);
    asOnHost = List.copyOf(asOnHost);
    directories = List.copyOf(directories);
    links = Collections.unmodifiableSortedMap(new TreeMap<>(links));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** The package of each family of distributions that brings something. */
  record HostPackage(String debian, String fedora, String alpine) {}

  /**
   * Things by name, all of one package.
   *
   * @param optional whether the tree is good without
   */
  record Want(List<String> names, HostPackage hostPackage, boolean optional) {
    /** Copies the list. */
    Want {
      names = List.copyOf(names);
    }
  }

  /**
   * A file or directory of the host that the tree has at the same place.
   *
   * @param from absolute; the first one that exists and holds all of {@code contains} is taken. <code>{name}</code>
   *     stands for the file name of what the program {@code name} really is
   * @param exclude names, or paths below the directory, that are left out; {@code *} is any part of a name
   */
  record Copy(
      List<String> from, List<String> contains, List<String> exclude, HostPackage hostPackage, boolean optional) {
    /** Copies the lists. */
    Copy {
      from = List.copyOf(from);
      contains = List.copyOf(contains);
      exclude = List.copyOf(exclude);
    }
  }
}
