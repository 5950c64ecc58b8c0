package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.audit.Entry;
import org.chrootlite.audit.Filter;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.MalformedJsonException;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Observed;
import org.chrootlite.plan.TemplateState;
import org.chrootlite.store.Runs;

/** Gathers all there is to know of a sandbox. */
final class Inspector {
  private static final int LAST_RUNS = 5;

  private final Workshop workshop;

  Inspector(Workshop workshop) {
    this.workshop = workshop;
  }

  Info inspect(Applied applied) throws IOException {
    Observed observed = new Observer(workshop).thoroughly(List.of(applied), List.of());
    Optional<TemplateState> template = applied.spec().template().map(name -> observed.templates().get(name));
    List<Job> jobs = Job.all(Catalogue.sandbox(applied), applied);
    Optional<LayerSize> layer =
        applied.layer().isPresent()
            ? Optional.of(LayerSize.of(workshop.state().layers().usage(applied.name())))
            : Optional.empty();
    List<Entry> runs = new ArrayList<>();
    Filter last = Filter.last(Entry.RUN, LAST_RUNS).of(applied.name() + "/*");
    HistoryReader.of(workshop.state().home()).read(last, runs::add);
    return new Info(
        observed.sandboxes().getFirst(),
        template,
        Staleness.of(jobs),
        layer,
        launchers(applied),
        running(applied.name()),
        runs);
  }

  private long launchers(Applied applied) throws IOException {
    long bytes = 0;
    // Scripts that differ in nothing but their name share one.
    for (String digest : Set.copyOf(applied.launchers().values())) {
      Path file = workshop.state().launchers().file(digest);
      bytes += Files.exists(file) ? Files.size(file) : 0;
    }
    return bytes;
  }

  private static boolean isOf(String sandbox, String job) {
    try {
      return JsonReader.read(job) instanceof Map<?, ?> fields && sandbox.equals(fields.get("sandbox"));
    } catch (MalformedJsonException e) {
      return false; // what it runs another program has written
    }
  }

  private List<String> running(String sandbox) throws IOException {
    List<String> running = new ArrayList<>();
    for (Runs.Live live : workshop.state().runs().running()) {
      if (isOf(sandbox, live.job())) {
        running.add(live.id());
      }
    }
    return running;
  }
}
