package org.chrootlite.model;

/** Where something comes from: a line of a manifest, a default of ours, or a promise that holds for every run. */
public sealed interface Origin {
  /** Not the user's to choose. */
  Origin ALWAYS = new Always();

  /** What the user calls it, such as {@code limits.fileSize}; {@code always} where there is nothing to call. */
  String setting();

  /** True of every run. */
  record Always() implements Origin {
    @Override
    public String setting() {
      return "always";
    }
  }

  /** A value that the manifest leaves open. */
  record Default(String setting) implements Origin {}

  /**
   * A value that the manifest gives.
   *
   * @param file the manifest as the user named it
   * @param line from 1
   */
  record Line(String file, int line, String setting) implements Origin {}
}
