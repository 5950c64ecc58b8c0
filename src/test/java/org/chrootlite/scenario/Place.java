package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A directory in which one caller works, with manifests and scripts in it, and the state of its own that it has. */
final class Place {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: ";

  private final Caller caller;
  private final Path directory;

  private Place(Caller caller, Path directory) {
    this.caller = caller;
    this.directory = directory;
  }

  static Place of(Caller caller) throws IOException {
    return new Place(caller, caller.directory());
  }

  /** A sandbox's document: its head, and what follows its name. */
  static String sandbox(String name, String rest) {
    return HEAD + name + "\n" + rest;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  Path home() {
    return caller.home(directory);
  }

  /** Writes a file, and the directories above it; an executable one where it begins with {@code #!}. */
  Place write(String name, String text) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(text.startsWith("#!") ? "rwxr-xr-x" : "rw-r--r--"));
    return this;
  }

  /** Runs chroot-lite here. */
  Caller.Outcome run(String... arguments) throws IOException, InterruptedException {
    return caller.run(directory, arguments);
  }

  /** A chroot-lite that has not been started. */
  ProcessBuilder prepare(String... arguments) {
    return caller.prepare(directory, arguments);
  }

  /** What a shell line on a terminal leaves, in which our program is {@code ./chroot-lite}, and what is typed there. */
  Caller.Outcome onTerminal(String line, String typed) throws IOException, InterruptedException {
    Path input = write("typed", typed).path("typed");
    Caller.Outcome outcome = Caller.finish(caller.prepareOnTerminal(directory, line).redirectInput(input.toFile()));
    return new Caller.Outcome(outcome.exit(), outcome.out().replace("\r\n", "\n"), outcome.err());
  }

  /** What a command prints to standard output that must end with this code, and complain of nothing. */
  String out(int exit, String... arguments) throws IOException, InterruptedException {
    Caller.Outcome outcome = run(arguments);
    assertEquals(exit, outcome.exit(), outcome::toString);
    assertEquals("", outcome.err());
    return outcome.out();
  }

  /** What a command complains of that must end with this code, and print nothing else. */
  String err(int exit, String... arguments) throws IOException, InterruptedException {
    Caller.Outcome outcome = run(arguments);
    assertEquals(exit, outcome.exit(), outcome::toString);
    assertEquals("", outcome.out());
    return outcome.err();
  }

  JsonNode json(int exit, String... arguments) throws IOException, InterruptedException {
    return JSON.readTree(out(exit, arguments));
  }

  JsonNode yaml(int exit, String... arguments) throws IOException, InterruptedException {
    return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(out(exit, arguments)));
  }

  /** All that is in the state directory: kind, mode, owner, size, times of each entry; empty where there is none. */
  SortedMap<Path, String> state() throws IOException {
    SortedMap<Path, String> state = new TreeMap<>();
    if (Files.notExists(home())) {
      return state;
    }
    Files.walkFileTree(
        home(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
            return visitFile(path, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
            state.put(
                home().relativize(path),
                Files.readAttributes(path, "unix:mode,uid,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS)
                    .toString());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure) {
            state.put(home().relativize(path), "closed to us");
            return FileVisitResult.CONTINUE;
          }
        });
    return state;
  }
}
