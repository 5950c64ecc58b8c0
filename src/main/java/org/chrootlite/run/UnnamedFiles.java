package org.chrootlite.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/**
 * Measures what a script holds open of its root after it has removed it: such a file takes room, but no walk through
 * the layer comes by. What is only mapped, or waits in a socket, is not seen here.
 */
final class UnnamedFiles {
  /** How many descriptors are looked at; who holds more of them is not to make one look last long. */
  private static final int MOST = 20_000;

  /** {@code KCMP_FILES} of kcmp(2): whether two threads have one table of descriptors. */
  private static final long SAME_DESCRIPTORS = 2;

  private final SystemCalls calls;
  private final Arena arena;
  private final MemorySegment stat;
  private final Set<Long> counted = new HashSet<>();
  private int looks;
  private long bytes;

  private UnnamedFiles(Architecture architecture, Arena arena) {
    this.arena = arena;
    calls = new SystemCalls(architecture, arena);
    stat = arena.allocate(Statx.SIZE, Long.BYTES);
  }

  /** All that the processes of a launcher's script hold so. */
  static LayerUse of(long launcher, Architecture architecture) {
    try (Arena arena = Arena.ofConfined()) {
      UnnamedFiles files = new UnnamedFiles(architecture, arena);
      ProcessTree.ofScript(launcher).forEach(files::look);
      return new LayerUse(files.bytes, files.counted.size(), Optional.empty());
    }
  }

  /** The first thread may have ended while others go on; and threads need not share their descriptors. */
  private void look(String process) {
    Optional<String> usual = Optional.empty();
    for (String thread : ProcessTree.threads(process)) {
      if (usual.isEmpty() || !sharesDescriptors(usual.get(), thread)) {
        boolean isSeen = lookInto(thread);
        usual = usual.isEmpty() && isSeen ? Optional.of(thread) : usual;
      }
    }
  }

  private boolean sharesDescriptors(String one, String other) {
    return calls.call(Syscall.KCMP, number(one), number(other), SAME_DESCRIPTORS, 0, 0) == 0;
  }

  private static long number(String thread) {
    return Long.parseLong(thread, thread.lastIndexOf('/') + 1, thread.length(), 10);
  }

  /** A thread that is gone, or that we may not look into, holds nothing that could be seen; false is returned then. */
  private boolean lookInto(String thread) {
    Path directory = Path.of("/proc", thread);
    if (!isSeen(directory.resolve("root"))) {
      return false;
    }
    long root = stat.get(JAVA_LONG, Statx.MOUNT);
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        looks++;
        if (looks <= MOST && isSeen(descriptor)) {
          count(root);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It has ended meanwhile.
      return false;
    }
    return true;
  }

  private boolean isSeen(Path path) {
    // No longer than a few words: /proc/4194304/task/4194304/fd/1048576
    MemorySegment text = arena.allocateFrom(path.toString());
    return calls.call(Syscall.STATX, FileFlags.AT_FDCWD, text.address(), 0, Statx.MASK, stat.address()) == 0;
  }

  private void count(long root) {
    boolean isFile = (stat.get(JAVA_SHORT, Statx.MODE) & FileFlags.S_IFMT) == FileFlags.S_IFREG;
    boolean isNameless = stat.get(JAVA_INT, Statx.LINKS) == 0;
    boolean isOfRoot = stat.get(JAVA_LONG, Statx.MOUNT) == root;
    if (isFile && isNameless && isOfRoot && counted.add(stat.get(JAVA_LONG, Statx.INODE))) {
      bytes += stat.get(JAVA_LONG, Statx.BLOCKS) * Statx.BLOCK;
    }
  }
}
