package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much memory the kernel maps for an ELF program before it executes the first instruction: its segments of type
 * {@code PT_LOAD}, zeros that the file does not hold included; see elf(5). What its dynamic loader needs comes on top.
 *
 * @param bytes of all segments together
 * @param largest bytes of the largest
 */
public record ProgramSize(long bytes, long largest) {
  static final ProgramSize NONE = new ProgramSize(0, 0);

  /** And a segment more; a size that is negative as a Java number is one that no machine has. */
  ProgramSize plus(long segment) {
    long size = segment < 0 ? Long.MAX_VALUE : segment;
    long sum = bytes > Long.MAX_VALUE - size ? Long.MAX_VALUE : bytes + size;
    return new ProgramSize(sum, Math.max(largest, size));
  }

  /** Of a program in memory; empty where it is none that the kernel would load. */
  public static Optional<ProgramSize> of(byte[] program) throws IOException {
    try {
      return ElfFile.size(program);
    } catch (MalformedElfException e) {
      return Optional.empty();
    }
  }

  /**
   * Of a program in a tree, where links are followed inside the tree, never out of it.
   *
   * @param path absolute inside the tree
   * @return empty where there is no such program, or none that the kernel would load
   */
  public static Optional<ProgramSize> of(Path tree, String path) throws IOException {
    RootedTree rooted = new RootedTree(tree);
    Optional<RootedTree.Found> found = rooted.find(path);
    if (found.isEmpty() || !found.get().stat().isRegular()) {
      return Optional.empty();
    }
    try {
      return ElfFile.size(rooted.onHost(found.get().path()));
    } catch (MalformedElfException | NoSuchFileException | AccessDeniedException e) {
      return Optional.empty();
    }
  }
}
