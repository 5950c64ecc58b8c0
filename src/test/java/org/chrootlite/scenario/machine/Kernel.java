package org.chrootlite.scenario.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.chrootlite.linux.Architecture;

/**
 * Debian's kernel for clouds with a static busybox, as {@code .ci/fetch-kernels} unpacks them.
 *
 * @param tree what was in the packages
 */
record Kernel(Architecture architecture, Path tree) {
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

  /** A loadable module, by its path below {@code kernel} without its ending. */
  Path module(String path) throws IOException {
    try (Stream<Path> versions = Files.list(tree.resolve("lib/modules"))) {
      return only(versions).resolve("kernel").resolve(path + ".ko");
    }
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
