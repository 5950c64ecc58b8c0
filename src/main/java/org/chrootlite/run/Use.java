package org.chrootlite.run;

/**
 * What all processes of a run use together, at a moment or at most.
 *
 * @param memory bytes of anonymous memory, swap, kernel memory and shared memory objects; not files in tmpfs
 * @param cpuTime nanoseconds since the start
 * @param processes processes and threads of the script
 * @param written bytes that files in the scratch memory take: those of the root's throw-away layer, /tmp, /dev/shm and
 *     the workdir
 * @param mappable bytes of a process's address space that files, or what it shares, may fill: of the one that had the
 *     most memory of its own; 0 where nobody looked, or it had too little to tell whether it was the one that grew
 */
public record Use(long memory, long cpuTime, long processes, long written, long mappable) {
  /** Nothing at all. */
  public static final Use NONE = new Use(0, 0, 0, 0, 0);

  /** Of each the larger one. */
  Use max(Use other) {
    return new Use(
        Math.max(memory, other.memory),
        Math.max(cpuTime, other.cpuTime),
        Math.max(processes, other.processes),
        Math.max(written, other.written),
        Math.max(mappable, other.mappable));
  }
}
