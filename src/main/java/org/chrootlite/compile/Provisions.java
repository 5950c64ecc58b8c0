package org.chrootlite.compile;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.linux.Resource;

/**
 * What a plan needs to know of the host, found out before: the planner itself looks at nothing.
 *
 * @param identity who the sandbox is on the host
 * @param rootfs the prepared tree
 * @param isTemplate whether the tree is made from a recipe: everybody may read it, and it has our mount points
 * @param layer the directory, absolute, with what the sandbox keeps of its writes: its {@code upper} and {@code work}
 *     are directories of the identity's user and group. Present exactly where the root's writes are kept
 * @param script the script's bytes; empty for a command
 * @param files those sources of mounts that are no directories
 * @param resolver the host's resolv.conf, for a sandbox with the host's network; empty where there is none
 * @param hardLimits what no limit may be raised above
 * @param powers what limits can be kept by
 * @param places where mount targets, the workdir and artifacts lie in the finished root
 * @param hostMounts what the host's mount table says of the sources of read-only mounts
 */
public record Provisions(
    Identity identity,
    Path rootfs,
    boolean isTemplate,
    Optional<Path> layer,
    ScriptText script,
    Set<Path> files,
    String resolver,
    SyscallFilter filter,
    Map<Resource, Long> hardLimits,
    Powers powers,
    Places places,
    HostMounts hostMounts) {
  /** A root without links, and mounts from plain file systems. */
  public Provisions(
      Identity identity,
      Path rootfs,
      boolean isTemplate,
      Optional<Path> layer,
      ScriptText script,
      Set<Path> files,
      String resolver,
      SyscallFilter filter,
      Map<Resource, Long> hardLimits,
      Powers powers) {
    this(
        identity, rootfs, isTemplate, layer, script, files, resolver, filter, hardLimits, powers, Places.LITERAL,
        HostMounts.PLAIN);
  }

  /** Copies the collections. */
  public Provisions {
    files = Set.copyOf(files);
    hardLimits = Map.copyOf(hardLimits);
  }

  /** Who the processes of a sandbox are on the host: never root. */
  public sealed interface Identity {
    /** User id on the host. */
    long uid();

    /** Group id on the host. */
    long gid();

    /** The caller's own ids, and not 0. */
    record Caller(long uid, long gid) implements Identity {}

    /**
     * Ids that root gives itself up for; they belong to nobody, and to no other run at the same time.
     *
     * @param mapsOwners whether root's files may appear as the sandbox user's, in the lower layer of an overlay too
     */
    record Slot(long uid, boolean mapsOwners) implements Identity {
      @Override
      public long gid() {
        return uid;
      }
    }
  }
}
