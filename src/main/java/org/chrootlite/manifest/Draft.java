package org.chrootlite.manifest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.model.LimitKind;

/**
 * What a new manifest is to say, in the words of who asks for it; nothing of it is checked yet. What is empty is left
 * out.
 *
 * @param name the sandbox's
 * @param limits numbers with their units, as they were given
 * @param hostNetwork whether scripts see the host's network
 * @param scripts shell texts by the scripts' names
 */
public record Draft(
    String name,
    Optional<String> description,
    Map<String, String> labels,
    Optional<Root> root,
    Optional<Writes> writes,
    Map<LimitKind, String> limits,
    boolean hostNetwork,
    List<Bind> mounts,
    Map<String, String> environment,
    Map<String, String> scripts) {
  /** What the root directory is made from. */
  public sealed interface Root {
    /** A recipe that comes with the program, by its name. */
    record Template(String name) implements Root {}

    /** A directory of the host; relative to the manifest's. */
    record Directory(String path) implements Root {}
  }

  /** What becomes of writes to the root, where it is not what becomes of them anyway. */
  public enum Writes {
    KEEP,
    DENY
  }

  /** A file or directory of the host, relative to the manifest's directory, that scripts see at {@code target}. */
  public record Bind(String source, String target, boolean writable) {}
}
