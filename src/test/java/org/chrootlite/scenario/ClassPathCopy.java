package org.chrootlite.scenario;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** What is needed to prepare trees, where ordinary users can read it: where the build is may be closed to them. */
final class ClassPathCopy {
  private ClassPathCopy() {}

  /** A class path that leads into a new directory. */
  static String at(Path copies) throws IOException {
    List<String> paths = new ArrayList<>();
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path source = Path.of(entry);
      boolean needed = Files.isDirectory(source) || entry.contains("snakeyaml-engine") || entry.contains("chroot-lite");
      if (needed && Files.exists(source)) {
        Path target = copies.resolve(number++ + "-" + source.getFileName());
        if (!Files.exists(target)) {
          copy(source, target);
        }
        paths.add(target.toString());
      }
    }
    return String.join(File.pathSeparator, paths);
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    if (Files.isRegularFile(source)) {
      Files.copy(source, target);
      return;
    }
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(target.resolve(source.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.copy(file, target.resolve(source.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
