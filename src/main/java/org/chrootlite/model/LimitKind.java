package org.chrootlite.model;

/** What can be limited, named as in a manifest. */
public enum LimitKind {
  /** Anonymous memory, swap, kernel memory and shared memory objects of all processes together, in bytes; no files. */
  MEMORY("memory", Unit.BYTES),
  /** Address space of each process, in bytes. */
  ADDRESS_SPACE("addressSpace", Unit.BYTES),
  /** CPU time of all processes together, in nanoseconds. */
  CPU_TIME("cpuTime", Unit.NANOSECONDS),
  /** Time from the script's start to its end, in nanoseconds. */
  WALL_TIME("wallTime", Unit.NANOSECONDS),
  /** CPU bandwidth of all processes together, in thousandths of one CPU. */
  CPUS("cpus", Unit.MILLICPUS),
  /** Processes and threads together. */
  PROCESSES("processes", Unit.COUNT),
  /** File descriptors of each process. */
  OPEN_FILES("openFiles", Unit.COUNT),
  /** Size of each file that is written, in bytes. */
  FILE_SIZE("fileSize", Unit.BYTES),
  /** Standard output and error together, in bytes. */
  OUTPUT("output", Unit.BYTES),
  /** All that a run writes to its root, /tmp, /dev/shm and its working directory, in bytes. */
  DISK("disk", Unit.BYTES),
  /** Stack of the main thread of each process, in bytes. */
  STACK("stack", Unit.BYTES),
  /** Core dump of each process, in bytes. */
  CORE_SIZE("coreSize", Unit.BYTES);

  /** What a limit's number counts. */
  public enum Unit {
    BYTES,
    NANOSECONDS,
    MILLICPUS,
    COUNT;

    /** A number of this unit as programs are told: times in seconds, CPUs as such, whole numbers elsewhere. */
    public Number told(long value) {
      return switch (this) {
        case BYTES, COUNT -> value;
        case NANOSECONDS -> value / 1e9;
        case MILLICPUS -> value / 1e3;
      };
    }

    /** A number of this unit as a person would say it, such as {@code 16 MB} or {@code 1.5 s}. */
    public String describe(long value) {
      return switch (this) {
        case BYTES -> Amount.bytes(value);
        case NANOSECONDS -> Amount.duration(value);
        case MILLICPUS -> Amount.decimal(value, 1000) + " CPUs";
        case COUNT -> Long.toString(value);
      };
    }
  }

  private final String key;
  private final Unit unit;

  LimitKind(String key, Unit unit) {
    this.key = key;
    this.unit = unit;
  }

  /** The key below {@code limits}. */
  public String key() {
    return key;
  }

  /** What the value counts. */
  public Unit unit() {
    return unit;
  }
}
