package org.chrootlite.manifest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says in our words what the YAML parser found wrong. */
final class Syntax {
  private Syntax() {}

  /** The parser's problem as one line. */
  static String explain(@Nullable String context, @Nullable String problem) {
    String what = problem == null || problem.isBlank() ? "syntax error" : problem.strip();
    String whence = context == null || context.isBlank() ? "" : " (" + context.strip() + ")";
    return "is not YAML: " + what.replace('\n', ' ') + whence.replace('\n', ' ');
  }

  /** Where the problem is; of something that never ends, where it begins. */
  static Optional<Mark> place(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem();
    boolean endless = problem.contains("end of stream") || problem.contains("stream end");
    return endless ? e.getContextMark().or(e::getProblemMark) : e.getProblemMark().or(e::getContextMark);
  }

  /** What to do about the problems that people meet most often; else empty. */
  static String hint(@Nullable String problem) {
    if (problem == null) {
      return "";
    } else if (problem.contains("'\\t'") || problem.contains("\\t(TAB)")) {
      return "indent with spaces, not with tabs";
    } else if (problem.contains("mapping values are not allowed")) {
      return "put a value that holds \": \" in quotes, and check the indentation";
    }
    return "";
  }
}
