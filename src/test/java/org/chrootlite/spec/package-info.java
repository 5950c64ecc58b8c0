@NullMarked
package org.chrootlite.spec;

import org.jspecify.annotations.NullMarked;
