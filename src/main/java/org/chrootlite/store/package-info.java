/**
 * The state directory: what lasts from one command to the next.
 *
 * <p>Whatever a process may find there is whole: files and trees get their final name by an atomic rename, and what a
 * killed process leaves under a temporary name is removed by the next one that holds the same lock.
 */
@NullMarked
package org.chrootlite.store;

import org.jspecify.annotations.NullMarked;
