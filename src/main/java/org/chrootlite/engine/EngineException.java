package org.chrootlite.engine;

import java.io.Serial;

/** What a user asked for cannot be done; the message says why, and what to do. */
public sealed class EngineException extends Exception permits NoSuchSandboxException {
  @Serial private static final long serialVersionUID = 1;

  /** A message, without a full stop. */
  public EngineException(String message) {
    super(message);
  }
}
