package org.chrootlite.run;

import java.io.IOException;
import java.util.Optional;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Origin;

/**
 * What can be found out on the host when a run is over. It takes time, so it is looked for only where a verdict hangs
 * on it; and it must be nothing that the script could have forged.
 */
public interface Clues {
  /** Nothing is known. */
  Clues NONE =
      new Clues() {
        @Override
        public Optional<Demand> demand() {
          return Optional.empty();
        }

        @Override
        public Optional<String> writtenFile(long size) {
          return Optional.empty();
        }
      };

  /** What the script's own program needs at its start; empty where nobody knows. */
  Optional<Demand> demand() throws IOException;

  /**
   * A file of exactly this size that the run has written to and that is still there, by its path in the sandbox; empty
   * where none is found.
   *
   * @param size in bytes
   */
  Optional<String> writtenFile(long size) throws IOException;

  /**
   * Why the source of a mount cannot be reached any more; empty where it can, or nothing is mounted by this setting.
   *
   * @param origin of the step that failed
   */
  default Optional<Gap> sourceOf(Origin origin) {
    return Optional.empty();
  }

  /** Settings of the host, to name the cause of a step that failed; they decide on no verdict. */
  default HostSettings settings() {
    return HostSettings.UNKNOWN;
  }

  /**
   * The memory that the kernel must find for a program before its first instruction.
   *
   * @param program what it is called
   * @param bytes its segments; see PT_LOAD in elf(5)
   * @param largest how large the largest of them is
   * @param available bytes beyond which this machine refuses a single segment, whoever asks
   */
  record Demand(String program, long bytes, long largest, long available) {}
}
