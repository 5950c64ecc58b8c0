/** What this machine is and can do, and who the caller is on it. Read from the kernel, once, and never changed. */
@NullMarked
package org.chrootlite.host;

import org.jspecify.annotations.NullMarked;
