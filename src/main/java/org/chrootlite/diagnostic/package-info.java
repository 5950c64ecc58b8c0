/**
 * What is wrong, where (file, line, column), and what to do about it.
 *
 * <p>Every stage that can refuse a user's input reports {@link org.chrootlite.diagnostic.Diagnostic}s, all of them at
 * once, and never throws for bad input.
 */
@NullMarked
package org.chrootlite.diagnostic;

import org.jspecify.annotations.NullMarked;
