package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.plan.Plan;
import org.chrootlite.plan.PlanJson;
import org.chrootlite.store.Intent;

/**
 * Puts on record what changes sandboxes: what is meant to be done before it is done, and how it went after. Who is
 * killed in between leaves the first, and whoever changes something next puts it on record for him. The caller holds
 * the lock of all who change something.
 */
final class Journal {
  private static final String DONE = "done";
  private static final String FAILED = "failed";
  private static final String INTERRUPTED = "interrupted";
  private static final String REFUSED = "refused";

  /** Of an entry that has begun, in bytes: with its outcome it must be one that the history takes and gives back. */
  private static final int LARGEST = JsonReader.LONGEST / 2;

  private final Workshop workshop;
  private final Intent intent;

  Journal(Workshop workshop) {
    this.workshop = workshop;
    this.intent = workshop.state().intent();
  }

  /** What is put on record. */
  @FunctionalInterface
  interface Work {
    void execute() throws IOException, EngineException;
  }

  /**
   * Does it, and puts it on record: when this returns even a power failure cannot undo that.
   *
   * @param revisions of the manifests that ask for it
   */
  void record(
      Operation operation, Plan plan, Collection<String> revisions, Map<String, LayerSize> layers, Work work)
      throws IOException, EngineException {
    Map<String, Object> entry = entry(operation, plan, revisions, layers);
    String line = JsonWriter.toJson(entry);
    int size = line.getBytes(StandardCharsets.UTF_8).length;
    if (size > LARGEST) {
      throw new EngineException(
          "nothing was done: the plan has %d bytes, and %d can be put on record; do a part of it at a time"
              .formatted(size, LARGEST));
    }
    intent.declare(line);
    try {
      work.execute();
    } catch (IOException | EngineException e) {
      try {
        end(entry, FAILED, Optional.ofNullable(e.getMessage()));
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    end(entry, DONE, Optional.empty());
  }

  /** Puts on record what was not done, and why. */
  void recordRefusal(
      Operation operation, Plan plan, Collection<String> revisions, Map<String, LayerSize> layers, String why)
      throws IOException {
    append(entry(operation, plan, revisions, layers), REFUSED, Optional.of(why));
  }

  private Map<String, Object> entry(
      Operation operation, Plan plan, Collection<String> revisions, Map<String, LayerSize> layers) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    layers.forEach((name, size) -> sizes.put(name, size.bytes()));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", operation.type().id());
    entry.put("id", operation.id());
    entry.put("time", RunFields.time(operation.began()));
    entry.put("user", RunFields.user(workshop.host().user()));
    entry.put(operation.type() == Operation.Type.APPLY ? "paths" : "names", operation.subjects());
    if (operation.type() == Operation.Type.APPLY) {
      entry.put("revisions", List.copyOf(revisions));
    }
    entry.put("plan", PlanJson.tree(plan, sizes));
    return entry;
  }

  private void end(Map<String, Object> entry, String outcome, Optional<String> error) throws IOException {
    append(entry, outcome, error);
    intent.fulfil();
  }

  private void append(Map<String, Object> entry, String outcome, Optional<String> error) throws IOException {
    Map<String, Object> ended = new LinkedHashMap<>(entry);
    ended.put("outcome", outcome);
    error.ifPresent(message -> ended.put("error", message));
    workshop.history().append(ended);
    workshop.history().force();
  }

  /**
   * Puts on record what somebody has begun who was killed.
   *
   * @param work what is to be done before that, where there was somebody: who is killed there leaves it to the next
   */
  void recover(Work work) throws IOException, EngineException {
    workshop.state().sandboxes().removeLeftOvers();
    Optional<byte[]> left = intent.left();
    if (left.isEmpty()) {
      return;
    }
    work.execute();
    Map<String, Object> entry = new LinkedHashMap<>();
    try {
      JsonReader.readObject(left.get()).forEach(entry::put);
    } catch (IOException e) {
      throw new IOException(
          "%s, which tells what a killed command had begun, is damaged: %s; move it away"
              .formatted(intent.file(), e.getMessage()),
          e);
    }
    Optional<String> committed = workshop.state().sandboxes().committedBy();
    boolean isDone = committed.isPresent() && committed.get().equals(entry.get("id"));
    String error = isDone ? "cut off when it was done" : "cut off before anything was changed";
    end(entry, isDone ? DONE : INTERRUPTED, Optional.of(error));
  }
}
