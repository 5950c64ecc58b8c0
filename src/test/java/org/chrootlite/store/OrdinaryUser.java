package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;

/** Runs parts of tests as a user who is not root: root by giving up his rights, anybody else as himself. */
public final class OrdinaryUser {
  /** Root's tests are run as this user. */
  public static final int UID = 54_321;

  private OrdinaryUser() {}

  /** Makes it the user's own. */
  public static void give(Path path) throws IOException {
    if (HostUser.current().isRoot()) {
      Files.setAttribute(path, "unix:uid", UID);
      Files.setAttribute(path, "unix:gid", UID);
    }
  }

  /** Runs a main class, whose argument is this directory, now the user's own; it prints "passed" at its end. */
  public static void run(Path directory, Class<?> main) throws IOException, InterruptedException {
    run("", directory, main);
  }

  /** The same from a shell that has run these commands first, as who runs the test. */
  public static void run(String first, Path directory, Class<?> main) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-ec", first + "\nexec \"$@\"", "sh"));
    String classPath = System.getProperty("java.class.path");
    Path classes = Files.createTempDirectory("classes-");
    try {
      if (HostUser.current().isRoot()) {
        give(directory);
        classPath = copy(classPath, classes);
        String id = Integer.toString(UID);
        command.addAll(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
      }
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath));
      command.addAll(List.of(main.getName(), directory.toString()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      Process process = builder.directory(new File("/")).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals("passed\n", output);
      assertEquals(0, process.waitFor());
    } finally {
      Removal.delete(classes, classes.resolveSibling(classes.getFileName() + "-trash"));
      Files.delete(classes.resolveSibling(classes.getFileName() + "-trash"));
    }
  }

  /** The user may not be allowed to read the class path where it is. */
  private static String copy(String classPath, Path target) throws IOException {
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> copies = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path copy = target.resolve(Integer.toString(copies.size()));
      if (Files.isDirectory(Path.of(entry))) {
        copyTree(Path.of(entry), copy);
        copies.add(copy.toString());
      } else if (entry.contains("junit") || entry.contains("opentest4j") || entry.contains("jackson-core")) {
        Files.copy(Path.of(entry), copy);
        copies.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        if (Files.isDirectory(file) || file.toString().contains("chrootlite")) {
          Files.copy(file, target.resolve(source.relativize(file).toString()));
        }
      }
    }
  }
}
