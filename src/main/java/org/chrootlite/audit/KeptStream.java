package org.chrootlite.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What is left of a stream of a run that is over. */
public sealed interface KeptStream {
  /** It is in a file. */
  record InFile(Path file) implements KeptStream {
    /** Its content, to be closed. */
    public InputStream open() throws IOException {
      return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** The run printed nothing there. */
  record Empty() implements KeptStream {}

  /** It is not kept any more, or never was. */
  record Gone() implements KeptStream {}

  /** The streams that are kept. */
  enum Name {
    STDOUT("stdout"),
    STDERR("stderr");

    private final String id;

    Name(String id) {
      this.id = id;
    }

    /** As it is called in the history and in a run's directory. */
    public String id() {
      return id;
    }
  }

  /**
   * Looks for a stream of a run.
   *
   * @param home the state directory
   * @param run its entry, which names the file; where that is not below the state directory, which may have been
   *     moved, or the entry names none, it is {@code runs/ID/stdout} or {@code stderr}
   * @throws IOException when it is not a regular file, or behind a link
   */
  static KeptStream find(Path home, Entry run, Name name) throws IOException {
    String key = name.id() + "File";
    if (run.json().containsKey(key) && run.json().get(key) == null) {
      return new Empty();
    }
    Optional<Path> named = run.text(key).map(text -> home.resolve(text).normalize());
    Path usual = home.resolve("runs/" + run.id().orElse("") + "/" + name.id()).normalize();
    Path file = named.filter(path -> isBelow(home, path)).orElse(usual);
    if (!isBelow(home, file)) {
      throw new IOException(file + " is outside of the state directory " + home + ", and was not read");
    }
    Path reached = home;
    for (Path step : home.relativize(file)) {
      reached = reached.resolve(step);
      if (Files.isSymbolicLink(reached)) {
        throw new IOException(reached + " is a link, and was not followed");
      }
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return named.isPresent() ? new Gone() : new Empty();
    }
    // A pipe would make us wait for ever for who writes to it.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file, and was not read");
    }
    return new InFile(file);
  }

  private static boolean isBelow(Path home, Path file) {
    return file.startsWith(home) && !file.equals(home);
  }
}
