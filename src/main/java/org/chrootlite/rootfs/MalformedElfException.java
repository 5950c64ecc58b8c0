package org.chrootlite.rootfs;

import java.io.IOException;

/** A file begins like an ELF object and then contradicts itself. */
final class MalformedElfException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedElfException(String message) {
    super(message);
  }
}
