package org.chrootlite.rootfs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over lines of text. */
final class Digest {
  private final MessageDigest sha256;

  Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Adds one line; no two sequences of lines add up to the same, as none may hold the byte that ends it. */
  Digest line(String line) {
    sha256.update(line.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    return this;
  }

  /** 64 hexadecimal digits. Nothing can be added afterwards. */
  String hex() {
    return HexFormat.of().formatHex(sha256.digest());
  }
}
