package org.chrootlite.engine;

import java.io.Serial;

/** A sandbox that a user named was never applied, or is deleted. */
public final class NoSuchSandboxException extends EngineException {
  @Serial private static final long serialVersionUID = 1;

  NoSuchSandboxException(String message) {
    super(message);
  }
}
