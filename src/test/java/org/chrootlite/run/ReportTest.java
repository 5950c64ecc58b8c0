package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.Step;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Launcher LAUNCHER = Given.launcher("name: box\nscripts: {hello: {command: [/bin/true]}}\n");

  private static Report parse(Records records) {
    return Report.parse(records.bytes(), LAUNCHER);
  }

  @Test
  void anEmptyStatusFileSaysNothing() {
    assertEquals(new Report(Optional.empty(), Optional.empty(), List.of()), Report.parse(new byte[0], LAUNCHER));
  }

  @Test
  void theEndTellsStatusTimesAndMemory() {
    Report.End end = parse(new Records().ended(42 << 8, false)).end().orElseThrow();
    Report.Scratch scratch = new Report.Scratch(64 << 20, 16 << 20, 900, 800);
    assertEquals(new Report.End(42 << 8, false, 2_000_000_002L, 1_750_000_000L, 2 << 20, scratch), end);
    assertEquals(42, end.exitCode());
    assertEquals(0, end.signal());
  }

  @Test
  void aSignalIsToldApartFromAnExitCodeWithOrWithoutACoreDump() {
    assertEquals(11, parse(new Records().ended(11, true)).end().orElseThrow().signal());
    assertEquals(11, parse(new Records().ended(11 | 0x80, true)).end().orElseThrow().signal());
    assertTrue(parse(new Records().ended(11, true)).end().orElseThrow().timedOut());
  }

  @Test
  void aFailureNamesItsStepAndItsError() {
    long address = Records.addressOf(LAUNCHER, Step.Execute.class);
    Report.Failed failed = parse(new Records().failed(address, 2)).failure().orElseThrow();
    assertEquals(2, failed.errno());
    assertEquals(LAUNCHER.plan().steps().getLast(), failed.at().step());
    assertEquals(LAUNCHER.plan().steps().size(), failed.at().number());
  }

  @Test
  void ofSeveralFailuresTheFirstCounts() {
    long execute = Records.addressOf(LAUNCHER, Step.Execute.class);
    long filter = Records.addressOf(LAUNCHER, Step.FilterSyscalls.class);
    Report report = parse(new Records().failed(filter, 22).failed(execute, 2));
    assertEquals(22, report.failure().orElseThrow().errno());
  }

  @Test
  void anAddressThatIsNoOperationIsNoFailure() {
    assertEquals(Optional.empty(), parse(new Records().failed(-1, 2)).failure());
  }

  @Test
  void artifactsComeInTheirOrderWithWhatWentWrong() {
    Report report = parse(new Records().artifact(0, 0).artifact(1, 27).ended(0, false));
    assertEquals(List.of(new Report.Artifact(0, 0), new Report.Artifact(1, 27)), report.artifacts());
    assertTrue(report.end().isPresent());
  }

  @Test
  void nothingIsReadBehindARecordOfAnUnknownKind() {
    byte[] unknown = new byte[24];
    unknown[0] = 9;
    byte[] end = new Records().ended(0, false).bytes();
    byte[] both = new byte[unknown.length + end.length];
    System.arraycopy(unknown, 0, both, 0, unknown.length);
    System.arraycopy(end, 0, both, unknown.length, end.length);
    assertEquals(Optional.empty(), Report.parse(both, LAUNCHER).end());
  }
}
