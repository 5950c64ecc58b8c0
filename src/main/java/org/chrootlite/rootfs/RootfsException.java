package org.chrootlite.rootfs;

import java.io.IOException;

/** A root directory cannot be had. The message says what is missing or wrong, and what to do. */
public final class RootfsException extends IOException {
  private static final long serialVersionUID = 1;

  RootfsException(String message) {
    super(message);
  }

  RootfsException(String message, Exception cause) {
    super(message, cause);
  }
}
