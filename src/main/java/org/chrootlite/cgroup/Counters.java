package org.chrootlite.cgroup;

/**
 * What the kernel has counted for a group.
 *
 * @param memory bytes in use now: anonymous memory, swap and kernel memory
 * @param shared bytes in use now of files in tmpfs and of shared memory objects, mapped or not
 * @param cpuTime nanoseconds, of all that ever ran in it
 * @param processes processes and threads now
 * @param mostProcesses the most of them at a time; 0 where the kernel does not say (before Linux 6.6)
 * @param outOfMemoryKills how many processes the kernel killed at the bound of memory
 * @param refusedForks how often it refused one at the bound of processes
 */
public record Counters(
    long memory,
    long shared,
    long cpuTime,
    long processes,
    long mostProcesses,
    long outOfMemoryKills,
    long refusedForks) {}
