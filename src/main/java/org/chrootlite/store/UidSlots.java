package org.chrootlite.store;

import java.io.IOException;
import java.util.Optional;

/**
 * User ids that mean nothing on this host, one for each run that root has going at a time: RLIMIT_NPROC counts by user
 * id, and a process may signal others of its own.
 *
 * <p>They begin at 2,000,000,000: systemd's table of user ids (systemd.io/UIDS-GIDS) leaves 1,879,048,192 to
 * 2,147,483,647 unused, above what containers get and below what a signed number cannot hold.
 */
public final class UidSlots {
  /** How many runs of root may go on at a time. */
  public static final int COUNT = 4096;

  /** The user id of slot 0. */
  public static final long FIRST_UID = 2_000_000_000L;

  /**
   * A user id that nobody else uses until this is closed, or this process dies.
   *
   * @param number 0 to 4095
   */
  public record Slot(int number, LockFile.Held lock) implements AutoCloseable {
    /** The user and group id on the host. */
    public long uid() {
      return FIRST_UID + number;
    }

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  private final StateDirectory state;

  UidSlots(StateDirectory state) {
    this.state = state;
  }

  /**
   * Borrows the lowest free one.
   *
   * @throws StoreException when all are taken
   */
  public Slot acquire() throws IOException {
    for (int number = 0; number < COUNT; number++) {
      Optional<LockFile.Held> lock = state.lock("uid-" + number).tryExclusive("run");
      if (lock.isPresent()) {
        return new Slot(number, lock.get());
      }
    }
    throw new StoreException("all " + COUNT + " user ids for runs are in use; wait until some runs have ended");
  }
}
