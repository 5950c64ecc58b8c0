package org.chrootlite.run;

import java.io.InputStream;

/** What a script reads as its standard input. */
public sealed interface Input {
  /** An empty pipe without a writer. */
  record Nothing() implements Input {}

  /** A stream of this process, copied into a pipe of the run's own as far as the pipe has room. */
  record Stream(InputStream from) implements Input {}

  /**
   * A descriptor of this process. The script gets a pipe of the run's own, and only what it reads from that pipe is
   * taken from the descriptor: the rest stays for the next program that reads it. See {@link LentInput}.
   *
   * @param isTerminal whether it is a terminal, which may not be read in the background
   */
  record Descriptor(int number, boolean isTerminal) implements Input {}

  /** A snapshot: all that the stream holds when the run starts, as a regular file that cannot be written. */
  record Snapshot(InputStream of) implements Input {}
}
