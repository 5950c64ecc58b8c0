package org.chrootlite.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of this process hold of one lock file, and ask for.
 *
 * <p>The first byte of the file is the lock. The second is a gate: who asks for a shared lock passes through it, and
 * who waits for an exclusive one stands in it, or shared locks that overlap could keep him waiting for ever.
 */
final class LockClaims {
  private static final long LOCK = 0;
  private static final long GATE = 1;

  private static final Set<OpenOption> MODE =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> MAKING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final FileAttribute<?> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final long NANOS = 1_000_000;

  /** How many holders are named to who waits. */
  private static final int NAMED = 3;

  private static final Map<Path, LockClaims> ALL = new ConcurrentHashMap<>();

  /** A thread that asks for the lock. */
  static final class Asker {
    private final boolean shared;
    private final String purpose;

    Asker(boolean shared, String purpose) {
      this.shared = shared;
      this.purpose = purpose;
    }
  }

  /** A lock that is held; with the place in the file that says by whom, unless there was none, or the disk is full. */
  static final class Hold {
    private final HolderText text;
    private final Optional<HolderTexts.Place> place;

    private Hold(HolderText text, Optional<HolderTexts.Place> place) {
      this.text = text;
      this.place = place;
    }
  }

  private final Path path;
  private final boolean make;
  // Threads that hold the lock or ask for it; guarded by ALL.compute.
  private int users;
  // All guarded by this. No thread ever waits in the kernel, so no thread holds the monitor for long.
  private final Set<Hold> holds = new LinkedHashSet<>();
  private @Nullable FileChannel channel;
  private @Nullable HolderTexts texts;
  private @Nullable FileLock lock;
  private @Nullable FileLock gate;
  private @Nullable Asker gatekeeper;

  private LockClaims(Path path, boolean make) {
    this.path = path;
    this.make = make;
  }

  /** To be left by whoever enters it, once he neither holds the lock nor asks for it. */
  static LockClaims enter(Path path, boolean make) {
    return ALL.compute(
        path,
        (key, known) -> {
          LockClaims claims = known == null ? new LockClaims(key, make) : known;
          claims.users++;
          return claims;
        });
  }

  /** The last one closes the file, before anybody opens it anew: that would drop locks that were just taken. */
  void leave() throws IOException {
    try {
      ALL.computeIfPresent(path, (key, claims) -> claims.leaves() ? null : claims);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private synchronized boolean leaves() {
    users--;
    FileChannel last = channel;
    if (users == 0 && last != null) {
      channel = null;
      try {
        last.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return users == 0;
  }

  /** The lock, where it can be had at once. */
  synchronized Optional<Hold> attempt(Asker asker) throws IOException {
    FileChannel file = open();
    if (!joins(asker)) {
      boolean may = holds.isEmpty() && (!asker.shared || gateIsOpen(file));
      FileLock got = may ? file.tryLock(LOCK, 1, asker.shared) : null;
      if (got == null) {
        return Optional.empty();
      }
      lock = got;
    }
    try {
      giveUp(asker);
      HolderText text = HolderText.now(asker.purpose);
      Hold hold = new Hold(text, texts == null ? Optional.empty() : texts.write(text));
      holds.add(hold);
      return Optional.of(hold);
    } finally {
      if (holds.isEmpty()) {
        letGo();
      }
    }
  }

  /** The lock, where it can be had within some milliseconds; exclusive ones stand in the gate from now on. */
  synchronized Optional<Hold> attemptFor(long milliseconds, Asker asker) throws IOException, InterruptedException {
    if (!asker.shared && gatekeeper == null) {
      gate = open().tryLock(GATE, 1, false);
      gatekeeper = gate == null ? null : asker;
    }
    long end = System.nanoTime() + milliseconds * NANOS;
    Optional<Hold> hold = Optional.empty();
    for (long left = milliseconds; hold.isEmpty() && left > 0; left = (end - System.nanoTime()) / NANOS) {
      // Or less, where another thread lets go of it.
      wait(left);
      hold = attempt(asker);
    }
    return hold;
  }

  /** Lets others pass whom he kept waiting. */
  synchronized void giveUp(Asker asker) throws IOException {
    FileLock stoodIn = gate;
    if (gatekeeper == asker && stoodIn != null) {
      gatekeeper = null;
      gate = null;
      stoodIn.release();
    }
  }

  /** What one thread of this process holds others may share, whoever waits: it may be what they all depend on. */
  private boolean joins(Asker asker) {
    return asker.shared && !holds.isEmpty() && lock != null && lock.isShared();
  }

  private boolean gateIsOpen(FileChannel file) throws IOException {
    FileLock passed = gatekeeper == null ? file.tryLock(GATE, 1, true) : null;
    if (passed != null) {
      passed.release();
    }
    return passed != null;
  }

  synchronized void release(Hold hold) throws IOException {
    holds.remove(hold);
    try {
      if (hold.place.isPresent()) {
        hold.place.get().clear();
      }
    } finally {
      if (holds.isEmpty()) {
        letGo();
      }
    }
  }

  private void letGo() throws IOException {
    FileLock last = lock;
    if (last != null) {
      lock = null;
      notifyAll();
      last.release();
    }
  }

  /** Who holds the lock, in words; empty where nobody does, or nobody has said so. */
  synchronized Optional<String> others() throws IOException {
    List<HolderText> others = new ArrayList<>();
    holds.forEach(hold -> others.add(hold.text));
    if (channel != null && texts != null) {
      others.addAll(texts.others());
    }
    ZoneId zone = ZoneId.systemDefault();
    LocalDate today = LocalDate.now(zone);
    StringJoiner named = new StringJoiner(", ");
    others.stream().limit(NAMED).forEach(other -> named.add(other.describe(zone, today)));
    if (others.size() > NAMED) {
      named.add("and " + (others.size() - NAMED) + " more");
    }
    return others.isEmpty() ? Optional.empty() : Optional.of(named.toString());
  }

  synchronized boolean isHeld() throws IOException {
    if (!holds.isEmpty()) {
      return true;
    }
    FileChannel known = channel;
    if (known != null) {
      return isHeld(known);
    }
    // To be closed at once: none of our locks is on it.
    try (FileChannel own = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return isHeld(own);
    }
  }

  private static boolean isHeld(FileChannel file) throws IOException {
    FileLock free = file.tryLock(LOCK, 1, true);
    if (free != null) {
      free.release();
    }
    return free == null;
  }

  private FileChannel open() throws IOException {
    FileChannel known = channel;
    if (known == null) {
      known = make ? openOrMake() : FileChannel.open(path, MODE);
      channel = known;
    }
    return known;
  }

  private FileChannel openOrMake() throws IOException {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        FileChannel.open(path, MAKING, OWN).close();
      }
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      texts = new HolderTexts(file);
      return file.getChannel();
    } catch (IOException e) {
      throw StoreException.because("cannot lock " + path, e);
    }
  }
}
