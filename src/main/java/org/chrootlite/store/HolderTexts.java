package org.chrootlite.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The places in a lock file where its holders say who they are.
 *
 * <p>A place is taken by a lock on a byte of its own, far behind the file's end, and what is written there counts while
 * another such byte is locked too: the kernel drops both with their process, so what a dead holder wrote is never
 * believed, and neither is what somebody is about to overwrite. Not safe for use by several threads.
 */
final class HolderTexts {
  /** Of a place, in bytes. */
  static final int SIZE = 256;

  /** How many places there are; further holders stay unnamed. */
  static final int PLACES = 64;

  private static final long TAKEN = 1L << 32;
  private static final long WRITTEN = 1L << 33;

  // Not through the channel: it would be closed, and all locks lost, when the thread is interrupted as it writes.
  private final RandomAccessFile file;
  private final FileChannel channel;
  private final BitSet ours = new BitSet(PLACES);

  HolderTexts(RandomAccessFile file) {
    this.file = file;
    this.channel = file.getChannel();
  }

  /** A place that is ours until it is cleared. */
  final class Place {
    private final int number;
    private final FileLock taken;
    private final FileLock written;

    private Place(int number, FileLock taken, FileLock written) {
      this.number = number;
      this.taken = taken;
      this.written = written;
    }

    /** Lets somebody else have it. */
    void clear() throws IOException {
      ours.clear(number);
      try {
        written.release();
      } finally {
        taken.release();
      }
    }
  }

  /** Writes to a free place. Nobody is worse off without it, so it is left when all are taken or the disk is full. */
  Optional<Place> write(HolderText text) throws IOException {
    for (int number = 0; number < PLACES; number++) {
      FileLock taken = ours.get(number) ? null : channel.tryLock(TAKEN + number, 1, false);
      if (taken == null) {
        continue;
      }
      FileLock written = writeTo(number, text) ? channel.tryLock(WRITTEN + number, 1, false) : null;
      if (written != null) {
        ours.set(number);
        return Optional.of(new Place(number, taken, written));
      }
      // The disk is full; or somebody looks at this very place just now.
      taken.release();
    }
    return Optional.empty();
  }

  private boolean writeTo(int number, HolderText text) {
    try {
      file.seek((long) number * SIZE);
      file.write(text.encode(SIZE));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What other processes that hold the lock have written. */
  List<HolderText> others() throws IOException {
    List<HolderText> others = new ArrayList<>();
    long places = Math.min(PLACES, file.length() / SIZE);
    byte[] record = new byte[SIZE];
    for (int number = 0; number < places; number++) {
      if (!ours.get(number) && isWritten(number)) {
        file.seek((long) number * SIZE);
        file.readFully(record);
        HolderText.decode(record).ifPresent(others::add);
      }
    }
    return others;
  }

  private boolean isWritten(int number) throws IOException {
    // Shared, as others may look at the same time.
    @Nullable FileLock free = channel.tryLock(WRITTEN + number, 1, true);
    if (free != null) {
      free.release();
    }
    return free == null;
  }
}
