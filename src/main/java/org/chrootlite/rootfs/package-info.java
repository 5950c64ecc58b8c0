/**
 * Recipes and directories become root directories: prepared once, read-only, shared by all sandboxes.
 *
 * <p>A template's way: {@link org.chrootlite.rootfs.RecipeReader} reads the {@link org.chrootlite.rootfs.Recipe};
 * {@link org.chrootlite.rootfs.TreePlanner} looks up on the host what it asks for, with the shared libraries ({@link
 * org.chrootlite.rootfs.LibrarySearch}, {@link org.chrootlite.rootfs.ElfFile}), and decides every entry of a {@link
 * org.chrootlite.rootfs.TreePlan}; {@link org.chrootlite.rootfs.TreeWriter} copies; {@link
 * org.chrootlite.rootfs.RootfsPreparer} does so only when the {@link org.chrootlite.rootfs.WarmIndex} says that
 * something changed on the host, or the {@link org.chrootlite.rootfs.TreeSeal} that something changed in the tree;
 * {@link org.chrootlite.rootfs.TreeShelf} knows where trees lie, and which are of no use any more. No program is
 * executed, no network is asked, and no right is needed but to read the host's programs.
 */
@NullMarked
package org.chrootlite.rootfs;

import org.jspecify.annotations.NullMarked;
