package org.chrootlite.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the host sees of sandboxes: their processes and mounts, by /proc. */
final class HostView {
  private HostView() {}

  /** A process of the host. */
  record Running(long pid, String command) {}

  /** The processes with this text in their command line, one a line. */
  static String commandsWith(String text) throws IOException {
    StringBuilder found = new StringBuilder();
    for (Running process : all()) {
      if (process.command.contains(text)) {
        found.append(process.pid).append(' ').append(process.command).append('\n');
      }
    }
    return found.toString();
  }

  /** All processes of the host, zombies too. */
  static List<Running> all() throws IOException {
    List<Running> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String command = commandOf(entry);
        all.add(new Running(Long.parseLong(entry.getFileName().toString()), command));
      }
    }
    return all;
  }

  private static String commandOf(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    } catch (IOException e) {
      return "has ended";
    }
  }

  /** The children of a process. */
  static List<Long> children(long pid) {
    return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).map(ProcessHandle::pid).toList();
  }

  /** The host's mounts, as this process sees them. */
  static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo"));
  }

  /** The control groups of runs, in all hierarchies and wherever in them; those of all callers of the host. */
  static List<Path> controlGroups() throws IOException {
    List<Path> groups = new ArrayList<>();
    Files.walkFileTree(
        Path.of("/sys/fs/cgroup"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.getFileName().toString().startsWith("chroot-lite-")) {
              groups.add(directory);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure) {
            // Groups come and go.
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
          }
        });
    return groups;
  }
}
