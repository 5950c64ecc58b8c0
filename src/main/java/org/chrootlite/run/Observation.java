package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.cgroup.Counters;

/**
 * All that is known of a run that is over.
 *
 * @param cancelled whether the caller asked for its end
 * @param outputExceeded whether it was ended because it printed too much
 * @param peak the most that was seen in use
 * @param excess the limit of which more was in use, so that the run was ended; empty where none was
 * @param unwatched why the run could not be watched any more, so that it was killed; empty where it could
 * @param counters what the kernel counted for the run's control group, at the end; empty where it had none
 * @param layer what the sandbox's layer holds afterwards, or held when it ended the run; empty where nothing is kept
 * @param launcherExit the exit code of the launcher itself
 */
public record Observation(
    Report report,
    boolean cancelled,
    boolean outputExceeded,
    Use peak,
    Optional<Excess> excess,
    Optional<String> unwatched,
    Optional<Counters> counters,
    Optional<LayerUse> layer,
    int launcherExit) {}
