package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel says of its settings, to choose between remedies for what has failed already. */
@FunctionalInterface
public interface HostSettings {
  /** Nothing is known. */
  HostSettings UNKNOWN = file -> Optional.empty();

  /** Those of this host. */
  HostSettings OF_HOST =
      file -> {
        try {
          return Optional.of(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).strip());
        } catch (IOException e) {
          return Optional.empty(); // a kernel without it, or one that does not show it
        }
      };

  /** A file of /proc, without the line's end; empty where there is none, or it cannot be read. */
  Optional<String> read(String file);

  /** Whether a file holds just this. */
  default boolean is(String file, String value) {
    return read(file).filter(value::equals).isPresent();
  }
}
