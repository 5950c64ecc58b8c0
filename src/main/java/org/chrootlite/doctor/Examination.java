package org.chrootlite.doctor;

import java.util.List;

/**
 * All that was found.
 *
 * @param kernel the release, for people: nothing is decided by it
 * @param user who asked, and for whose runs it holds
 * @param uid his
 */
public record Examination(String kernel, String machine, String user, long uid, List<Section> sections) {
  /** Copies the list. */
  public Examination {
    sections = List.copyOf(sections);
  }

  /** How many findings something should be done about. */
  public int gaps() {
    int gaps = 0;
    for (Section section : sections) {
      for (Finding finding : section.findings()) {
        gaps += finding.mark().isGap() ? 1 : 0;
      }
    }
    return gaps;
  }
}
