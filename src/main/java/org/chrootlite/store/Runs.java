package org.chrootlite.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The directories of runs.
 *
 * <p>While a run goes on, {@code running/} holds {@code ID.lock}, which its process has locked, {@code ID.job}, which
 * says what is run, and the run's own directory {@code ID}; they are made in this order. When it is over, and something
 * is kept, its directory moves to {@code runs/ID}, with nothing else in it. Then the job goes, which says that the run
 * is on record, then the directory if it is still there, and the lock comes last. So one look at what is left of a run
 * whose lock is free tells how far it came, and whoever looks can go on from there.
 */
public final class Runs {
  /** Where a run keeps what its script printed. A killed run keeps them too. */
  public static final List<String> STREAMS = List.of("stderr", "stdout");

  /** Where a run keeps the files that were collected. Such runs stay until they are asked away. */
  public static final String ARTIFACTS = "artifacts";

  private static final String LOCK = ".lock";
  private static final String JOB = ".job";
  static final String GONE = ".gone-";
  private static final FileAttribute<?> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path running;
  private final Path finished;

  Runs(Path running, Path finished) {
    this.running = running;
    this.finished = finished;
  }

  /** A run that goes on; {@code job} is what {@link #create} was given. */
  public record Live(String id, String job) {}

  /** The place of one run, until it is closed. */
  public final class Run implements AutoCloseable {
    private final String id;
    private final LockFile.Held lock;

    private Run(String id, LockFile.Held lock) {
      this.id = id;
      this.lock = lock;
    }

    /** Such as {@code 20261122T081500Z-4f7c1e}: when it began, in UTC, and random digits; ids sort by time. */
    public String id() {
      return id;
    }

    /** Named by the id, and empty at first. It is gone when something was kept, or when the run is closed. */
    public Path directory() {
      return running.resolve(id);
    }

    /** Where the directory is found once something is kept. */
    public Path keptDirectory() {
      return finished.resolve(id);
    }

    /**
     * Moves the directory to where it stays, with these entries; all others are removed. To be called when the run is
     * over, and before it is put on record.
     *
     * @param names of entries; those that are not there are passed over
     * @return what is there now, sorted; where that is nothing, nothing was moved
     */
    public List<String> keep(List<String> names) throws IOException {
      return Runs.this.keep(id, names);
    }

    /** Ends the run, which is on record now, and removes its directory unless something was kept. */
    @Override
    public void close() throws IOException {
      try (lock) {
        remove(id);
      }
    }
  }

  /**
   * Makes the directory of a new run that begins now.
   *
   * @param permissions of the directory: who may pass through it
   * @param job what is run, on one line: whoever finds the run, alive or dead, is given it
   * @throws StoreException when there is no room for it, or no right to make it
   */
  public Run create(Instant now, Set<PosixFilePermission> permissions, String job) throws IOException {
    try {
      return create(now, permissions, Optional.of(job));
    } catch (IOException e) {
      throw StoreException.because("cannot begin a run in " + running, e);
    }
  }

  /**
   * Makes a directory for what is no run of anybody's, and begins now. Should it be left behind, it is removed as those
   * of dead runs are, and put on no record.
   *
   * @param permissions of the directory: who may pass through it
   * @throws StoreException when there is no room for it, or no right to make it
   */
  public Run createUnrecorded(Instant now, Set<PosixFilePermission> permissions) throws IOException {
    try {
      return create(now, permissions, Optional.empty());
    } catch (IOException e) {
      throw StoreException.because("cannot make a directory in " + running, e);
    }
  }

  private Run create(Instant now, Set<PosixFilePermission> permissions, Optional<String> job) throws IOException {
    Optional<Run> run = Optional.empty();
    while (run.isEmpty()) {
      // One in 16 million is taken: draw again.
      run = create(RunId.next(now), permissions, job);
    }
    return run.get();
  }

  /** Empty where the id is taken. */
  private Optional<Run> create(String id, Set<PosixFilePermission> permissions, Optional<String> job)
      throws IOException {
    Optional<LockFile.Held> lock = claim(id);
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    Run run = new Run(id, lock.get());
    try {
      if (job.isPresent()) {
        Files.writeString(running.resolve(id + JOB), job.get(), StandardOpenOption.CREATE_NEW);
      }
      Files.createDirectory(run.directory());
      // Set now, not at its creation: the umask would take some away.
      Files.setPosixFilePermissions(run.directory(), permissions);
      return Optional.of(run);
    } catch (IOException e) {
      try (run) {
        throw e;
      }
    }
  }

  private Optional<LockFile.Held> claim(String id) throws IOException {
    Path file = running.resolve(id + LOCK);
    if (Files.exists(finished.resolve(id))) {
      return Optional.empty();
    }
    try {
      Files.createFile(file, OWN);
      LockFile.Held lock = LockFile.existing(running, id + LOCK).exclusive("");
      // Who sweeps at this moment may have taken it for that of a dead run, before we had locked it.
      if (Files.exists(file)) {
        return Optional.of(lock);
      }
      lock.close();
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      if (!Files.isDirectory(running)) {
        throw e;
      }
    }
    return Optional.empty();
  }

  /** Removes what killed runs have left, but for what they printed, and tells of each. */
  public void sweep(DeadRun dead) throws IOException {
    for (String id : locked()) {
      Optional<LockFile.Held> free;
      try {
        free = LockFile.existing(running, id + LOCK).tryExclusive("");
      } catch (NoSuchFileException e) {
        // It is over.
        continue;
      }
      if (free.isPresent()) {
        LockFile.Held lock = free.get();
        try (lock) {
          dead.clear(running.resolve(id));
          bury(id, dead);
          remove(id);
        }
      }
    }
  }

  private void bury(String id, DeadRun dead) throws IOException {
    Optional<String> job = job(id);
    if (job.isEmpty()) {
      // It is on record, or has never begun.
      return;
    }
    if (Files.isDirectory(running.resolve(id))) {
      dead.found(id, job.get(), keep(id, STREAMS));
    } else if (Files.isDirectory(finished.resolve(id))) {
      dead.found(id, job.get(), Entries.names(finished.resolve(id)));
    }
  }

  /** The runs that go on, the newest last. */
  public List<Live> running() throws IOException {
    List<Live> live = new ArrayList<>();
    for (String id : locked()) {
      try {
        if (LockFile.existing(running, id + LOCK).isHeld()) {
          job(id).ifPresent(job -> live.add(new Live(id, job)));
        }
      } catch (NoSuchFileException e) {
        // It is over.
      }
    }
    return live;
  }

  /** The ids of runs that are over and have kept something, the newest last. */
  public List<String> kept() throws IOException {
    List<String> kept = Entries.names(finished);
    kept.removeIf(name -> name.startsWith(GONE));
    return kept;
  }

  /**
   * The directory of a run that is over and has kept something.
   *
   * @param id whatever a user has typed
   */
  public Optional<Path> directory(String id) {
    if (!RunId.isName(id)) {
      return Optional.empty();
    }
    Path place = finished.resolve(id);
    return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) ? Optional.of(place) : Optional.empty();
  }

  /**
   * Removes the oldest runs that have kept nothing but streams.
   *
   * @param most how many of them stay. Up to an eighth more may, so that not every command has to look at all
   */
  public void prune(int most) throws IOException {
    List<String> all = Entries.names(finished);
    deleteGone(all);
    if (all.size() <= most + most / 8) {
      return;
    }
    int left = most;
    for (String name : all.reversed()) {
      if (!Files.exists(finished.resolve(name).resolve(ARTIFACTS)) && --left < 0) {
        delete(name);
      }
    }
  }

  /** Removes from these names those that somebody was removing who was killed, or is at it. */
  private void deleteGone(List<String> names) throws IOException {
    for (String name : names) {
      if (name.startsWith(GONE)) {
        Entries.delete(finished.resolve(name));
      }
    }
    names.removeIf(name -> name.startsWith(GONE));
  }

  /** Removes what all runs that are over have kept. */
  public void clear() throws IOException {
    List<String> all = Entries.names(finished);
    deleteGone(all);
    for (String name : all) {
      delete(name);
    }
  }

  /**
   * Removes what a run that is over has kept, where there is anything.
   *
   * @param id whatever a user has typed
   */
  public void delete(String id) throws IOException {
    Optional<Path> directory = directory(id);
    if (directory.isPresent()) {
      try {
        discard(directory.get());
      } catch (NoSuchFileException e) {
        // Somebody else was faster.
      }
    }
  }

  /** Removes a finished run's directory at once, as far as others can see. */
  static void discard(Path directory) throws IOException {
    Path gone = directory.resolveSibling(GONE + directory.getFileName());
    Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
    Entries.delete(gone);
  }

  private List<String> keep(String id, List<String> wanted) throws IOException {
    Path directory = running.resolve(id);
    List<String> kept = new ArrayList<>();
    for (String name : Entries.names(directory)) {
      Path entry = directory.resolve(name);
      if (wanted.contains(name) && !isEmpty(entry)) {
        kept.add(name);
      } else {
        Entries.delete(entry);
      }
    }
    if (!kept.isEmpty()) {
      Files.move(directory, finished.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    }
    return kept;
  }

  private static boolean isEmpty(Path entry) throws IOException {
    boolean directory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    return directory ? Entries.names(entry).isEmpty() : Files.size(entry) == 0;
  }

  /** The caller holds its lock. */
  private void remove(String id) throws IOException {
    Files.deleteIfExists(running.resolve(id + JOB));
    Entries.delete(running.resolve(id));
    Files.deleteIfExists(running.resolve(id + LOCK));
  }

  private Optional<String> job(String id) throws IOException {
    try {
      // Whatever a power failure has made of it.
      return Optional.of(new String(Files.readAllBytes(running.resolve(id + JOB)), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private List<String> locked() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String name : Entries.names(running)) {
      String id = name.endsWith(LOCK) ? name.substring(0, name.length() - LOCK.length()) : "";
      // What no run has made is not for us to remove; and without a name it would be all there is.
      if (RunId.isName(id)) {
        ids.add(id);
      }
    }
    return ids;
  }
}
