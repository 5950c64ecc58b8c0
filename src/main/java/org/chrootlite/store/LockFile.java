package org.chrootlite.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An advisory lock between processes, and between the threads of this one.
 *
 * <p>The kernel knows one owner a process (fcntl(2), F_SETLK) and drops its locks as soon as it closes any descriptor
 * of the file, or dies. So this process opens a lock file once, whoever asks, and threads queue in front of that. A
 * lock file is never deleted, as another process could hold a lock on what is then a file without a name; but for
 * those of {@link Runs}, which have a protocol for it.
 *
 * <p>Who waits asks again and again. A call that waits would fail where the kernel sees a deadlock (EDEADLK): one
 * thread of each of two processes holds a lock that another thread of the other waits for, and each would go on. And
 * it could not say for whom it waits when that changes.
 */
public final class LockFile {
  /** A lock that is held, until it is closed; any thread may close it, more than once. */
  public interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Before anybody is told of waiting, in nanoseconds. */
  private static final long PATIENCE = 300_000_000;

  /** Before he is told again, likewise. */
  private static final long AGAIN = 1_000_000_000;

  /** Between two questions, in milliseconds. */
  private static final long LONGEST_PAUSE = 20;

  private final Path path;
  private final boolean make;
  private final Waiting waiting;

  private LockFile(Path path, boolean make, Waiting waiting) {
    this.path = path;
    this.make = make;
    this.waiting = waiting;
  }

  /**
   * The lock of this file, which comes into being with the first attempt to lock it.
   *
   * @param waiting is told when it has to be waited for
   * @throws IOException when the directory of the file does not exist
   */
  static LockFile at(Path directory, String name, Waiting waiting) throws IOException {
    // Two names of one directory would be two locks to us and one to the kernel.
    return new LockFile(directory.toRealPath().resolve(name), true, waiting);
  }

  /**
   * The lock of a file that somebody else has made, and may remove; then all attempts to lock it fail with {@link
   * java.nio.file.NoSuchFileException}. It does not say who holds it.
   */
  static LockFile existing(Path directory, String name) throws IOException {
    return new LockFile(directory.toRealPath().resolve(name), false, Waiting.UNTOLD);
  }

  /**
   * Waits until nobody else holds the lock. Who asks later for a shared one lets us go first.
   *
   * @param holder what it is held for, in words for others who have to wait, such as {@code apply of manifests/}
   */
  public Held exclusive(String holder) throws IOException {
    return await(false, holder);
  }

  /**
   * Waits until nobody holds the lock exclusively.
   *
   * @param holder what it is held for, as above
   */
  public Held shared(String holder) throws IOException {
    return await(true, holder);
  }

  /**
   * The lock, unless somebody else holds it.
   *
   * @param holder what it is held for, as above
   */
  public Optional<Held> tryExclusive(String holder) throws IOException {
    LockClaims claims = LockClaims.enter(path, make);
    Optional<LockClaims.Hold> hold = Optional.empty();
    try {
      hold = claims.attempt(new LockClaims.Asker(false, holder));
    } finally {
      if (hold.isEmpty()) {
        claims.leave();
      }
    }
    return hold.map(each -> new Holder(claims, each));
  }

  /** Whether anybody holds the lock. Nothing is made or changed, so it needs no right to write. */
  boolean isHeld() throws IOException {
    LockClaims claims = LockClaims.enter(path, make);
    try {
      return claims.isHeld();
    } finally {
      claims.leave();
    }
  }

  private Held await(boolean shared, String holder) throws IOException {
    LockClaims claims = LockClaims.enter(path, make);
    LockClaims.Asker asker = new LockClaims.Asker(shared, holder);
    Optional<LockClaims.Hold> hold = Optional.empty();
    String told = "";
    try {
      long begin = System.nanoTime();
      long telling = begin + PATIENCE;
      hold = claims.attempt(asker);
      while (hold.isEmpty()) {
        long now = System.nanoTime();
        if (now - telling >= 0) {
          String others = claims.others().orElse(told.isEmpty() ? "another command" : told);
          if (!others.equals(told)) {
            told = others;
            waiting.waitsFor(Optional.of(others));
          }
          telling = now + AGAIN;
        }
        hold = claims.attemptFor(Math.min(LONGEST_PAUSE, 1 + (now - begin) / PATIENCE), asker);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for lock " + path);
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (hold.isEmpty()) {
        claims.giveUp(asker);
        claims.leave();
      }
      if (!told.isEmpty()) {
        waiting.waitsFor(Optional.empty());
      }
    }
    return new Holder(claims, hold.get());
  }

  private static final class Holder implements Held {
    private final LockClaims claims;
    private final LockClaims.Hold hold;
    private boolean open = true;

    Holder(LockClaims claims, LockClaims.Hold hold) {
      this.claims = claims;
      this.hold = hold;
    }

    @Override
    public synchronized void close() throws IOException {
      if (open) {
        open = false;
        try {
          claims.release(hold);
        } finally {
          claims.leave();
        }
      }
    }
  }
}
