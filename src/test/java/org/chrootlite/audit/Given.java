package org.chrootlite.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.host.HostUser;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.jspecify.annotations.Nullable;

/** Entries and histories for tests. */
final class Given {
  private Given() {}

  static StateDirectory state(Path home) throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
  }

  /** A run with the fields that are filtered by. */
  static Map<String, @Nullable Object> run(String id, String job, String verdict, String time) {
    Map<String, @Nullable Object> run = new LinkedHashMap<>();
    run.put("type", "run");
    run.put("run", id);
    run.put("time", time);
    run.put("sandbox", job.substring(0, job.indexOf('/')));
    run.put("script", job.substring(job.indexOf('/') + 1));
    run.put("verdict", verdict);
    return run;
  }

  static Map<String, @Nullable Object> run(String id) {
    return run(id, "box/hello", "ok", "2026-11-22T08:15:00.000Z");
  }

  /** The ids of the entries that a filter wants, and how many lines are damaged. */
  record Read(List<String> ids, long damaged) {}

  static Read read(Path home, Filter filter) throws IOException {
    List<String> ids = new ArrayList<>();
    long damaged = HistoryReader.of(home).read(filter, entry -> ids.add(entry.id().orElse("?")));
    return new Read(ids, damaged);
  }

  static Read readAll(Path home) throws IOException {
    return read(home, Filter.ALL);
  }
}
