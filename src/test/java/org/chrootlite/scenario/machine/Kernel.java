package org.chrootlite.scenario.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.chrootlite.linux.Architecture;

/**
 * Debian's kernel for clouds with a static busybox, as {@code .ci/fetch-kernels} unpacks them.
 *
 * @param tree what was in the packages
 */
record Kernel(Architecture architecture, Path tree) {
  private static final String DEPENDS = "depends=";

  /** Finds one, or fails: a test that cannot be run is no success. */
  static Kernel of(Architecture architecture) {
    String name =
        switch (architecture) {
          case X86_64 -> "amd64";
          case AARCH64 -> "arm64";
        };
    String home = Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
    String cache = Objects.requireNonNullElse(System.getenv("XDG_CACHE_HOME"), home + "/.cache");
    Path tree = Path.of(cache, "chroot-lite-kernels", name);
    if (!Files.isDirectory(tree)) {
      throw new AssertionError("no kernel to boot in " + tree + ": run .ci/run, or only .ci/fetch-kernels");
    }
    return new Kernel(architecture, tree);
  }

  Path image() throws IOException {
    try (Stream<Path> files = Files.list(tree.resolve("boot"))) {
      return only(files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-")));
    }
  }

  /**
   * Loadable modules and all that they depend on, in the order in which they can be loaded: which of two depends on the
   * other has changed within a stable series.
   */
  Map<String, Path> modules(List<String> names) throws IOException {
    Map<String, Path> all = new HashMap<>();
    try (Stream<Path> files = Files.walk(tree.resolve("lib/modules"))) {
      files.filter(file -> file.toString().endsWith(".ko")).forEach(file -> all.put(name(file), file));
    }
    Map<String, Path> ordered = new LinkedHashMap<>();
    for (String name : names) {
      add(name, all, ordered);
    }
    return ordered;
  }

  private static void add(String name, Map<String, Path> all, Map<String, Path> ordered) throws IOException {
    if (ordered.containsKey(name)) {
      return;
    }
    Path file = all.get(name);
    if (file == null) {
      throw new AssertionError("this kernel has no module " + name);
    }
    for (String dependency : dependencies(file)) {
      add(dependency, all, ordered);
    }
    ordered.put(name, file);
  }

  /** Those that the module itself names in its section .modinfo; see modinfo(8). */
  private static List<String> dependencies(Path module) throws IOException {
    String text = Files.readString(module, StandardCharsets.ISO_8859_1);
    int before = text.indexOf("\0" + DEPENDS);
    if (before < 0) {
      throw new AssertionError(module + " does not say what it depends on");
    }
    int from = before + 1 + DEPENDS.length();
    String names = text.substring(from, text.indexOf('\0', from));
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }

  /** A hyphen in a file's name is an underscore in the module's. */
  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.ko$", "").replace('-', '_');
  }

  Path busybox() {
    return tree.resolve("bin/busybox");
  }

  private static Path only(Stream<Path> paths) {
    return paths.reduce((one, another) -> {
      throw new AssertionError("there are " + one + " and " + another);
    }).orElseThrow(() -> new AssertionError("a kernel was fetched by halves: remove it, and run .ci/fetch-kernels"));
  }
}
