package org.chrootlite.compile.step;

import java.util.Arrays;

/** A script's bytes, as they are copied into the sandbox. */
public final class ScriptText {
  private final byte[] bytes;

  /** Copies the bytes. */
  public ScriptText(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** The bytes, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes. */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScriptText text && Arrays.equals(bytes, text.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
