package org.chrootlite.engine;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.model.LimitKind;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Usage;

/**
 * What became of a run.
 *
 * @param run its id
 * @param began when it did
 * @param command the argument vector that was executed, without the caller's arguments
 * @param arguments the caller's
 * @param truncated whether it printed more than was kept
 * @param enforced how well each limit was kept
 * @param output what became of what it printed
 * @param error likewise, on standard error
 */
public record RunResult(
    String run,
    Job job,
    Instant began,
    List<String> command,
    List<String> arguments,
    Judgement judgement,
    Usage usage,
    boolean truncated,
    Map<LimitKind, Enforcement> enforced,
    List<Artifact> artifacts,
    Stream output,
    Stream error) {
  /** Copies the collections. */
  public RunResult {
    command = List.copyOf(command);
    arguments = List.copyOf(arguments);
    enforced = Collections.unmodifiableMap(new LinkedHashMap<>(enforced));
    artifacts = List.copyOf(artifacts);
  }

  /** The same, with what became of the streams. */
  RunResult with(Stream newOutput, Stream newError) {
    return new RunResult(
        run, job, began, command, arguments, judgement, usage, truncated, enforced, artifacts, newOutput,
        newError);
  }

  /**
   * A file of the sandbox that was to be collected.
   *
   * @param path in the sandbox
   * @param file its copy on the host, where there is one
   * @param problem why it is missing or cut short
   */
  public record Artifact(String path, Optional<String> file, Optional<String> problem) {}

  /**
   * One of the two streams that a script prints to.
   *
   * @param bytes how many were printed, as far as the limit let them through
   * @param file where they are kept, the first MiB of them; empty where nothing is
   * @param problem why not all of that is kept; empty where it is
   */
  public record Stream(long bytes, Optional<String> file, Optional<String> problem) {
    /** Nothing was printed, or nobody has looked yet. */
    static final Stream NONE = new Stream(0, Optional.empty(), Optional.empty());
  }
}
