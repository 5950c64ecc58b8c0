package org.chrootlite.rootfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Looks up on the host what recipes ask for, and decides what the tree has. Reads much, writes nothing. */
final class TreePlanner {
  /** Fixed, as the caller's own PATH could lead to anything. */
  static final List<String> SEARCH_PATH = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

  private static final int MAX_INTERPRETERS = 4;

  /** Something that the host lacks. */
  private record Gap(String what, Recipe.HostPackage hostPackage) {}

  private final RootedTree host;
  private final LibrarySearch libraries;
  private final TreeCollector tree;
  private final Map<String, String> programs = new HashMap<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final TreeSet<String> brokenLibraries = new TreeSet<>();
  private int machine;

  private TreePlanner(RootedTree host) {
    this.host = host;
    this.libraries = new LibrarySearch(host);
    this.tree = new TreeCollector(host);
  }

  /**
   * Plans one tree.
   *
   * @param recipes the one that is asked for last, what it extends before it
   * @throws RootfsException that lists all that is missing on the host, and what to install
   */
  static TreePlan plan(RootedTree host, List<Recipe> recipes) throws IOException {
    TreePlanner planner = new TreePlanner(host);
    for (Recipe recipe : recipes) {
      planner.add(recipe);
    }
    planner.refuseGaps(recipes.getLast().name());
    planner.libraries.configuration().forEach(planner.tree::watch);
    return planner.tree.plan();
  }

  private void add(Recipe recipe) throws IOException {
    for (String path : recipe.directories()) {
      tree.directory(path);
    }
    for (String path : recipe.asOnHost()) {
      tree.asOnHost(path);
    }
    SEARCH_PATH.forEach(tree::watch);
    for (Recipe.Want want : recipe.programs()) {
      for (String name : want.names()) {
        program(name, want);
      }
    }
    for (Recipe.Want want : recipe.libraries()) {
      for (String name : want.names()) {
        library(name, want);
      }
    }
    for (Recipe.Copy copy : recipe.copies()) {
      copy(copy);
    }
    for (Map.Entry<String, String> link : recipe.links().entrySet()) {
      tree.put(link.getKey(), new TreePlan.Link(link.getValue()));
    }
    for (Map.Entry<String, String> file : recipe.files().entrySet()) {
      tree.put(file.getKey(), new TreePlan.Text(file.getValue()));
    }
  }

  private void program(String name, Recipe.Want want) throws IOException {
    for (String directory : name.startsWith("/") ? List.of("") : SEARCH_PATH) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      Optional<RootedTree.Found> found = host.find(path);
      if (found.isPresent() && found.get().stat().isRegular() && found.get().stat().isExecutable()) {
        programs.put(name, found.get().path());
        program(path, found.get(), MAX_INTERPRETERS);
        return;
      }
    }
    if (!want.optional()) {
      gaps.add(new Gap(name, want.hostPackage()));
    }
  }

  private void program(String path, RootedTree.Found found, int interpretersLeft) throws IOException {
    tree.file(path, found);
    Optional<LibrarySearch.Closure> closure = libraries.closure(found.path());
    if (closure.isPresent()) {
      machine = libraries.object(found.path()).orElseThrow().machine();
      for (LibrarySearch.Missing missing : closure.get().missing()) {
        brokenLibraries.add(missing.name() + ", needed by " + missing.neededBy());
      }
      link(closure.get().libraries());
      return;
    }
    Optional<String> interpreter = Shebang.interpreter(host.onHost(found.path()));
    if (interpreter.isPresent() && interpretersLeft > 0) {
      Optional<RootedTree.Found> target = host.find(interpreter.get());
      if (target.isEmpty() || !target.get().stat().isRegular()) {
        brokenLibraries.add(interpreter.get() + ", needed by " + path);
      } else {
        program(interpreter.get(), target.get(), interpretersLeft - 1);
      }
    }
  }

  private void library(String name, Recipe.Want want) throws IOException {
    Optional<LibrarySearch.Library> library = libraries.named(name, machine);
    if (library.isPresent()) {
      link(List.of(library.get()));
      RootedTree.Found found = host.find(library.get().path()).orElseThrow();
      linkWhatIsThere(found.path());
    } else if (!want.optional()) {
      gaps.add(new Gap(name, want.hostPackage()));
    }
  }

  private void copy(Recipe.Copy copy) throws IOException {
    for (String pattern : copy.from()) {
      Optional<String> from = expand(pattern);
      Optional<RootedTree.Found> found = from.isEmpty() ? Optional.empty() : host.find(from.get());
      from.ifPresent(tree::watch);
      if (from.isPresent() && found.isPresent() && holds(found.get().path(), copy.contains())) {
        for (String object : tree.copy(from.get(), found.get(), copy.exclude())) {
          linkWhatIsThere(object);
        }
        return;
      }
    }
    if (!copy.optional()) {
      gaps.add(new Gap(String.join(" or ", copy.from()), copy.hostPackage()));
    }
  }

  /** What misses a library here misses it on the host too: there is nothing to repair. */
  private void linkWhatIsThere(String object) throws IOException {
    Optional<LibrarySearch.Closure> closure;
    try {
      closure = libraries.closure(object);
    } catch (MalformedElfException e) {
      // It only looks like a library: it is copied as any other file.
      return;
    }
    if (closure.isPresent()) {
      link(closure.get().libraries());
    }
  }

  private boolean holds(String directory, List<String> contains) throws IOException {
    for (String name : contains) {
      if (host.find(directory + "/" + name).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Empty when it names a program that the host does not have, which is a gap already. */
  private Optional<String> expand(String pattern) {
    int open = pattern.indexOf('{');
    int close = pattern.indexOf('}', Math.max(0, open));
    if (open < 0 || close < 0) {
      return Optional.of(pattern);
    }
    String program = programs.get(pattern.substring(open + 1, close));
    return program == null
        ? Optional.empty()
        : Optional.of(
            pattern.substring(0, open)
                + program.substring(program.lastIndexOf('/') + 1)
                + pattern.substring(close + 1));
  }

  private void link(List<LibrarySearch.Library> closure) throws IOException {
    for (LibrarySearch.Library library : closure) {
      RootedTree.Found found = host.find(library.path()).orElseThrow();
      tree.file(library.path(), found);
      if (library.cacheOnly()) {
        besideLibc(library, found);
      }
    }
  }

  /** Without the host's cache the loader would not look there; where it finds libc it does look. */
  private void besideLibc(LibrarySearch.Library library, RootedTree.Found found) throws IOException {
    Optional<LibrarySearch.Library> libc = libraries.named("libc.so.6", machine);
    if (libc.isPresent()) {
      String path = host.find(libc.get().path()).orElseThrow().path();
      String directory = path.substring(0, path.lastIndexOf('/') + 1);
      tree.put(directory + library.name(), new TreePlan.Link(found.path()));
    }
  }

  private void refuseGaps(String template) throws IOException {
    if (gaps.isEmpty() && brokenLibraries.isEmpty()) {
      return;
    }
    Distribution distribution = Distribution.of(host);
    StringBuilder message =
        new StringBuilder("the host lacks what rootfs template \"").append(template).append("\" is made of:");
    TreeSet<String> packages = new TreeSet<>();
    for (Gap gap : gaps) {
      String hostPackage = distribution.nameOf(gap.hostPackage);
      packages.add(hostPackage);
      message.append("\n  ").append(gap.what).append("  (package ").append(hostPackage).append(')');
    }
    brokenLibraries.forEach(broken -> message.append("\n  ").append(broken));
    if (!packages.isEmpty()) {
      message.append("\nto get it: ").append(distribution.install()).append(' ').append(String.join(" ", packages));
    }
    if (!brokenLibraries.isEmpty()) {
      message.append("\nprograms of the host that lack something they need are broken: reinstall their packages");
    }
    throw new RootfsException(message.toString());
  }
}
