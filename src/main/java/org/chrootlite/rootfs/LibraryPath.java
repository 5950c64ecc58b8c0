package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The directories in which a host looks for shared libraries.
 *
 * @param builtIn those that the loader itself knows, whatever the distribution: others do not exist or hold objects of
 *     another machine, which are passed over
 * @param configured those of {@code /etc/ld.so.conf}, which a loader only knows by way of {@code /etc/ld.so.cache}
 * @param files what was read to know this
 */
record LibraryPath(List<String> builtIn, List<String> configured, List<String> files) {
  private static final String CONFIGURATION = "/etc/ld.so.conf";
  private static final int MAX_INCLUDES = 8;

  static LibraryPath of(RootedTree host, int machine) throws IOException {
    List<String> builtIn = new ArrayList<>();
    String multiarch = multiarch(machine);
    if (!multiarch.isEmpty()) {
      builtIn.add("/lib/" + multiarch);
      builtIn.add("/usr/lib/" + multiarch);
    }
    builtIn.addAll(List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib"));
    List<String> configured = new ArrayList<>();
    List<String> files = new ArrayList<>();
    read(host, CONFIGURATION, 0, configured, files);
    configured.add("/usr/local/lib");
    return new LibraryPath(List.copyOf(builtIn), List.copyOf(configured), List.copyOf(files));
  }

  private static String multiarch(int machine) {
    return switch (machine) {
      case 62 -> "x86_64-linux-gnu";
      case 183 -> "aarch64-linux-gnu";
      default -> "";
    };
  }

  /** See ldconfig(8): a directory a line, comments after {@code #}, {@code include} with a pattern. */
  private static void read(
      RootedTree host, String file, int depth, List<String> directories, List<String> files) throws IOException {
    files.add(file);
    Optional<RootedTree.Found> found = host.find(file);
    if (depth > MAX_INCLUDES || found.isEmpty() || !found.get().stat().isRegular()) {
      return;
    }
    for (String raw : Files.readAllLines(host.onHost(found.get().path()), StandardCharsets.ISO_8859_1)) {
      String line = (raw.contains("#") ? raw.substring(0, raw.indexOf('#')) : raw).strip();
      if (line.startsWith("include")) {
        String pattern = line.substring("include".length()).strip();
        include(host, pattern.startsWith("/") ? pattern : "/etc/" + pattern, depth, directories, files);
      } else if (line.startsWith("/")) {
        directories.add(line);
      }
    }
  }

  private static void include(
      RootedTree host, String pattern, int depth, List<String> directories, List<String> files) throws IOException {
    int slash = pattern.lastIndexOf('/');
    String directory = pattern.substring(0, Math.max(1, slash));
    Wildcard names = new Wildcard(pattern.substring(slash + 1));
    files.add(directory);
    Optional<RootedTree.Found> found = host.find(directory);
    if (found.isEmpty() || !found.get().stat().isDirectory()) {
      return;
    }
    TreeSet<String> matching = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(host.onHost(found.get().path()))) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (names.matches(name)) {
          matching.add(name);
        }
      }
    }
    for (String name : matching) {
      read(host, directory + "/" + name, depth + 1, directories, files);
    }
  }
}
