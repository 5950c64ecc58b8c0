package org.chrootlite.diagnostic;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes diagnostics for people:
 *
 * <pre>
 * examples/x/sandbox.yaml:12:11: error: limits.memory: "128 parsecs" is not a size
 *   12 |   memory: 128 parsecs
 *      |           ^^^^^^^^^^^ a number with B, KB, MB, GB, KiB, MiB or GiB, such as 128MB
 * </pre>
 *
 * <p>What is echoed of the user's input cannot steer the terminal.
 */
public final class DiagnosticPrinter {
  private final Map<String, SourceText> sources;
  private final boolean snippets;
  private final boolean color;

  /**
   * @param sources the texts that positions refer to, by file
   * @param snippets whether the source line, and the hint in it, follow the first line; else the hint ends it
   * @param color whether to write colours, as ANSI escape sequences
   */
  public DiagnosticPrinter(Map<String, SourceText> sources, boolean snippets, boolean color) {
    this.sources = sources;
    this.snippets = snippets;
    this.color = color;
  }

  /** All of them in their order, each line with its end. */
  public String print(Collection<Diagnostic> diagnostics) {
    StringBuilder out = new StringBuilder();
    diagnostics.forEach(diagnostic -> print(out, diagnostic));
    return out.toString();
  }

  private void print(StringBuilder out, Diagnostic diagnostic) {
    Position position = diagnostic.position();
    StringBuilder where = new StringBuilder(Printable.escape(position.file()));
    if (position.line() > 0) {
      where.append(':').append(position.line());
      if (position.column() > 0) {
        where.append(':').append(position.column());
      }
    }
    paint(out, Style.BOLD, where.append(':').toString());
    switch (diagnostic.severity()) {
      case ERROR -> paint(out.append(' '), Style.BOLD_RED, "error:");
      case WARNING -> paint(out.append(' '), Style.BOLD_YELLOW, "warning:");
    }
    out.append(' ');
    if (!diagnostic.path().isEmpty()) {
      out.append(Printable.escape(diagnostic.path())).append(": ");
    }
    out.append(Printable.escape(diagnostic.message()));
    if (snippets) {
      printSnippet(out.append('\n'), diagnostic);
    } else {
      String hint = Printable.escape(diagnostic.hint());
      out.append(hint.isEmpty() ? "" : "; " + hint).append('\n');
    }
  }

  private void printSnippet(StringBuilder out, Diagnostic diagnostic) {
    Position position = diagnostic.position();
    String hint = Printable.escape(diagnostic.hint());
    @Nullable SourceText source = sources.get(position.file());
    if (source == null || position.line() < 1 || position.line() > source.lineCount() || position.column() < 1) {
      if (!hint.isEmpty()) {
        out.append("  ").append(hint).append('\n');
      }
      return;
    }
    String number = Integer.toString(position.line());
    Excerpt excerpt = Excerpt.of(source.line(position.line()), position.column() - 1, position.length());
    out.append("  ").append(number).append(" | ").append(excerpt.text()).append('\n');
    out.append("  ").repeat(' ', number.length()).append(" | ").repeat(' ', excerpt.indent());
    paint(out, Style.BOLD_CYAN, "^".repeat(excerpt.carets()));
    if (!hint.isEmpty()) {
      out.append(' ').append(hint);
    }
    out.append('\n');
  }

  private void paint(StringBuilder out, Style style, String text) {
    out.append(color ? style.paint(text) : text);
  }
}
