/**
 * What a manifest means: immutable records without behaviour of their own.
 *
 * <p>A {@link org.chrootlite.model.Sandbox} is complete and consistent: defaults are filled in, a script's limits are
 * merged with its sandbox's, paths of the host are absolute. Each value knows its {@link org.chrootlite.model.Origin},
 * the line of the manifest that it comes from.
 */
@NullMarked
package org.chrootlite.model;

import org.jspecify.annotations.NullMarked;
