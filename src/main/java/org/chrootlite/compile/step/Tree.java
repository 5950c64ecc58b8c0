package org.chrootlite.compile.step;

/**
 * A tree of mounts that is held by a descriptor until its place in the new root exists. Held so, it can be taken while
 * the host's paths can still be reached, and put where no host path can be reached any more.
 *
 * @param name unique in its plan
 */
public record Tree(String name) {}
