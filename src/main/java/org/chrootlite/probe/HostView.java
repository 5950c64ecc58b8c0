package org.chrootlite.probe;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The host as chroot-lite sees it: a sandbox must look different.
 *
 * @param namespaces those of chroot-lite, by their names below {@code /proc/self/ns}: such as {@code net:[4026531840]}
 * @param root the host's root directory
 * @param nullDevice the host's /dev/null where a run has a node of its own, which is where root starts it; else empty
 * @param paths absolute paths that exist on the host and must not exist in a sandbox
 * @param devices the device of each source of a mount whose inodes must be the run's own, by the mount's target
 */
public record HostView(
    Map<String, String> namespaces,
    FileId root,
    Optional<FileId> nullDevice,
    List<String> paths,
    Map<String, Long> devices) {
  /**
   * Identifies a file.
   *
   * @param device the major number of its file system's device, and above 32 bits the minor one
   */
  public record FileId(long device, long inode) {}

  /** Copies the collections. */
  public HostView {
    namespaces = Map.copyOf(namespaces);
    paths = List.copyOf(paths);
    devices = Map.copyOf(devices);
  }
}
