package org.chrootlite.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.run.Judgement;

/**
 * What became of a run.
 *
 * @param run its id
 * @param wallTime nanoseconds, 0 where the script never ran; likewise the next two
 * @param maxMemory bytes, of the largest process
 * @param truncated whether it printed more than was kept
 * @param enforced how each limit was kept, by the limit's key
 */
public record RunResult(
    String run,
    Job job,
    Judgement judgement,
    long wallTime,
    long cpuTime,
    long maxMemory,
    boolean truncated,
    Map<String, String> enforced,
    List<Artifact> artifacts) {
  /** Copies the collections. */
  public RunResult {
    enforced = Collections.unmodifiableMap(new LinkedHashMap<>(enforced));
    artifacts = List.copyOf(artifacts);
  }

  /**
   * A file of the sandbox that was to be collected.
   *
   * @param path in the sandbox
   * @param file its copy on the host, where there is one
   * @param problem why it is missing or cut short
   */
  public record Artifact(String path, Optional<String> file, Optional<String> problem) {}
}
