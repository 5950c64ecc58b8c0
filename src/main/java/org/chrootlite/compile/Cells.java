package org.chrootlite.compile;

import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.step.Tree;

/**
 * The memory that a launcher's operations share, and the records that it writes to the status file.
 *
 * <p>A record begins with its kind, a word. All words have 64 bits, the lowest byte first; times are {@code struct
 * timespec}, usage is {@code struct rusage}.
 */
public final class Cells {
  /** Record: a step failed. Then the address of the operation, and its result: a negative error number. */
  public static final int FAILED = 1;

  /** Record: the script ended. Then the words from {@link #ENDED_STATUS} on. */
  public static final int ENDED = 2;

  /** Record: an artifact was looked at. Then its index, and in 32 bits 0 or a negative error number. */
  public static final int ARTIFACT = 3;

  public static final int FAILED_SIZE = 24;
  public static final int ARTIFACT_SIZE = 24;
  public static final int ENDED_SIZE = 56 + 144 + 120;

  /** The status that wait4 gave; its upper half means nothing. */
  public static final int ENDED_STATUS = 8;

  /** 1 when the wall time limit ended the script. */
  public static final int ENDED_TIMED_OUT = 16;

  /** When the script was forked: seconds, nanoseconds. */
  public static final int ENDED_START = 24;

  /** When it was reaped: seconds, nanoseconds. */
  public static final int ENDED_STOP = 40;

  /** What it and all its descendants used. */
  public static final int ENDED_USAGE = 56;

  /** What then was in use of the scratch memory: {@code struct statfs}. */
  public static final int ENDED_SCRATCH = 56 + 144;

  static final Datum.Cell FAILURE = new Datum.Cell("failure", FAILED_SIZE);
  static final Datum.Cell END = new Datum.Cell("end", ENDED_SIZE);
  static final Datum.Cell COLLECTED = new Datum.Cell("artifact", ARTIFACT_SIZE);
  static final Datum.Cell ARGV = Datum.Cell.word("argv");

  /** The ends of the pipe from the script's process to init: two descriptors of four bytes, then zeros. */
  static final Datum.Cell REPORTS = new Datum.Cell("reports", 16);

  /** The descriptor of the user namespace that maps owners, and the {@code struct mount_attr} that refers to it. */
  static final Datum.Cell OWNER_MAP = Datum.Cell.word("owner map");

  static final Datum.Cell MAPPED = new Datum.Cell("mapped", 32);

  /** The process that is waited for, signals that arrive, descriptors of passing interest. */
  static final Datum.Cell CHILD = Datum.Cell.word("child");

  static final Datum.Cell SIGNAL = Datum.Cell.word("signal");

  /** A {@code siginfo_t}: what the signal was caused by is at 8. */
  static final Datum.Cell SIGNAL_CAUSE = new Datum.Cell("siginfo", 128);

  /** Where the state of the supervisor stands in its file, the state itself, and 1 while the script is stopped. */
  static final Datum.Cell STATE_OFFSET = Datum.Cell.word("state offset");

  static final Datum.Cell STATE = Datum.Cell.word("state");
  static final Datum.Cell STOPPED = Datum.Cell.word("stopped");

  static final Datum.Cell REAPED = Datum.Cell.word("reaped");
  static final Datum.Cell SCRATCH = Datum.Cell.word("scratch");
  static final Datum.Cell FILE = Datum.Cell.word("file");

  private Cells() {}

  /** What holds the descriptor of a tree. */
  static Datum.Cell of(Tree tree) {
    return Datum.Cell.word("tree " + tree.name());
  }

  /** What holds the descriptor of an artifact's copy. */
  static Datum.Cell artifact(int index) {
    return Datum.Cell.word("copy " + index);
  }
}
