package org.chrootlite.spec;

import java.util.List;
import java.util.Map;

/**
 * What a sandbox is, in a few words.
 *
 * @param rootfs such as {@code base}, or the path of a directory
 * @param writes {@code discard}, {@code keep} or {@code deny}
 * @param network {@code none} or {@code host}
 * @param scripts their names, sorted
 */
public record SpecSummary(String rootfs, String writes, String network, List<String> scripts) {
  /** The summary of a spec. */
  public static SpecSummary of(Spec spec) {
    Map<?, ?> rootfs = spec.tree().get("rootfs") instanceof Map<?, ?> map ? map : Map.of();
    Object source = rootfs.containsKey("template") ? rootfs.get("template") : rootfs.get("directory");
    List<String> scripts =
        spec.tree().get("scripts") instanceof Map<?, ?> map
            ? map.keySet().stream().map(String::valueOf).toList()
            : List.of();
    String writes = String.valueOf(rootfs.get("writes"));
    return new SpecSummary(String.valueOf(source), writes, String.valueOf(spec.tree().get("network")), scripts);
  }
}
