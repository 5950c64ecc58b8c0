package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.audit.Entry;
import org.chrootlite.audit.Filter;
import org.chrootlite.audit.HistoryReader;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunRecordsTest {
  private static final String RUN = "20261122T081500Z-4f7c1e";

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "7", "{\"run\":", "{\"type\":\"apply\",\"run\":\"another\",\"verdict\":\"ok\"}", "\u0000"})
  void whateverIsLeftOfItsRecordADeadRunIsOneThatWasCancelled(String job) throws Exception {
    new RunRecords(Workshop.open(home, Watcher.NONE)).recordDead(RUN, job, List.of());
    List<Entry> entries = new ArrayList<>();
    HistoryReader.of(home).read(Filter.last(Entry.RUN, 2), entries::add);
    assertEquals(1, entries.size());
    assertEquals(Optional.of(RUN), entries.getFirst().id());
    assertEquals(Optional.of("cancelled"), entries.getFirst().verdict());
  }
}
