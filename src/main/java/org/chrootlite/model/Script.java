package org.chrootlite.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One script of a sandbox, complete: what its sandbox sets and it does not override is merged in.
 *
 * @param args what follows the script in its argument vector
 * @param environment the sandbox's variables and the script's own
 * @param limits the sandbox's limits, each overridden by the script's own
 * @param artifacts absolute paths of the sandbox, collected when the script has ended
 * @param action what it executes, and the line that says so
 */
public record Script(
    String name,
    Setting<Action> action,
    List<String> args,
    Setting<Stdin> stdin,
    SortedMap<String, Setting<String>> environment,
    Limits limits,
    List<Setting<String>> artifacts,
    Origin origin) {
  /** Copies the collections. */
  public Script {
    args = List.copyOf(args);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    artifacts = List.copyOf(artifacts);
  }
}
