@NullMarked
package org.chrootlite.plan;

import org.jspecify.annotations.NullMarked;
