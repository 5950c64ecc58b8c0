package org.chrootlite.run;

import java.util.Optional;

/**
 * All that is known of a run that is over.
 *
 * @param cancelled whether the caller asked for its end
 * @param outputExceeded whether it was ended because it printed too much
 * @param mostProcesses how many processes and threads were seen at a time; 0 where nobody looked
 * @param layer what the sandbox's layer holds afterwards, or held when it ended the run; empty where nothing is kept
 * @param launcherExit the exit code of the launcher itself
 */
public record Observation(
    Report report,
    boolean cancelled,
    boolean outputExceeded,
    int mostProcesses,
    Optional<LayerUse> layer,
    int launcherExit) {}
