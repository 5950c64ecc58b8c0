package org.chrootlite.store;

import java.io.IOException;

/** The state directory cannot be used. The message says which place, why, and what to do. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  StoreException(String message) {
    super(message);
  }

  StoreException(String message, IOException cause) {
    super(message, cause);
  }
}
