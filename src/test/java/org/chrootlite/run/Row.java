package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Limits;
import org.chrootlite.testing.Given;

/** What was seen of a run, and the judgement: {@code verdict exitCode signal code evidence}. */
record Row(Observation seen, Limits limits, Clues clues, String judgement) {
  private static final String MANIFEST =
      """
      name: box
      limits: {memory: 100MB, cpuTime: 2s, wallTime: 3s, processes: 8, fileSize: 5MB, output: 1MB, disk: 8MB}
      scripts: {hello: {command: [tool, -x]}}
      """;
  private static final Launcher LAUNCHER = Given.launcher(MANIFEST);

  /** All that have a verdict of their own. */
  static final Limits LIMITS = Given.sandboxes(MANIFEST).getFirst().limits();

  /** None but the one that every sandbox has, of disk. */
  static final Limits NO_TIME = limits("{wallTime: 0}");

  static Limits limits(String text) {
    return Given.sandboxes("name: box\nlimits: " + text + "\nscripts: {hello: {run: x}}\n").getFirst().limits();
  }

  static Row of(Scene scene, String judgement) {
    return new Row(scene.seen(), LIMITS, Clues.NONE, judgement);
  }

  static Row of(Scene scene, Limits limits, String judgement) {
    return new Row(scene.seen(), limits, Clues.NONE, judgement);
  }

  static Row of(Scene scene, Limits limits, Clues clues, String judgement) {
    return new Row(scene.seen(), limits, clues, judgement);
  }

  /** A launcher one of whose steps failed. */
  static Scene failed(Class<? extends Step> step, int errno) {
    long address = Records.addressOf(LAUNCHER, step);
    return Scene.failure(Report.parse(new Records().failed(address, errno).bytes(), LAUNCHER));
  }

  void check() throws IOException {
    Judgement given = Judge.judge(seen, limits, clues);
    String text =
        "%s %s %s %d %s"
            .formatted(
                given.verdict(),
                given.exitCode().map(String::valueOf).orElse("-"),
                given.signal().orElse("-"),
                given.code(),
                given.evidence());
    int number = seen.report().failure().map(failure -> failure.at().number()).orElse(0);
    assertEquals(judgement.replace("%d", Integer.toString(number)), text.replaceAll("/\\S*\\.yaml", "sandbox.yaml"));
  }

  @Override
  public String toString() {
    return judgement;
  }
}
