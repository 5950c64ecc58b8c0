package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What version 1 of the state directory has in {@code runs/}: the directory of each run, with a locked file {@code
 * lock} while it went on, and a file {@code kept} where its artifacts were to stay.
 */
final class FirstVersion {
  private static final String LOCK = "lock";
  private static final String KEPT = "kept";

  /** What is done once nothing of version 1 is left. */
  @FunctionalInterface
  interface Commit {
    void run() throws IOException;
  }

  private final Path runs;
  private final LockFile beginnings;
  private final Waiting waiting;

  /** Of this directory, where whoever begins or ends a run has this lock at that moment. */
  FirstVersion(Path runs, LockFile beginnings, Waiting waiting) {
    this.runs = runs;
    this.beginnings = beginnings;
    this.waiting = waiting;
  }

  /**
   * Leaves of each run what was kept, as version 2 does, and waits for those that go on. What was begun may be done
   * again.
   *
   * @param commit is called when no run can begin
   */
  void upgrade(Commit commit) throws IOException {
    Optional<String> live = tidy(commit);
    while (live.isPresent()) {
      // It needs that lock for its end.
      await(live.get());
      live = tidy(commit);
    }
  }

  /** The first run that goes on, if any. */
  private Optional<String> tidy(Commit commit) throws IOException {
    LockFile.Held lock = beginnings.exclusive("upgrade of the state directory");
    try (lock) {
      for (String name : Entries.names(runs)) {
        if (name.startsWith(Runs.GONE)) {
          Entries.delete(runs.resolve(name));
        } else if (!tidy(runs.resolve(name))) {
          return Optional.of(name);
        }
      }
      commit.run();
      return Optional.empty();
    }
  }

  /** Whether the run is over. */
  private static boolean tidy(Path run) throws IOException {
    boolean locked = Files.exists(run.resolve(LOCK));
    if (locked && LockFile.existing(run, LOCK).isHeld()) {
      return false;
    }
    if (Files.exists(run.resolve(KEPT))) {
      for (String name : Entries.names(run)) {
        if (!List.of(KEPT, Runs.ARTIFACTS).contains(name)) {
          Entries.delete(run.resolve(name));
        }
      }
      Files.delete(run.resolve(KEPT));
    } else if (locked || !Files.exists(run.resolve(Runs.ARTIFACTS))) {
      Runs.discard(run);
    }
    return true;
  }

  private void await(String name) throws IOException {
    waiting.waitsFor(Optional.of("run " + name + " of an older chroot-lite"));
    try {
      LockFile.existing(runs.resolve(name), LOCK).exclusive("").close();
    } catch (NoSuchFileException e) {
      // It has ended, and taken its directory along.
    } finally {
      waiting.waitsFor(Optional.empty());
    }
  }
}
