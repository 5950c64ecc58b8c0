package org.chrootlite.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that come with the program. */
public final class Bundled {
  private Bundled() {}

  /** The JSON Schema of manifests, draft 2020-12. */
  public static String schema() {
    return text("/schemas/sandbox-v1.schema.json");
  }

  /** A manifest to start from: valid, and with a comment beside everything. */
  public static String starter() {
    return text("/org/chrootlite/manifest/starter.yaml");
  }

  private static String text(String name) {
    try (InputStream in = Bundled.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("the program is incomplete: it has no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
