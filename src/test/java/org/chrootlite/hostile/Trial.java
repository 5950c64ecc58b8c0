package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.host.Host;
import org.chrootlite.linux.Errno;
import org.chrootlite.run.Report;
import org.chrootlite.run.Reports;

/** Runs plans, without a supervisor, and gathers what the script, the host and the launcher tell of them. */
final class Trial {
  /** The daemons touch 12 MiB each; the script itself has a tenth of that. */
  private static final long DAEMON_BYTES = 12 << 20;

  private static final int SCRIPT_EXIT = 7;

  private final Programs programs;
  private final Host host;
  private final Ground ground;
  private final Subject subject;

  /** A trial of plans for a subject. */
  Trial(Programs programs, Host host, Ground ground, Subject subject) {
    this.programs = programs;
    this.host = host;
    this.ground = ground;
    this.subject = subject;
  }

  /**
   * Runs a plan.
   *
   * @param deadline for the script to say its last word, in milliseconds
   * @param leaks descriptors that the caller leaves open
   */
  Findings run(JailPlan given, Scenario scenario, long deadline, List<Integer> leaks)
      throws IOException, InterruptedException {
    JailPlan plan = scenario.applied(given, ground);
    int artifacts = artifacts();
    Launcher launcher = Launcher.compile(plan, host.architecture());
    Path run = ground.newRun(launcher.executable(), artifacts);
    try {
      String text = launch(run, scenario, deadline, leaks);
      Report report = Reports.read(run.resolve("status"), launcher);
      Map<String, String> answers = Findings.answers(text);
      Optional<String> failed = report.failure().map(failure -> StepText.of(failure.at().step()));
      switch (scenario) {
        case ATTACK -> {
          addMissing(answers);
          answers.put("end-reported", end(report, SCRIPT_EXIT));
          answers.put("usage-reported", usage(report));
          answers.put("disk-reported", disk(report));
          if (artifacts > 0) {
            answers.put("artifact-collected", results(run, report));
          }
          answers.put("host-unchanged", changes(run, artifacts));
        }
        case LINKS -> {
          answers.put("exit-125-reported", end(report, 125));
          if (artifacts > 0) {
            answers.put("artifact-link", links(run, report));
          }
        }
        case MISSING -> {
          answers.put("failure-reported", failure(report, Errno.ENOENT));
          failed = failed.filter(step -> !step.startsWith("execute"));
        }
        case UNPERMITTED -> {
          answers.put("program-permissions", failure(report, Errno.EACCES));
          failed = failed.filter(step -> !step.startsWith("execute"));
        }
        case ALL_OF_PROC -> {
          for (String name : List.of("proc-hidden", "proc-read-only")) {
            answers.putIfAbsent(name, Findings.NO_ANSWER);
          }
        }
        case CALLER_STOPPED -> answers.putIfAbsent("stops-with-caller", Findings.NO_ANSWER);
        case CALLER_KILLED -> answers.putIfAbsent("dies-with-caller", Findings.NO_ANSWER);
        case LAUNCHER_KILLED -> answers.putIfAbsent("dies-with-launcher", Findings.NO_ANSWER);
        case TIMEOUT -> answers.putIfAbsent("limit-wall-time", Findings.NO_ANSWER);
      }
      return new Findings(failed, answers, text);
    } finally {
      Ground.delete(run);
    }
  }

  /** How many the whole plan collects, whatever becomes of it. */
  private int artifacts() {
    return (int) subject.plan(ground, host).init().stream().filter(Step.CollectArtifact.class::isInstance).count();
  }

  private String launch(Path run, Scenario scenario, long deadline, List<Integer> leaks)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of(scenario.option(), "deadline=" + deadline));
    options.addAll(ground.options());
    leaks.forEach(leak -> options.add("leak=" + leak));
    String facts = subject.facts(ground, host.mapsOwners()) + scenario.facts(ground);
    return programs.run(run, options, List.of("./launcher"), facts);
  }

  private void addMissing(Map<String, String> answers) {
    for (String name : Catalogue.names(Check.By.SCRIPT)) {
      if (!subject.skipped().contains(name)) {
        answers.putIfAbsent(name, Findings.NO_ANSWER);
      }
    }
    for (String name : List.of("launcher-capabilities", "launcher-read", "launcher-descriptors")) {
      answers.putIfAbsent(name, Findings.NO_ANSWER);
    }
  }

  private static String end(Report report, int code) {
    boolean ended = report.end().filter(end -> end.signal() == 0 && end.exitCode() == code).isPresent();
    return ended && report.failure().isEmpty() ? "held" : "broken: " + report;
  }

  private static String usage(Report report) {
    return report.end().filter(end -> end.maxMemory() >= DAEMON_BYTES).isPresent() ? "held" : "broken: " + report.end();
  }

  private static String disk(Report report) {
    return report.end().filter(end -> end.scratch().size() > 0).isPresent() ? "held" : "broken: " + report.end();
  }

  private static String failure(Report report, Errno errno) {
    return report
            .failure()
            .filter(failure -> failure.at().step() instanceof Step.Execute && failure.errno() == errno.number())
            .isPresent()
        ? "held"
        : "broken: " + report;
  }

  private static String results(Path run, Report report) throws IOException {
    String all = Files.readString(run.resolve("artifacts/.0")) + Files.readString(run.resolve("artifacts/.1"));
    return all.equals("result\nresult\n") ? "held" : "broken: " + all + report.artifacts();
  }

  private static String links(Path run, Report report) throws IOException {
    String all = Files.readString(run.resolve("artifacts/.0")) + Files.readString(run.resolve("artifacts/.1"));
    int refused = Errno.ELOOP.number();
    List<Report.Artifact> both = List.of(new Report.Artifact(0, refused), new Report.Artifact(1, refused));
    return all.isEmpty() && report.artifacts().equals(both) ? "held" : "broken: " + all + report.artifacts();
  }

  private String changes(Path run, int artifacts) throws IOException {
    TreeSet<String> found = new TreeSet<>();
    try (Stream<Path> all = Files.walk(run)) {
      all.skip(1).forEach(path -> found.add(run.relativize(path).toString()));
    }
    TreeSet<String> expected = new TreeSet<>(List.of("launcher", "status", "supervisor", "jail", "artifacts"));
    for (int i = 0; i < artifacts; i++) {
      expected.add("artifacts/." + i);
    }
    found.removeAll(expected);
    found.remove("cgroup");
    String changes = found.isEmpty() ? ground.changes() : found.first() + " in the run's directory";
    return changes.isEmpty() ? "held" : "broken: " + changes;
  }
}
