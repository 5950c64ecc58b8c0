/** Linux's own vocabulary: resources, error numbers, signals, system calls. Data only, nothing that acts. */
@NullMarked
package org.chrootlite.linux;

import org.jspecify.annotations.NullMarked;
