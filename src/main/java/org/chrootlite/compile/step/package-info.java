/**
 * What a launcher does, step by step: the plan of a jail, as a person would review it.
 *
 * <p>A {@link org.chrootlite.compile.step.JailPlan} holds the steps of three processes. <em>outer</em> unshares the
 * namespaces and waits; <em>init</em> is pid 1 of the new pid namespace, builds the mounts and reaps; <em>script</em>
 * drops what is left and executes. Each {@link org.chrootlite.compile.step.Step} knows the line of the manifest that
 * asks for it.
 */
@NullMarked
package org.chrootlite.compile.step;

import org.jspecify.annotations.NullMarked;
