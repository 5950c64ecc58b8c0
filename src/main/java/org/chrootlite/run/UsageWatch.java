package org.chrootlite.run;

import java.util.Optional;

/**
 * What was seen of a run's use.
 *
 * @param peak the most of each that was seen at a look
 * @param excess what ended the run
 */
record UsageWatch(Use peak, Optional<Excess> excess) {}
