package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.diagnostic.Style;
import org.chrootlite.doctor.Examination;
import org.chrootlite.doctor.Finding;
import org.chrootlite.doctor.Mark;
import org.chrootlite.doctor.Section;
import org.chrootlite.model.Gap;

/** Prints what the doctor has found: for people a line each, and below a gap why and what to do. */
final class ExaminationText {
  private static final int MARK_WIDTH = 10;

  private ExaminationText() {}

  /** For people. A gap that several findings share is told at the first of them. */
  static List<String> lines(Examination examination, boolean colors) {
    int width = width(examination);
    List<String> lines = new ArrayList<>();
    lines.add(
        "Linux %s on %s, as %s (uid %d)"
            .formatted(examination.kernel(), examination.machine(), examination.user(), examination.uid()));
    Map<Gap, String> told = new LinkedHashMap<>();
    for (Section section : folded(examination.sections())) {
      lines.add("");
      lines.add(Printable.escape(section.title()));
      List<Finding> untried = new ArrayList<>();
      for (Finding finding : section.findings()) {
        if (finding.mark() == Mark.UNTRIED) {
          untried.add(finding);
        } else {
          lines.add(line(finding, width, colors));
          finding.gap().ifPresent(gap -> explain(gap, finding.about(), told, lines));
        }
      }
      untried(untried).ifPresent(finding -> lines.add(line(finding, width, colors)));
    }
    lines.add("");
    lines.add(summary(examination.gaps()));
    return lines;
  }

  private static int width(Examination examination) {
    int width = 0;
    for (Section section : examination.sections()) {
      for (Finding finding : section.findings()) {
        width = Math.max(width, finding.about().length());
      }
    }
    return width;
  }

  /** Many findings of what was not tried tell no more than one. */
  private static Optional<Finding> untried(List<Finding> all) {
    return switch (all.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(all.getFirst());
      default -> Optional.of(Finding.untried(all.size() + " more", "each needs what is missing"));
    };
  }

  /** Jobs of which the same was found are told of together. */
  private static List<Section> folded(List<Section> sections) {
    Map<List<Finding>, String> titles = new LinkedHashMap<>();
    for (Section section : sections) {
      titles.merge(section.findings(), section.title(), (first, other) -> first + ", " + other);
    }
    List<Section> folded = new ArrayList<>();
    titles.forEach((findings, title) -> folded.add(new Section(title, findings)));
    return folded;
  }

  private static String line(Finding finding, int width, boolean colors) {
    String mark = finding.mark().word();
    StringBuilder line = new StringBuilder("  ");
    line.append(colors ? style(finding.mark()).paint(mark) : mark).repeat(' ', MARK_WIDTH - mark.length());
    String about = Printable.escape(finding.about());
    line.append(about).repeat(' ', Math.max(0, width - about.length()) + 2);
    return line.append(Printable.escape(finding.detail())).toString().stripTrailing();
  }

  private static void explain(Gap gap, String about, Map<Gap, String> told, List<String> lines) {
    String indent = " ".repeat(2 + MARK_WIDTH);
    String first = told.putIfAbsent(gap, about);
    if (first != null) {
      lines.add(indent + "as above: " + Printable.escape(first));
      return;
    }
    lines.add(indent + "why: " + Printable.escape(gap.why()));
    lines.add(indent + "remedy: " + Printable.escape(gap.remedy()));
  }

  private static String summary(int gaps) {
    return switch (gaps) {
      case 0 -> "no gaps";
      case 1 -> "1 gap";
      default -> gaps + " gaps";
    };
  }

  private static Style style(Mark mark) {
    return switch (mark) {
      case OK -> Style.GREEN;
      case DEGRADED -> Style.YELLOW;
      case MISSING -> Style.RED;
      case NOTE, UNTRIED -> Style.CYAN;
    };
  }

  /** For programs. */
  static Map<String, Object> tree(Examination examination) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kernel", examination.kernel());
    tree.put("machine", examination.machine());
    tree.put("user", examination.user());
    tree.put("uid", examination.uid());
    tree.put("gaps", examination.gaps());
    List<Object> findings = new ArrayList<>();
    for (Section section : examination.sections()) {
      section.findings().forEach(finding -> findings.add(fields(section, finding)));
    }
    tree.put("findings", findings);
    return tree;
  }

  private static Map<String, Object> fields(Section section, Finding finding) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("section", section.title());
    fields.put("about", finding.about());
    fields.put("mark", finding.mark().word());
    fields.put("detail", finding.detail());
    fields.put("why", finding.gap().map(Gap::why));
    fields.put("remedy", finding.gap().map(Gap::remedy));
    return fields;
  }
}
