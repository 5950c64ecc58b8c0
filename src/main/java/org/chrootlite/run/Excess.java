package org.chrootlite.run;

import org.chrootlite.model.LimitKind;

/**
 * A limit of which the watch has seen more in use, and so has ended the run.
 *
 * @param used in the limit's unit
 */
public record Excess(LimitKind kind, long used) {}
