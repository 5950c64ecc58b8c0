package org.chrootlite.manifest;

/**
 * Remembers which texts fit the schema. Loading the schema validator takes several times as long as all else that is
 * done with a manifest; where a text is known it is left out. What a schema cannot say is checked every time.
 */
public interface CheckedTexts {
  /** Remembers nothing. */
  CheckedTexts NONE =
      new CheckedTexts() {
        @Override
        public boolean contains(String digest) {
          return false;
        }

        @Override
        public void add(String digest) {}
      };

  /**
   * Whether the text was added before.
   *
   * @param digest the SHA-256 of the schema and the text, 64 hexadecimal digits
   */
  boolean contains(String digest);

  /** Adds a text that fits the schema. It is no error if it cannot be remembered. */
  void add(String digest);
}
