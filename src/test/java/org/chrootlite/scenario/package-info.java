/** What users do and what hostile scripts try, on the real kernel, as root and as an ordinary user. */
@NullMarked
package org.chrootlite.scenario;

import org.jspecify.annotations.NullMarked;
