/** The history: what was applied and run, by whom, and how it went. It only ever grows. */
@NullMarked
package org.chrootlite.audit;

import org.jspecify.annotations.NullMarked;
