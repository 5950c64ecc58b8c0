package org.chrootlite.run;

/**
 * All that is known of a run that is over.
 *
 * @param cancelled whether the caller asked for its end
 * @param outputExceeded whether it was ended because it printed too much
 * @param mostProcesses how many processes and threads were seen at a time; 0 where nobody looked
 * @param launcherExit the exit code of the launcher itself
 */
public record Observation(
    Report report, boolean cancelled, boolean outputExceeded, int mostProcesses, int launcherExit) {}
