package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.audit.HistoryReader;
import org.chrootlite.doctor.Finding;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.MalformedJsonException;
import org.chrootlite.model.Gap;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.StoreException;

/** Opens the files that commands rely on in a state directory: a damaged or unreadable one is a finding. */
record StateFiles(StateDirectory state) {
  private static final String INDEX = "applied sandboxes";
  private static final String HISTORY = "history";
  private static final String INTENT = "unfinished operation";

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>(List.of(index(), history()));
    findings.addAll(intent());
    return findings;
  }

  private Finding index() {
    try {
      return Finding.ok(INDEX, state.sandboxes().all().size() + ", all of which can be read");
    } catch (StoreException e) {
      return Finding.missing(INDEX, new Gap(e.problem(), e.remedy().orElse("restore it from a backup")));
    } catch (IOException e) {
      return Finding.missing(INDEX, unreadable(e));
    }
  }

  private Finding history() {
    try {
      List<String> damaged = HistoryReader.of(state.home()).damage();
      return damaged.isEmpty()
          ? Finding.ok(HISTORY, "all of its lines can be read")
          : Finding.degraded(
              HISTORY,
              "the other lines are read without these",
              new Gap(
                  "damaged lines, as a killed process or a full disk leaves them: " + String.join(", ", damaged),
                  "restore them from a backup, or remove those lines while nothing runs"));
    } catch (IOException e) {
      return Finding.missing(HISTORY, unreadable(e));
    }
  }

  /** There is one while an operation goes on, and after its process was killed. */
  private List<Finding> intent() {
    Path file = state.intent().file();
    try {
      JsonReader.readObject(Files.readAllBytes(file));
      return List.of(
          Finding.note(INTENT, file + ": it goes on, or the next apply, delete or cleanup completes its record"));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (MalformedJsonException e) {
      return List.of(
          Finding.missing(
              INTENT,
              new Gap(
                  file + ", which records what a killed command had begun, is damaged: " + e.getMessage(),
                  "move it away; until then nothing is applied or deleted")));
    } catch (IOException e) {
      return List.of(Finding.missing(INTENT, unreadable(e)));
    }
  }

  private static Gap unreadable(IOException problem) {
    return problem instanceof AccessDeniedException denied
        ? new Gap(denied.getFile() + " cannot be read: permission denied", "chmod u+r " + denied.getFile())
        : new Gap("it cannot be read: " + problem.getMessage(), "restore it from a backup, or move it away");
  }
}
