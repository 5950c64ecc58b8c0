/** Comparisons with peers, for {@code mvn -Pbenchmark verify}. They print ratios, and pass or fail nothing. */
@NullMarked
package org.chrootlite.benchmark;

import org.jspecify.annotations.NullMarked;
