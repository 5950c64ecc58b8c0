package org.chrootlite.cgroup;

/**
 * What the kernel has counted for a group; 0 where the group has no controller for it. The kernel adds up memory in
 * batches: for up to two seconds it may tell some 256 KiB for each CPU less, or more, than there is.
 *
 * @param memory bytes in use now: anonymous memory, swap, and kernel memory as far as it can be told from what is
 *     only kept as long as nobody needs it; see {@link Group#settle}
 * @param shared bytes in use now of files in tmpfs and of shared memory objects, mapped or not
 * @param mostMemory bytes of all that, memory and shared, that were in use at a time; 0 where the kernel does not say
 *     (version 2 before Linux 5.19). It is the most that was ever charged, less what may be ahead of use, and less what
 *     the page cache has now of files on disks: what it has given up since is still in it
 * @param cpuTime nanoseconds, of all that ever ran in it
 * @param processes processes and threads now
 * @param mostProcesses the most of them at a time; 0 where the kernel does not say (before Linux 6.6)
 * @param outOfMemoryKills how many processes the kernel killed because the group was at its own bound of
 *     memory; not because of the host's memory
 * @param refusedForks how often it refused one at the bound of processes
 */
public record Counters(
    long memory,
    long shared,
    long mostMemory,
    long cpuTime,
    long processes,
    long mostProcesses,
    long outOfMemoryKills,
    long refusedForks) {
  /** How many bytes the kernel may have charged at a time before anybody uses them: 64 pages for each CPU. */
  static final long AHEAD = Runtime.getRuntime().availableProcessors() * (256L << 10);
}
