/**
 * Wires the stages: from manifests to sandboxes, from a job to its result, from a sandbox or a host to what was tried
 * there. The only place that knows them all.
 */
@NullMarked
package org.chrootlite.engine;

import org.jspecify.annotations.NullMarked;
