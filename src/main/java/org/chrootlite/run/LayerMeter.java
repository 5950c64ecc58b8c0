package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/**
 * Measures what a directory holds that a hostile script writes to, meanwhile too. No link is followed, no path is put
 * together: each directory is opened in the one that holds it. What vanishes meanwhile counts for nothing; what cannot
 * be read is a gap, because anything may be in it.
 */
public final class LayerMeter {
  /** Each level takes a descriptor. No path of the length that a program can name at once is much deeper. */
  private static final int DEEPEST = 256;

  private static final int ENTRIES_SIZE = 1 << 15;

  /** {@code struct linux_dirent64}; see getdents(2). */
  private static final long ENTRY_LENGTH = 16;

  private static final long ENTRY_NAME = 19;

  private final Architecture architecture;

  /** A meter for the machine that this runs on. */
  public LayerMeter(Architecture architecture) {
    this.architecture = architecture;
  }

  /** When a measurement need not go on. */
  interface Enough {
    boolean isEnough(long bytes, long inodes);
  }

  /** All that a directory and what lies in it take. */
  public LayerUse measure(Path directory) {
    return measure(directory, (bytes, inodes) -> false);
  }

  /** The same, or as much as is enough. */
  LayerUse measure(Path directory, Enough enough) {
    try (Arena arena = Arena.ofConfined()) {
      Walk walk = new Walk(arena, enough);
      walk.visit(FileFlags.AT_FDCWD, arena.allocateFrom(directory.toString()), 0);
      return new LayerUse(walk.bytes, walk.inodes, walk.gap);
    }
  }

  private final class Walk {
    private final Arena arena;
    private final Enough enough;
    private final SystemCalls calls;
    private final MemorySegment stat;
    private final MemorySegment how;

    /** The way to what is measured is the host's own, links and all. */
    private final MemorySegment howFirst;

    /** What a directory is listed into, one for each level. */
    private final List<MemorySegment> listings = new ArrayList<>();

    /** Those with several names that have been counted. */
    private final Set<Long> linked = new HashSet<>();

    private long bytes;
    private long inodes;
    private Optional<String> gap = Optional.empty();

    Walk(Arena arena, Enough enough) {
      this.arena = arena;
      this.enough = enough;
      calls = new SystemCalls(architecture, arena);
      stat = arena.allocate(Statx.SIZE, Long.BYTES);
      // O_NOATIME: the script need not see when it is measured.
      long flags = FileFlags.O_RDONLY | FileFlags.O_NONBLOCK | FileFlags.O_NOATIME | FileFlags.O_CLOEXEC;
      how = arena.allocateFrom(JAVA_LONG, flags, 0, FileFlags.RESOLVE_NO_SYMLINKS);
      howFirst = arena.allocateFrom(JAVA_LONG, flags, 0, 0);
    }

    private boolean isEnough() {
      return enough.isEnough(bytes, inodes);
    }

    /** Counts what has this name, ending in a zero, in an open directory. */
    private void visit(long parent, MemorySegment name, int depth) {
      long flags = FileFlags.AT_SYMLINK_NOFOLLOW | FileFlags.AT_NO_AUTOMOUNT;
      long result = calls.call(Syscall.STATX, parent, name.address(), flags, Statx.MASK, stat.address());
      if (result < 0) {
        failed(result, depth);
        return;
      }
      boolean isDirectory = (stat.get(JAVA_SHORT, Statx.MODE) & FileFlags.S_IFMT) == FileFlags.S_IFDIR;
      boolean hasOtherNames = !isDirectory && stat.get(JAVA_INT, Statx.LINKS) > 1;
      if (hasOtherNames && !linked.add(stat.get(JAVA_LONG, Statx.INODE))) {
        return;
      }
      bytes += stat.get(JAVA_LONG, Statx.BLOCKS) * Statx.BLOCK;
      inodes++;
      if (isDirectory && !isEnough()) {
        enter(parent, name, depth);
      }
    }

    private void enter(long parent, MemorySegment name, int depth) {
      if (depth > DEEPEST) {
        gap = Optional.of("a directory in it lies deeper than " + DEEPEST + " others");
        return;
      }
      // The zero becomes a slash, with which only a directory can be opened.
      MemorySegment asDirectory = listing(depth);
      long length = name.byteSize() - 1;
      asDirectory.copyFrom(name);
      asDirectory.set(JAVA_BYTE, length, (byte) '/');
      asDirectory.set(JAVA_BYTE, length + 1, (byte) 0);
      long opened = open(parent, asDirectory, depth == 0 ? howFirst : how);
      if (opened < 0) {
        failed(opened, depth);
        return;
      }
      try {
        list(opened, depth);
      } finally {
        calls.call(Syscall.CLOSE, opened, 0, 0, 0, 0);
      }
    }

    private long open(long parent, MemorySegment path, MemorySegment openHow) {
      return calls.call(Syscall.OPENAT2, parent, path.address(), openHow.address(), openHow.byteSize(), 0);
    }

    private void list(long directory, int depth) {
      MemorySegment entries = listing(depth);
      while (!isEnough()) {
        long end = calls.call(Syscall.GETDENTS64, directory, entries.address(), ENTRIES_SIZE, 0, 0);
        if (end < 0) {
          failed(end, depth);
        }
        if (end <= 0) {
          return;
        }
        for (long at = 0; at < end && !isEnough(); at += entries.get(JAVA_SHORT, at + ENTRY_LENGTH) & 0xffff) {
          MemorySegment name = name(entries, at + ENTRY_NAME);
          if (!isDots(name)) {
            visit(directory, name, depth + 1);
          }
        }
      }
    }

    private static MemorySegment name(MemorySegment entries, long begin) {
      long end = begin;
      while (entries.get(JAVA_BYTE, end) != 0) {
        end++;
      }
      return entries.asSlice(begin, end + 1 - begin);
    }

    private static boolean isDots(MemorySegment name) {
      long length = name.byteSize() - 1;
      boolean begins = name.get(JAVA_BYTE, 0) == '.';
      return begins && (length == 1 || (length == 2 && name.get(JAVA_BYTE, 1) == '.'));
    }

    private MemorySegment listing(int depth) {
      if (listings.size() == depth) {
        listings.add(arena.allocate(ENTRIES_SIZE, Long.BYTES));
      }
      return listings.get(depth);
    }

    /** What the script has removed, or replaced, since its name was read is no gap, but for what is measured itself. */
    private void failed(long result, int depth) {
      int errno = (int) -result;
      boolean isGone =
          errno == Errno.ENOENT.number() || errno == Errno.ENOTDIR.number() || errno == Errno.ELOOP.number();
      if (depth == 0 || !isGone) {
        gap = Optional.of((depth == 0 ? "it" : "a directory in it") + " cannot be read: " + Errno.describe(errno));
      }
    }
  }
}
