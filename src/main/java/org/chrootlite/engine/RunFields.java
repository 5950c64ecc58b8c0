package org.chrootlite.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Limit;
import org.chrootlite.model.Verdict;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Source;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Usage;

/** What is told of a run, under the names that those who read JSON rely on. */
public final class RunFields {
  private static final double SECOND = 1e9;

  private RunFields() {}

  /**
   * The fields of a result.
   *
   * @param streams fields that tell what was printed; they come where people look for them
   */
  public static Map<String, Object> of(RunResult result, Map<String, Object> streams) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("run", result.run());
    fields.put("sandbox", result.job().sandbox().name().value());
    fields.put("script", result.job().script().name());
    fields.put("verdict", result.judgement().verdict().id());
    fields.put("exitCode", result.judgement().exitCode());
    fields.put("signal", result.judgement().signal());
    Usage usage = result.usage();
    fields.put("wallTime", usage.wallTime() / SECOND);
    fields.put("cpuTime", usage.cpuTime() / SECOND);
    fields.put("maxMemory", usage.maxMemory());
    fields.put("countedMemory", usage.countedMemory());
    fields.put("processes", usage.processes());
    fields.put("written", usage.written());
    fields.put("printed", result.output().bytes() + result.error().bytes());
    fields.putAll(streams);
    fields.put("evidence", result.judgement().evidence());
    fields.put("enforced", enforced(result));
    fields.put("artifacts", result.artifacts());
    fields.put("manifest", result.job().sandbox().file());
    fields.put("revision", result.job().applied().map(Applied::source).flatMap(Source::revision));
    return fields;
  }

  /**
   * The same fields of a run that chroot-lite itself failed at, or refused: nobody knows of an end of its script, if it
   * ran at all.
   */
  public static Map<String, Object> ofFailure(Job job, Exception cause, Instant began, Map<String, Object> streams) {
    Judgement judgement =
        new Judgement(Verdict.SETUP_ERROR, Optional.empty(), Optional.empty(), evidence(cause), Judgement.OWN_FAILURE);
    RunResult result =
        new RunResult(
            "",
            job,
            began,
            List.of(),
            List.of(),
            judgement,
            Usage.NONE,
            false,
            Map.of(),
            List.of(),
            RunResult.Stream.NONE,
            RunResult.Stream.NONE);
    Map<String, Object> fields = of(result, streams);
    fields.put("run", null);
    return fields;
  }

  /** Why a run that chroot-lite itself failed at has no other verdict. */
  static String evidence(Exception cause) {
    return "chroot-lite failed: " + cause.getMessage();
  }

  private static Map<String, Object> enforced(RunResult result) {
    Map<String, Object> enforced = new LinkedHashMap<>();
    result.enforced().forEach((kind, how) -> enforced.put(kind.key(), how.id()));
    return enforced;
  }

  /** A run's line of the history. */
  static Map<String, Object> entry(RunResult result, HostUser user) {
    Map<String, Object> entry = beginning(result.job(), result.began(), user);
    entry.put("command", result.command());
    entry.put("arguments", result.arguments());
    entry.put("limits", limits(result.job()));
    Map<String, Object> streams = new LinkedHashMap<>();
    putStream(streams, "stdout", result.output());
    putStream(streams, "stderr", result.error());
    boolean cut = result.output().bytes() > Transcript.MOST || result.error().bytes() > Transcript.MOST;
    streams.put("truncated", result.truncated() || cut);
    entry.putAll(of(result, streams));
    // Who reads it works in another directory by then.
    result.job().applied().ifPresent(applied -> entry.put("manifest", applied.source().manifest().toString()));
    return entry;
  }

  /** What is known of a run when it begins. */
  static Map<String, Object> beginning(Job job, Instant began, HostUser user) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", "run");
    entry.put("time", time(began));
    entry.put("user", user(user));
    entry.put("sandbox", job.sandbox().name().value());
    entry.put("script", job.script().name());
    return entry;
  }

  /** In UTC, to the millisecond, as ISO 8601 has it. */
  static String time(Instant when) {
    return when.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static Map<String, Object> user(HostUser user) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("uid", user.uid());
    fields.put("name", user.name());
    return fields;
  }

  /** In bytes, seconds, CPUs, or how many. */
  private static Map<String, Object> limits(Job job) {
    Map<String, Object> limits = new LinkedHashMap<>();
    for (Limit limit : job.script().limits().all()) {
      limits.put(limit.kind().key(), limit.kind().unit().told(limit.value()));
    }
    return limits;
  }

  private static void putStream(Map<String, Object> fields, String name, RunResult.Stream stream) {
    fields.put(name + "Bytes", stream.bytes());
    fields.put(name + "File", stream.file());
    stream.problem().ifPresent(problem -> fields.put(name + "Problem", problem));
  }
}
