package org.chrootlite.run;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import org.chrootlite.linux.Architecture;

/**
 * A copy of a run's input as a regular file: it can be mapped and has an offset. It lies in memory, on an inode of the
 * run's own, and is sealed, so that the script cannot write it even where it opens it anew as its owner; see
 * F_ADD_SEALS in fcntl(2).
 */
final class SealedFile implements RunInput {
  private final Descriptors calls;
  private final int file;

  private SealedFile(Descriptors calls, int file) {
    this.calls = calls;
    this.file = file;
  }

  static SealedFile copy(InputStream of, Architecture architecture) throws IOException {
    Arena arena = Arena.ofAuto();
    Descriptors calls = new Descriptors(architecture, arena);
    int file = calls.memoryFile(arena.allocateFrom("stdin"));
    try {
      try (FileOutputStream to = new FileOutputStream(Descriptors.path(file))) {
        of.transferTo(to);
      }
      calls.seal(file);
    } catch (IOException e) {
      calls.close(file);
      throw e;
    }
    return new SealedFile(calls, file);
  }

  @Override
  public ProcessBuilder.Redirect source() {
    return ProcessBuilder.Redirect.from(Descriptors.path(file));
  }

  /** A no-op: all is in the file. */
  @Override
  public void feed(Process process) {}

  @Override
  public void finish() {
    calls.close(file);
  }
}
