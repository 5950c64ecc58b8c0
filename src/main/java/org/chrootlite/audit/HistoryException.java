package org.chrootlite.audit;

import java.io.IOException;

/** The history cannot be written. The message says which file, why, and what to do. */
public final class HistoryException extends IOException {
  private static final long serialVersionUID = 1;

  HistoryException(String message) {
    super(message);
  }

  HistoryException(String message, IOException cause) {
    super(message, cause);
  }
}
