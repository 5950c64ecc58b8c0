package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.diagnostic.Style;
import org.chrootlite.engine.Verification;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.GuaranteeStatus;

/** What trying a sandbox has shown, for people: a line a promise or limit. */
final class GuaranteeText {
  /** As wide as the longest mark and the longest name. */
  private static final int MARK = 6;

  private static final int NAME = 12;

  private final boolean colors;
  private final boolean verbose;

  /** With colours or not; with all that was tried, or only what is broken where something is. */
  GuaranteeText(boolean colors, boolean verbose) {
    this.colors = colors;
    this.verbose = verbose;
  }

  /** The line of a promise. */
  String promise(Guarantee guarantee) {
    return mark(guarantee.status()) + pad(guarantee.id(), NAME) + "  " + Printable.escape(tried(guarantee));
  }

  /** The line of a limit. */
  String limit(Guarantee guarantee) {
    String tried = guarantee.tried().isEmpty() ? "" : ": " + Printable.escape(tried(guarantee));
    return mark(guarantee.status()) + pad(guarantee.id(), NAME) + "  " + guarantee.description() + tried;
  }

  /** The line below all others. */
  static String summary(Verification verification) {
    return "%s: %s; %s"
        .formatted(
            verification.sandbox(),
            count(verification.promises(), "promise", "not made"),
            count(verification.limits(), "limit", "not set"));
  }

  private static String count(List<Guarantee> guarantees, String noun, String absent) {
    Map<GuaranteeStatus, Long> counts = new LinkedHashMap<>();
    for (GuaranteeStatus status : GuaranteeStatus.values()) {
      counts.put(status, guarantees.stream().filter(guarantee -> guarantee.status() == status).count());
    }
    long tried = guarantees.size() - counts.getOrDefault(GuaranteeStatus.ABSENT, 0L);
    List<String> words = new ArrayList<>();
    words.add(counts.get(GuaranteeStatus.HOLDS) + " of " + tried + " " + noun + (tried == 1 ? "" : "s") + " hold");
    if (counts.getOrDefault(GuaranteeStatus.ABSENT, 0L) > 0) {
      words.add(counts.get(GuaranteeStatus.ABSENT) + " " + absent);
    }
    return String.join(", ", words);
  }

  private String mark(GuaranteeStatus status) {
    String word =
        switch (status) {
          case HOLDS -> "holds";
          case BROKEN -> status.name();
          case ABSENT -> "-";
        };
    Style style =
        switch (status) {
          case HOLDS -> Style.GREEN;
          case BROKEN -> Style.RED;
          case ABSENT -> Style.PLAIN;
        };
    String padded = pad(word, MARK);
    return "  " + (colors ? style.paint(padded) : padded) + "  ";
  }

  private String tried(Guarantee guarantee) {
    boolean all = verbose || guarantee.status() != GuaranteeStatus.BROKEN;
    List<Guarantee.Tried> shown = guarantee.tried().stream().filter(one -> all || !one.holds()).toList();
    String hidden = shown.size() == guarantee.tried().size() ? "" : " (" + told(shown, guarantee.tried()) + ")";
    return folded(shown) + hidden;
  }

  private static String told(List<Guarantee.Tried> shown, List<Guarantee.Tried> all) {
    return String.format(Locale.ROOT, "%d of %d tried", shown.size(), all.size());
  }

  /** Trials with the same result are joined, and those with the same name counted. */
  private static String folded(List<Guarantee.Tried> tried) {
    Map<String, Map<String, Integer>> byAnswer = new LinkedHashMap<>();
    for (Guarantee.Tried one : tried) {
      byAnswer.computeIfAbsent(one.observed(), observed -> new LinkedHashMap<>()).merge(one.what(), 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    byAnswer.forEach((observed, whats) -> parts.add(counted(whats) + " -> " + observed));
    return String.join("; ", parts);
  }

  private static String counted(Map<String, Integer> whats) {
    List<String> words = new ArrayList<>();
    whats.forEach((what, count) -> words.add(count == 1 ? what : what + " x" + count));
    return String.join(", ", words);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
