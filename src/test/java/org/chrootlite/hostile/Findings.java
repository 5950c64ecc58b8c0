package org.chrootlite.hostile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param failed the step at which the launcher said that it failed
 * @param answers what was said of each check: {@code held}, {@code broken: ...} or {@code unasked: ...}
 */
record Findings(Optional<String> failed, Map<String, String> answers, String text) {
  /** The answer to a check of which nobody spoke: it has not held. */
  static final String NO_ANSWER = "broken: no answer";

  /** Copies the answers. */
  Findings {
    answers = new LinkedHashMap<>(answers);
  }

  /** The lines of the two programs, of which other lines are not answers. */
  static Map<String, String> answers(String text) {
    Map<String, String> answers = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon > 0 && line.substring(colon + 2).matches("held|(broken|unasked): .*")) {
        answers.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    return answers;
  }

  /** The checks that are broken, in the order in which they were made. */
  List<String> broken() {
    return answers.keySet().stream().filter(name -> answers.getOrDefault(name, "").startsWith("broken")).toList();
  }

  /** The checks that were made and are broken: where nothing is said, nothing is proven. */
  List<String> provenBroken() {
    return broken().stream().filter(name -> !NO_ANSWER.equals(answers.get(name))).toList();
  }

  /** The checks that were not made for want of a fact. */
  List<String> unasked() {
    return answers.keySet().stream().filter(name -> answers.getOrDefault(name, "").startsWith("unasked")).toList();
  }

  boolean isBroken(String check) {
    return broken().contains(check);
  }

  /** What is wrong, in a few words; empty where all held. */
  Optional<String> wrong() {
    if (failed.isPresent()) {
      return Optional.of("the run ends at: " + failed.get());
    }
    return isSilent() ? Optional.of("the script says nothing") : broken().stream().findFirst();
  }

  private boolean isSilent() {
    return answers.containsValue(NO_ANSWER) || answers.containsValue("broken: nothing was said");
  }
}
