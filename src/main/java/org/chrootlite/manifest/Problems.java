package org.chrootlite.manifest;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.Severity;

/** Collects what is wrong with a document. */
final class Problems {
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private boolean unusable;

  void error(Position position, String path, String message, String hint) {
    diagnostics.add(new Diagnostic(Severity.ERROR, position, path, message, hint));
    unusable = true;
  }

  void warning(Position position, String path, String message, String hint) {
    diagnostics.add(new Diagnostic(Severity.WARNING, position, path, message, hint));
  }

  /** Notes that something does not have the shape that the schema asks for: the schema check says what. */
  void misshapen() {
    unusable = true;
  }

  /** Whether no sandbox may be made of the document. */
  boolean unusable() {
    return unusable;
  }

  List<Diagnostic> diagnostics() {
    return List.copyOf(diagnostics);
  }
}
