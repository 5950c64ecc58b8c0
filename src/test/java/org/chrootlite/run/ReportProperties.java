package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.chrootlite.compile.Cells;
import org.chrootlite.compile.Launcher;
import org.chrootlite.model.Limits;
import org.chrootlite.testing.Given;

class ReportProperties {
  private static final Launcher LAUNCHER = Given.launcher("name: box\nscripts: {hello: {command: [/bin/true]}}\n");

  @Property
  void anyBytesAreReadWithoutAnErrorAndCanBeJudged(
      @ForAll @Size(max = 600) byte[] bytes, @ForAll @IntRange(min = 1, max = 3) int kind)
      throws Exception {
    if (bytes.length > 0) {
      // Or hardly any would be a record at all.
      Arrays.fill(bytes, 0, Math.min(8, bytes.length), (byte) 0);
      bytes[0] = (byte) kind;
    }
    Report report = Report.parse(bytes, LAUNCHER);
    Observation seen =
        new Observation(
            report, false, false, Use.NONE, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 0);
    Judgement judgement = Judge.judge(seen, Limits.NONE, Clues.NONE);
    assertTrue(judgement.code() >= 0 && judgement.code() <= 255, judgement.toString());
    assertTrue(judgement.evidence().length() > 3);
  }

  @Property
  void aStatusFileThatIsCutOffTellsWhatWasWhole(
      @ForAll @IntRange(min = 0, max = 24 + 24 + Cells.ENDED_SIZE) int length,
      @ForAll @IntRange(min = 0, max = 255) int exitCode) {
    byte[] whole = new Records().artifact(0, 0).artifact(1, 2).ended(exitCode << 8, false).bytes();
    Report report = Report.parse(Arrays.copyOf(whole, length), LAUNCHER);
    assertEquals(Math.min(2, length / Cells.ARTIFACT_SIZE), report.artifacts().size());
    Optional<Integer> seen = report.end().map(Report.End::exitCode);
    assertEquals(length == whole.length ? Optional.of(exitCode) : Optional.empty(), seen);
  }
}
