package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A plan as people read it; the one text that diff, apply and the history show. */
public final class PlanText {
  private PlanText() {}

  /** What a line is about; each has one colour. */
  public enum Kind {
    /** Something is made. */
    CREATE,
    /** Something is changed or repaired. */
    UPDATE,
    /** Something is deleted. */
    DELETE,
    /** One thing of what the line above does. */
    DETAIL,
    /** Why nothing is done. */
    CONFLICT,
    /** Counts, and the last line. */
    SUMMARY
  }

  /**
   * A line.
   *
   * @param text without a newline; other control characters that manifests may hold are still in it
   */
  public record Line(Kind kind, String text) {}

  /**
   * The lines of a plan.
   *
   * @param base paths below it are shown relative to it; absolute
   * @param layerSizes how large sandboxes' layers are, such as {@code 12 MB}, by the sandbox's name
   */
  public static List<Line> lines(Plan plan, Path base, Map<String, String> layerSizes) {
    return new PlanLines(base, layerSizes).of(plan);
  }
}
