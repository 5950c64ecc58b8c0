package org.chrootlite.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.Cells;
import org.chrootlite.compile.Launcher;
import org.chrootlite.linux.Signal;

/**
 * What a launcher wrote to its status file. The script cannot write there.
 *
 * @param failure the step that failed, if one did
 * @param end how the script ended, unless the launcher was killed before it could tell
 */
public record Report(Optional<Failed> failure, Optional<End> end, List<Artifact> artifacts) {
  /** Copies the list. */
  public Report {
    artifacts = List.copyOf(artifacts);
  }

  /**
   * A step that failed.
   *
   * @param errno positive
   */
  public record Failed(Launcher.Failure at, int errno) {}

  /**
   * The end of the script, and what it and its descendants used.
   *
   * @param status as wait4(2) gives it
   * @param timedOut whether the wall time limit had passed
   * @param wallTime nanoseconds
   * @param cpuTime nanoseconds, of all processes that were reaped
   * @param maxMemory bytes, of the largest process
   * @param scratch what was in use of the scratch memory then
   */
  public record End(
      int status, boolean timedOut, long wallTime, long cpuTime, long maxMemory, Scratch scratch) {
    /** The signal that ended it, 0 where it exited. */
    public int signal() {
      return status & 0x7f;
    }

    /** What it exited with, where it did. */
    public int exitCode() {
      return (status >> 8) & 0xff;
    }

    /** Whether it exited with 0. */
    boolean isOk() {
      return signal() == 0 && exitCode() == 0;
    }

    /** As people say it. */
    String describe() {
      return signal() == 0 ? "exited with " + exitCode() : "ended by " + Signal.name(signal());
    }
  }

  /**
   * A file system in memory, as statfs(2) tells of it.
   *
   * @param size bytes that it can hold
   * @param free bytes of them that are not in use
   * @param inodes files and directories that it can hold
   * @param freeInodes of them not in use
   */
  public record Scratch(long size, long free, long inodes, long freeInodes) {
    /** Bytes in use. */
    long used() {
      return size - free;
    }
  }

  /**
   * An artifact that was looked for.
   *
   * @param errno what went wrong, positive; 0 where it was copied
   */
  public record Artifact(int index, int errno) {}

  /** Reads a status file. What a killed launcher wrote in part is left out. */
  static Report parse(byte[] status, Launcher launcher) {
    ByteBuffer records = ByteBuffer.wrap(status).order(ByteOrder.LITTLE_ENDIAN);
    Optional<Failed> failure = Optional.empty();
    Optional<End> end = Optional.empty();
    List<Artifact> artifacts = new ArrayList<>();
    while (records.remaining() >= Long.BYTES) {
      int start = records.position();
      int kind = records.getInt(start);
      int size = size(kind);
      if (size == 0 || records.remaining() < size) {
        break;
      }
      ByteBuffer body = records.slice(start, size).order(ByteOrder.LITTLE_ENDIAN);
      switch (kind) {
        case Cells.FAILED -> {
          if (failure.isEmpty()) {
            int errno = (int) -body.getLong(16);
            failure = launcher.failureAt(body.getLong(8)).map(at -> new Failed(at, errno));
          }
        }
        case Cells.ENDED -> end = Optional.of(end(body));
        case Cells.ARTIFACT -> artifacts.add(new Artifact((int) body.getLong(8), -body.getInt(16)));
        default -> throw new IllegalStateException("a record of kind " + kind + " has a size");
      }
      records.position(start + size);
    }
    return new Report(failure, end, artifacts);
  }

  private static int size(int kind) {
    return switch (kind) {
      case Cells.FAILED -> Cells.FAILED_SIZE;
      case Cells.ENDED -> Cells.ENDED_SIZE;
      case Cells.ARTIFACT -> Cells.ARTIFACT_SIZE;
      default -> 0;
    };
  }

  private static End end(ByteBuffer body) {
    long start = nanoseconds(body, Cells.ENDED_START, 1);
    long stop = nanoseconds(body, Cells.ENDED_STOP, 1);
    // struct rusage: user time, system time, the largest resident set in KiB
    long user = nanoseconds(body, Cells.ENDED_USAGE, 1000);
    long system = nanoseconds(body, Cells.ENDED_USAGE + 16, 1000);
    long memory = body.getLong(Cells.ENDED_USAGE + 32) * 1024;
    boolean timedOut = body.getLong(Cells.ENDED_TIMED_OUT) != 0;
    return new End(
        body.getInt(Cells.ENDED_STATUS), timedOut, stop - start, user + system, memory, scratch(body));
  }

  /** {@code struct statfs}: type, block size, blocks, free ones, free ones for us, inodes, free ones. */
  private static Scratch scratch(ByteBuffer body) {
    long block = body.getLong(Cells.ENDED_SCRATCH + 8);
    return new Scratch(
        body.getLong(Cells.ENDED_SCRATCH + 16) * block,
        body.getLong(Cells.ENDED_SCRATCH + 24) * block,
        body.getLong(Cells.ENDED_SCRATCH + 40),
        body.getLong(Cells.ENDED_SCRATCH + 48));
  }

  /** Seconds, then a part of a second in units of so many nanoseconds. */
  private static long nanoseconds(ByteBuffer body, int offset, long unit) {
    return body.getLong(offset) * 1_000_000_000L + body.getLong(offset + 8) * unit;
  }
}
