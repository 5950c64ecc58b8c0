package org.chrootlite.rootfs;

import java.nio.charset.StandardCharsets;
import org.chrootlite.model.Sha256;

/** SHA-256 over lines of text. */
final class Digest {
  private final Sha256 sha256 = new Sha256();

  /** Adds one line; no two sequences of lines add up to the same, as none may hold the byte that ends it. */
  Digest line(String line) {
    sha256.add(line.getBytes(StandardCharsets.UTF_8)).add((byte) 0);
    return this;
  }

  /** 64 hexadecimal digits. Nothing can be added afterwards. */
  String hex() {
    return sha256.hex();
  }
}
