package org.chrootlite.run;

import java.util.Optional;

/**
 * What a watch has seen.
 *
 * @param peak the most of each that was seen at a look
 * @param excess the limit for which it ended the run; empty where it did not
 * @param failure why it could not look any more, and so killed the run; empty where it could
 */
record Watched(Use peak, Optional<Excess> excess, Optional<String> failure) {}
