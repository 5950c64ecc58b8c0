package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chrootlite.doctor.Examination;
import org.chrootlite.doctor.Finding;
import org.chrootlite.doctor.Section;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.model.Gap;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class ExaminationTextTest {
  private static final Gap NO_GROUPS = new Gap("no control groups", "sudo mount -t cgroup2 none /sys/fs/cgroup");

  private static Examination of(Section... sections) {
    return new Examination("6.18.5", "x86_64", "tester", 1001, List.of(sections));
  }

  private static Examination host() {
    return of(
        new Section(
            "Sandboxes",
            List.of(
                Finding.ok("user namespace", "made without privileges"),
                Finding.missing("/proc", new Gap("mount: EPERM: covered \u001b[31m", "umount it")),
                Finding.untried("overlay", "not tried without: /proc"),
                Finding.untried("execution", "not tried without: /proc"))),
        new Section(
            "Limits",
            List.of(
                Finding.missing("control groups", NO_GROUPS),
                Finding.missing("cpus", NO_GROUPS),
                Finding.degraded("memory", "cgroup-v1: counted", new Gap("no swap", "swapaccount=1")))),
        new Section("Beside them", List.of(Finding.note("core dumps", "a crash calls apport"))));
  }

  @Test
  void peopleReadALineForEachFindingAndEachGapOnce() {
    Golden.assertMatches("doctor/host.txt", String.join("\n", ExaminationText.lines(host(), false)) + "\n");
  }

  @Test
  void programsReadAllOfIt() {
    Golden.assertMatches("doctor/host.json", JsonWriter.toJson(ExaminationText.tree(host())) + "\n");
  }

  @Test
  void jobsOfWhichTheSameIsFoundAreToldOfTogether() {
    List<Finding> same = List.of(Finding.ok("program", "/bin/sh"));
    List<String> lines =
        ExaminationText.lines(
            of(new Section("a/x", same), new Section("a/y", List.of()), new Section("a/z", same)), false);
    assertTrue(lines.contains("a/x, a/z"), lines.toString());
    assertEquals(1, lines.stream().filter(line -> line.contains("/bin/sh")).count());
    assertEquals("no gaps", lines.getLast());
  }

  @Test
  void coloursAreForMarksOnlyAndNothingElseSteersTheTerminal() {
    String text = String.join("\n", ExaminationText.lines(host(), true));
    assertTrue(text.contains("\u001b[31mmissing\u001b[0m   /proc"), text);
    assertTrue(text.contains("\\x1b[31m"), text);
    assertEquals(-1, text.replaceAll("\u001b\\[3\\dm[a-z]+\u001b\\[0m", "").indexOf('\u001b'));
  }
}
