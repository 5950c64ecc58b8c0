package org.chrootlite.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One sandbox, as its manifest describes it, complete with defaults.
 *
 * @param file the manifest, as the user named it
 * @param workdir a fresh, writable directory of the sandbox; absolute
 * @param environment the variables that all scripts get
 * @param limits the limits that a script gets where it has none of its own
 * @param scripts in the manifest's order
 */
public record Sandbox(
    String file,
    Setting<String> name,
    String description,
    SortedMap<String, String> labels,
    Setting<Isolation> isolation,
    Setting<FileLocks> fileLocks,
    Rootfs rootfs,
    Limits limits,
    Setting<Network> network,
    List<Mount> mounts,
    SortedMap<String, Setting<String>> environment,
    Setting<String> workdir,
    Setting<User> user,
    Setting<String> hostname,
    List<Script> scripts) {
  /** Copies the collections. */
  public Sandbox {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    mounts = List.copyOf(mounts);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    scripts = List.copyOf(scripts);
  }

  /** The script of this name, if there is one. */
  public Optional<Script> script(String scriptName) {
    return scripts.stream().filter(script -> script.name().equals(scriptName)).findFirst();
  }
}
