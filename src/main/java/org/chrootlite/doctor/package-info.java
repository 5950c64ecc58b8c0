/**
 * Examines: what this host can enforce, found out by trying it with launchers of our own, and how well the limits of a
 * job are kept. Deciding ({@link org.chrootlite.doctor.JailExamination}) is apart from trying ({@link
 * org.chrootlite.doctor.LauncherTrial}).
 */
@NullMarked
package org.chrootlite.doctor;

import org.jspecify.annotations.NullMarked;
