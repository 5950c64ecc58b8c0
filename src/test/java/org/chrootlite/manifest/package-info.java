@NullMarked
package org.chrootlite.manifest;

import org.jspecify.annotations.NullMarked;
