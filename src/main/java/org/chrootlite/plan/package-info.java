/**
 * Decides what an apply does: from what manifests ask for and what is there to a list of actions, each with its cause.
 * Nothing here reads or changes anything.
 */
@NullMarked
package org.chrootlite.plan;

import org.jspecify.annotations.NullMarked;
