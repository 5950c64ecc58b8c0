@NullMarked
package org.chrootlite.diagnostic;

import org.jspecify.annotations.NullMarked;
