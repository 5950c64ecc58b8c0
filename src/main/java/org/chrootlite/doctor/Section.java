package org.chrootlite.doctor;

import java.util.List;

/** Findings that belong together. */
public record Section(String title, List<Finding> findings) {
  /** Copies the list. */
  public Section {
    findings = List.copyOf(findings);
  }
}
