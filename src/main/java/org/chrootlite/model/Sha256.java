package org.chrootlite.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) of bytes that come one after the other; one use each. */
public final class Sha256 {
  private static final int DIGITS = 64;

  private final MessageDigest digest;

  /** Of nothing yet. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Of all these bytes, in 64 hexadecimal digits. */
  public static String of(byte[] bytes) {
    return new Sha256().add(bytes).hex();
  }

  /** Whether a text looks like a digest: 64 lower-case hexadecimal digits. */
  public static boolean isHex(String text) {
    boolean right = text.length() == DIGITS;
    for (int i = 0; i < text.length() && right; i++) {
      right = "0123456789abcdef".indexOf(text.charAt(i)) >= 0;
    }
    return right;
  }

  /** Adds bytes. */
  public Sha256 add(byte... bytes) {
    digest.update(bytes);
    return this;
  }

  /** 64 hexadecimal digits. Nothing can be added afterwards. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
