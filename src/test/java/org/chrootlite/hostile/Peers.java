package org.chrootlite.hostile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the same attacks reach under several tools, as tables in Markdown. */
final class Peers {
  /** The columns, each with what came of each check. */
  private final Map<String, Map<String, String>> columns = new LinkedHashMap<>();

  /** What is compared: not what a script is given, and not how our launcher is made and reports. */
  static List<Check> checks() {
    return Catalogue.all().stream()
        .filter(check -> check.promise() != Promise.GIVES && check.by() != Check.By.TEST)
        .filter(check -> !check.name().startsWith("launcher-") && !check.name().equals("control-group"))
        .toList();
  }

  /** Whether a script that listens to nobody is gone: the end of its streams alone may have other causes. */
  static String death(Map<String, String> answers, String check) {
    String answer = answers.getOrDefault(check, Findings.NO_ANSWER);
    return answer.equals("held") ? answers.getOrDefault("nothing-outlives", Findings.NO_ANSWER) : answer;
  }

  void add(String name, Map<String, String> answers) {
    columns.put(name, answers);
  }

  /** For each check what each tool did, and what was reached. */
  String details() {
    StringBuilder table = new StringBuilder(head("| promise | a script ... "));
    for (Check check : checks()) {
      table.append("| ").append(check.promise().name()).append(" | `").append(check.name()).append("`: ");
      table.append(check.description()).append(" |");
      columns.values().forEach(answers -> table.append(' ').append(cell(answers, check)).append(" |"));
      table.append('\n');
    }
    return table.toString();
  }

  /** For each promise how many checks held, of how many that were made. */
  String summary() {
    StringBuilder table = new StringBuilder(head("| a script cannot "));
    Map<Promise, List<Check>> promises = new EnumMap<>(Promise.class);
    checks().forEach(check -> promises.computeIfAbsent(check.promise(), _ -> new ArrayList<>()).add(check));
    promises.forEach((promise, checks) -> row(table, promise.words(), checks));
    row(table, "all", checks());
    return table.toString();
  }

  private void row(StringBuilder table, String name, List<Check> checks) {
    table.append("| ").append(name).append(" |");
    for (Map<String, String> answers : columns.values()) {
      long held = checks.stream().filter(check -> answer(answers, check).equals("held")).count();
      long made = checks.stream().filter(check -> !answer(answers, check).startsWith("unasked")).count();
      table.append(' ').append(made == 0 ? "not asked for" : held + " of " + made).append(" |");
    }
    table.append('\n');
  }

  /** The names of the checks that broke, by tool. */
  String broken() {
    StringBuilder list = new StringBuilder();
    columns.forEach(
        (tool, answers) -> {
          List<String> names =
              checks().stream()
                  .filter(check -> answer(answers, check).startsWith("broken"))
                  .map(Check::name)
                  .toList();
          list.append("- ").append(tool).append(": ");
          list.append(names.isEmpty() ? "nothing" : String.join(", ", names)).append('\n');
        });
    return list.toString();
  }

  private String head(String first) {
    long before = first.chars().filter(c -> c == '|').count();
    return first + "| " + String.join(" | ", columns.keySet()) + " |\n"
        + "|---".repeat((int) before + columns.size()) + "|\n";
  }

  private static String answer(Map<String, String> answers, Check check) {
    return answers.getOrDefault(check.name(), "unasked: not made");
  }

  private static String cell(Map<String, String> answers, Check check) {
    String answer = answer(answers, check);
    return answer.startsWith("unasked") ? "not asked for" : answer.replace("|", "\\|");
  }
}
