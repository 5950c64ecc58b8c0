/** Wires the stages: from manifests to sandboxes, from a job to its result. The only place that knows them all. */
@NullMarked
package org.chrootlite.engine;

import org.jspecify.annotations.NullMarked;
