package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.chrootlite.doctor.Finding;
import org.chrootlite.doctor.Mark;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Gap;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a state directory, as they were written and as something else has left them. */
class StateFilesTest {
  @TempDir Path directory;
  private StateDirectory state;
  private Path index;
  private Path history;

  @BeforeEach
  void makeState() throws IOException {
    Path home = directory.resolve("home");
    state = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
    state.sandboxes().replace(List.of(), List.of("mybox"), "20261122T081500Z-4f7c1e");
    index = home.resolve("sandboxes.jsonl");
    history = Files.writeString(home.resolve("history.jsonl"), "{\"type\":\"run\"}\n{\"type\":\"apply\"}\n");
  }

  private Finding finding(String about) {
    return new StateFiles(state)
        .findings().stream().filter(each -> each.about().equals(about)).findFirst().orElseThrow();
  }

  private Gap gap(Mark mark, String about) {
    Finding finding = finding(about);
    assertEquals(mark, finding.mark(), finding.toString());
    return finding.gap().orElseThrow();
  }

  @Test
  void whatWasWrittenIsInOrder() {
    List<Finding> all = new StateFiles(state).findings();
    assertEquals(List.of("applied sandboxes", "history"), all.stream().map(Finding::about).toList());
    assertTrue(all.stream().allMatch(each -> each.mark() == Mark.OK), all.toString());
  }

  @Test
  void anIndexThatWasCutShortIsMissing() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    for (int length : new int[] {0, 10, whole.length - 3}) {
      Files.write(index, Arrays.copyOf(whole, length));
      Gap gap = gap(Mark.MISSING, "applied sandboxes");
      assertTrue(gap.why().startsWith(index + ":") && gap.why().endsWith("and was left as it is"), gap.why());
      assertEquals("restore it from a backup, or move it away and apply your manifests again", gap.remedy());
    }
  }

  @Test
  void damagedLinesOfTheHistoryAreCountedByFile() throws IOException {
    Files.writeString(history, "{\"type\":\"run\"}\n{\"type\":\"ap");
    Files.writeString(history.resolveSibling("history-1.jsonl"), "{}\n\0\0\0\n{\"a\":\n");
    Gap gap = gap(Mark.DEGRADED, "history");
    assertTrue(gap.why().endsWith(": history-1.jsonl: 2 lines, history.jsonl: 1 line"), gap.why());
    assertTrue(gap.remedy().startsWith("restore them from a backup"), gap.remedy());
  }

  @Test
  void anIntentIsWorthKnowingAndADamagedOneMissing() throws IOException {
    state.intent().declare("{\"type\":\"apply\"}");
    assertEquals(Mark.NOTE, finding("unfinished operation").mark());
    Files.writeString(state.intent().file(), "{\"type\":");
    Gap gap = gap(Mark.MISSING, "unfinished operation");
    assertTrue(gap.why().contains("is damaged"), gap.why());
    assertTrue(gap.remedy().startsWith("move it away"), gap.remedy());
    Files.writeString(state.intent().file(), "");
    assertEquals(Mark.MISSING, finding("unfinished operation").mark());
  }

  @Test
  void aFileThatIsNoFileIsMissing() throws IOException {
    Files.delete(history);
    Files.createDirectory(history);
    assertTrue(gap(Mark.MISSING, "history").why().startsWith("it cannot be read"));
  }
}
