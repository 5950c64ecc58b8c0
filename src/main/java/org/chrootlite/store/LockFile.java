package org.chrootlite.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An advisory lock between processes, and between the threads of this one.
 *
 * <p>The kernel knows one owner a process (fcntl(2), F_SETLK) and drops its locks as soon as it closes any descriptor
 * of the file, or dies. So this process opens a lock file once, whoever asks, and threads queue in front of that. A
 * lock file is never deleted: another process could hold a lock on what is then a file without a name.
 */
public final class LockFile {
  /** A lock that is held, until it is closed; any thread may close it, more than once. */
  public interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** Before the kernel is asked again, in milliseconds. */
  private static final long PAUSE = 2;

  private static final Map<Path, Claims> CLAIMS = new ConcurrentHashMap<>();

  private final Path path;

  private LockFile(Path path) {
    this.path = path;
  }

  /**
   * The lock of this file, which comes into being with the first attempt to lock it.
   *
   * @throws IOException when the directory of the file does not exist
   */
  static LockFile at(Path directory, String name) throws IOException {
    // Two names of one directory would be two locks to us and one to the kernel.
    return new LockFile(directory.toRealPath().resolve(name));
  }

  /** Waits until nobody else holds the lock. */
  public Held exclusive() throws IOException {
    return acquire(false, true).orElseThrow();
  }

  /** Waits until nobody holds the lock exclusively. */
  public Held shared() throws IOException {
    return acquire(true, true).orElseThrow();
  }

  /** The lock, unless somebody else holds it. */
  public Optional<Held> tryExclusive() throws IOException {
    return acquire(false, false);
  }

  /** The lock, unless somebody else holds it exclusively. */
  public Optional<Held> tryShared() throws IOException {
    return acquire(true, false);
  }

  private Optional<Held> acquire(boolean shared, boolean wait) throws IOException {
    Claims claims = claims();
    boolean held = false;
    try {
      held = claims.take(shared, wait);
      return held ? Optional.of(new Holder(claims)) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for lock " + path);
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (!held) {
        forget();
      }
    }
  }

  private Claims claims() {
    return CLAIMS.compute(
        path,
        (key, known) -> {
          Claims claims = known == null ? new Claims(key) : known;
          claims.users++;
          return claims;
        });
  }

  private void forget() {
    CLAIMS.computeIfPresent(path, (key, claims) -> --claims.users == 0 ? null : claims);
  }

  private final class Holder implements Held {
    private final Claims claims;
    private boolean open = true;

    Holder(Claims claims) {
      this.claims = claims;
    }

    @Override
    public synchronized void close() throws IOException {
      if (open) {
        open = false;
        try {
          claims.release();
        } finally {
          forget();
        }
      }
    }
  }

  /** Who of this process holds one lock file. */
  private static final class Claims {
    private final Path path;
    // Threads that hold the lock or ask for it; guarded by CLAIMS.compute.
    private int users;
    // Guarded by this: how many hold it, whether exclusively, whether one is about to ask the kernel.
    private int holders;
    private boolean exclusive;
    private boolean asking;
    private @Nullable FileChannel channel;

    Claims(Path path) {
      this.path = path;
    }

    /** False when the lock cannot be had at once and {@code wait} is false. */
    boolean take(boolean shared, boolean wait) throws IOException, InterruptedException {
      synchronized (this) {
        while (asking || (holders > 0 && (exclusive || !shared))) {
          if (!wait) {
            return false;
          }
          wait();
        }
        if (holders > 0) {
          holders++;
          return true;
        }
        asking = true;
      }
      // Outside the monitor: the kernel may let us wait for long, and who only tries must not wait with us.
      FileChannel locked = null;
      try {
        locked = askKernel(shared, wait);
        return locked != null;
      } finally {
        synchronized (this) {
          asking = false;
          if (locked != null) {
            holders = 1;
            exclusive = !shared;
            channel = locked;
          }
          notifyAll();
        }
      }
    }

    private @Nullable FileChannel askKernel(boolean shared, boolean wait) throws IOException, InterruptedException {
      FileChannel opened =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      FileLock lock = null;
      try {
        lock = wait ? waitForKernel(opened, shared) : opened.tryLock(0, Long.MAX_VALUE, shared);
        return lock == null ? null : opened;
      } finally {
        if (lock == null) {
          opened.close();
        }
      }
    }

    /**
     * To the kernel all locks of a process have one owner. So it sees a deadlock (EDEADLK) where one thread of each of
     * two processes holds a lock that another thread of the other waits for, though each will go on. Only waiting
     * fails so: any other error the attempt that does not wait has too.
     */
    private static FileLock waitForKernel(FileChannel opened, boolean shared) throws IOException, InterruptedException {
      while (true) {
        try {
          return opened.lock(0, Long.MAX_VALUE, shared);
        } catch (ClosedByInterruptException e) {
          throw e;
        } catch (IOException e) {
          FileLock lock = opened.tryLock(0, Long.MAX_VALUE, shared);
          if (lock != null) {
            return lock;
          }
          Thread.sleep(PAUSE);
        }
      }
    }

    synchronized void release() throws IOException {
      holders--;
      FileChannel last = channel;
      if (holders == 0 && last != null) {
        channel = null;
        notifyAll();
        last.close();
      }
    }
  }
}
