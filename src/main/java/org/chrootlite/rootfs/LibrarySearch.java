package org.chrootlite.rootfs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the shared libraries of an object as ld.so(8) would, without running it: {@code DT_RPATH} of the object and of
 * those that load it, or {@code DT_RUNPATH} of the object, then the directories.
 *
 * <p>The tree gets no {@code /etc/ld.so.cache}, so what the loader finds by itself goes first here, and what only the
 * cache would find is reported as such.
 */
final class LibrarySearch {
  /**
   * A library.
   *
   * @param name as {@code DT_NEEDED} has it
   * @param path where the loader finds it, links not yet followed
   * @param cacheOnly whether it is in a directory that only {@code /etc/ld.so.conf} names
   */
  record Library(String name, String path, boolean cacheOnly) {}

  /** A library that is not on this host. */
  record Missing(String name, String neededBy) {}

  /** All that an object needs to be loaded, its interpreter first. */
  record Closure(List<Library> libraries, List<Missing> missing) {}

  private record Request(String name, String neededBy, List<String> rpath, List<String> runpath) {}

  private final RootedTree host;
  private final Map<Integer, LibraryPath> paths = new HashMap<>();
  private final Map<String, Optional<ElfFile>> objects = new HashMap<>();

  LibrarySearch(RootedTree host) {
    this.host = host;
  }

  /** The configuration files that the answers depend on. */
  List<String> configuration() {
    List<String> files = new ArrayList<>();
    paths.values().forEach(path -> files.addAll(path.files()));
    return files;
  }

  /**
   * The closure of one object.
   *
   * @param path of a regular file, free of links
   * @return empty when it is no ELF object
   */
  Optional<Closure> closure(String path) throws IOException {
    Optional<ElfFile> object = object(path);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    int machine = object.get().machine();
    Map<String, Library> libraries = new LinkedHashMap<>();
    List<Missing> missing = new ArrayList<>();
    Deque<Request> requests = new ArrayDeque<>();
    request(requests, object.get(), path, List.of());
    object.get().interpreter().ifPresent(loader -> requests.addFirst(new Request(loader, path, List.of(), List.of())));
    while (!requests.isEmpty()) {
      Request request = requests.removeFirst();
      if (libraries.containsKey(request.name)) {
        continue;
      }
      Optional<Library> library = search(request, machine);
      if (library.isEmpty()) {
        missing.add(new Missing(request.name, request.neededBy));
        continue;
      }
      libraries.put(request.name, library.get());
      ElfFile loaded = objectAt(library.get().path, machine).orElseThrow();
      request(requests, loaded, library.get().path, request.rpath);
    }
    return Optional.of(new Closure(List.copyOf(libraries.values()), List.copyOf(missing)));
  }

  /** A library by its name alone, as dlopen(3) finds it for an object without paths of its own. */
  Optional<Library> named(String name, int machine) throws IOException {
    return search(new Request(name, "", List.of(), List.of()), machine);
  }

  /** The object at a path that is free of links. */
  Optional<ElfFile> object(String path) throws IOException {
    Optional<ElfFile> known = objects.get(path);
    if (known == null) {
      known = ElfFile.read(host.onHost(path));
      objects.put(path, known);
    }
    return known;
  }

  private static void request(Deque<Request> requests, ElfFile object, String path, List<String> inherited) {
    String origin = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    List<String> runpath = expand(object.runpath(), origin);
    List<String> rpath = new ArrayList<>(runpath.isEmpty() ? expand(object.rpath(), origin) : List.of());
    rpath.addAll(inherited);
    for (String name : object.needed()) {
      requests.addLast(new Request(name, path, rpath, runpath));
    }
  }

  /** Relative directories mean nothing after a chroot, nor do other variables than {@code $ORIGIN}. */
  private static List<String> expand(List<String> directories, String origin) {
    List<String> expanded = new ArrayList<>();
    for (String directory : directories) {
      String path = directory.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
      if (path.startsWith("/") && !path.contains("$")) {
        expanded.add(path);
      }
    }
    return expanded;
  }

  private Optional<Library> search(Request request, int machine) throws IOException {
    if (request.name.contains("/")) {
      return objectAt(request.name, machine).map(found -> new Library(request.name, request.name, false));
    }
    LibraryPath path = paths.get(machine);
    if (path == null) {
      path = LibraryPath.of(host, machine);
      paths.put(machine, path);
    }
    Optional<Library> found =
        search(request.name, request.runpath.isEmpty() ? request.rpath : request.runpath, machine, false);
    if (found.isEmpty()) {
      found = search(request.name, path.builtIn(), machine, false);
    }
    if (found.isEmpty()) {
      found = search(request.name, path.configured(), machine, true);
    }
    return found;
  }

  private Optional<Library> search(String name, List<String> directories, int machine, boolean cacheOnly)
      throws IOException {
    for (String directory : directories) {
      String path = directory + "/" + name;
      if (objectAt(path, machine).isPresent()) {
        return Optional.of(new Library(name, path, cacheOnly));
      }
    }
    return Optional.empty();
  }

  /** The loader passes over what is for another machine, and so does this. */
  private Optional<ElfFile> objectAt(String path, int machine) throws IOException {
    Optional<ElfFile> known = objects.get(path);
    if (known == null) {
      Optional<RootedTree.Found> found = host.find(path);
      known = Optional.empty();
      if (found.isPresent() && found.get().stat().isRegular()) {
        try {
          known = object(found.get().path());
        } catch (MalformedElfException e) {
          // No loader would take it either.
          known = Optional.empty();
        }
      }
      objects.put(path, known);
    }
    return known.filter(object -> object.machine() == machine);
  }
}
