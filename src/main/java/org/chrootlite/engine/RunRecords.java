package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.cgroup.ControlGroups;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.json.MalformedJsonException;
import org.chrootlite.model.Verdict;
import org.chrootlite.store.DeadRun;
import org.chrootlite.store.Runs;

/** Puts runs on record: those that end, those that fail, and those that were killed. */
final class RunRecords implements DeadRun {
  private static final String STDOUT = "stdout";
  private static final String STDERR = "stderr";

  private final Workshop workshop;
  private final Purpose purpose;

  /** Those of runs that somebody asked for. */
  RunRecords(Workshop workshop) {
    this(workshop, new Purpose.Asked());
  }

  /** Those of runs that are for this. */
  RunRecords(Workshop workshop, Purpose purpose) {
    this.workshop = workshop;
    this.purpose = purpose;
  }

  /** The place of a new run, when all that were killed are on record. */
  Runs.Run create(Job job, Instant began, Set<PosixFilePermission> permissions) throws IOException {
    workshop.state().runs().sweep(this);
    String beginning = JsonWriter.toJson(RunFields.beginning(job, began, workshop.host().user()));
    return workshop.state().runs().create(began, permissions, beginning);
  }

  /** Keeps what a run has left, and puts it on record; of a probe it only counts what was printed. */
  RunResult end(Runs.Run run, RunResult result, Transcript output, Transcript error) throws IOException {
    output.close();
    error.close();
    List<String> kept = isProbe() ? List.of() : run.keep(List.of(STDOUT, STDERR, Runs.ARTIFACTS));
    RunResult recorded =
        result.with(stream(run, STDOUT, output, kept), stream(run, STDERR, error, kept));
    if (!isProbe()) {
      workshop.history().append(RunFields.entry(recorded, workshop.host().user()));
    }
    return recorded;
  }

  private boolean isProbe() {
    return purpose instanceof Purpose.Probe;
  }

  private static RunResult.Stream stream(Runs.Run run, String name, Transcript transcript, List<String> kept) {
    Optional<String> file =
        kept.contains(name) ? Optional.of(run.keptDirectory().resolve(name).toString()) : Optional.empty();
    return new RunResult.Stream(transcript.printed(), file, transcript.problem());
  }

  /** Puts on record that chroot-lite itself failed: nobody knows how the script fared, if it ran at all. */
  void fail(String id, Job job, Instant began, Exception cause) {
    if (isProbe()) {
      return; // whoever asked for the probes is told
    }
    Map<String, Object> entry = RunFields.beginning(job, began, workshop.host().user());
    entry.put("run", id);
    entry.put("verdict", Verdict.SETUP_ERROR.id());
    entry.put("evidence", RunFields.evidence(cause));
    try {
      workshop.history().append(entry);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void clear(Path directory) throws IOException {
    ControlGroups.removeLeftOver(directory);
    // It may have been killed when it put its launcher there.
    workshop.state().launchers().removeLeftOvers();
  }

  /**
   * A run whose process was killed: nobody knows how its script fared, but that it has ended. Unless it was killed
   * when that was on record.
   */
  @Override
  public void found(String id, String job, List<String> kept) throws IOException {
    if (!HistoryReader.of(workshop.state().home()).runs(id, 1).isEmpty()) {
      return;
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    try {
      JsonReader.readObject(job).forEach(entry::put);
    } catch (MalformedJsonException e) {
      entry.clear(); // cut short by a power failure: that there was a run is known all the same
    }
    entry.put("type", "run");
    entry.put("run", id);
    entry.put("verdict", Verdict.CANCELLED.id());
    entry.put("evidence", "chroot-lite was killed while the script ran, and so was the script");
    List<String> streams = new ArrayList<>(List.of(STDOUT, STDERR));
    streams.retainAll(kept);
    Optional<Path> directory = workshop.state().runs().directory(id);
    for (String stream : streams) {
      entry.put(stream + "File", directory.map(path -> path.resolve(stream).toString()));
    }
    workshop.history().append(entry);
    workshop.history().force();
  }
}
