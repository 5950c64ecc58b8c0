package org.chrootlite.probe;

import java.util.List;
import java.util.Map;

/**
 * What the host looks like to who runs probes: a sandbox must look otherwise.
 *
 * @param namespaces his own, by their names below {@code /proc/self/ns}: such as {@code net:[4026531840]}
 * @param rootDevice the device of his root directory: its major number, and above 32 bits its minor one
 * @param rootInode the root directory's inode
 * @param paths absolute, which are there on the host and are nothing to a sandbox
 * @param devices the device of each source of a mount whose inodes must be the run's own, by the mount's target
 */
public record HostView(
    Map<String, String> namespaces, long rootDevice, long rootInode, List<String> paths, Map<String, Long> devices) {
  /** Copies the collections. */
  public HostView {
    namespaces = Map.copyOf(namespaces);
    paths = List.copyOf(paths);
    devices = Map.copyOf(devices);
  }
}
