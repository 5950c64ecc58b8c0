package org.chrootlite.model;

import java.util.Locale;

/** How a run ended. */
public enum Verdict {
  /** The script exited with 0. */
  OK,
  /** The script exited with another code. */
  FAILED,
  /** A signal ended the script, and no limit explains it. */
  SIGNALED,
  CPU_TIME_LIMIT,
  WALL_TIME_LIMIT,
  MEMORY_LIMIT,
  PROCESS_LIMIT,
  OUTPUT_LIMIT,
  FILE_SIZE_LIMIT,
  DISK_LIMIT,
  /** There is no such command or interpreter in the sandbox. */
  NOT_FOUND,
  /** The caller ended the run. */
  CANCELLED,
  /** The sandbox could not be built: the script never ran. */
  SETUP_ERROR;

  /** The name in JSON and in the history, such as {@code wall-time-limit}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
