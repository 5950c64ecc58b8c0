package org.chrootlite.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One line of the history: something that was done. It was written by this program, or by an older or a newer one: so
 * each field may be missing, and there may be others.
 *
 * <p>All lines have
 *
 * <ul>
 *   <li>{@code type}: {@code run}, {@code apply}, {@code delete}, {@code cleanup}, {@code create} or {@code verify};
 *   <li>{@code run} (of a run) or {@code id} (of the others): such as {@code 20261122T081500Z-4f7c1e};
 *   <li>{@code time}: when it began, ISO 8601 in UTC with milliseconds, such as {@code 2026-11-22T08:15:00.000Z};
 *   <li>{@code user}: who did it, {@code {"uid": 1000, "name": "ann"}}.
 * </ul>
 *
 * <p>A run has the fields of {@code run -o json} but for {@code stdout} and {@code stderr}, and
 *
 * <ul>
 *   <li>{@code command}: the argument vector, a list; {@code arguments}: what the caller added to it;
 *   <li>{@code limits}: by key, a number: bytes, seconds, or how many;
 *   <li>{@code stdoutFile}, {@code stderrFile}: where its streams were put; null where it printed nothing there; and
 *       where one could not be kept as a whole, {@code stdoutProblem} or {@code stderrProblem}: why.
 * </ul>
 *
 * <p>A verify has {@code names}: its sandbox; {@code outcome}: {@code holds} or {@code broken}; and lists of promises
 * and limits by their names: {@code holds}, {@code broken}, and {@code absent} of those that are not made or set.
 *
 * <p>The others have {@code outcome}: {@code done}, {@code refused}, {@code failed} or {@code interrupted}, and {@code
 * error}: why; and as far as they apply
 *
 * <ul>
 *   <li>{@code paths}: of an apply, a list; {@code names}: of the sandboxes that were to be deleted or created;
 *   <li>{@code plan}: with {@code actions}, a list; where one is about a sandbox, {@code sandbox} is its name;
 *   <li>{@code revision}: of the manifests.
 * </ul>
 *
 * @param json the line's fields; not to be changed
 */
public record Entry(Map<String, @Nullable Object> json) {
  /** The type of a run's entry. */
  public static final String RUN = "run";

  /** What kind of thing it is: {@link #RUN}, {@code apply}, ... */
  public Optional<String> type() {
    return text("type");
  }

  /** Whether it tells of a run. */
  public boolean isRun() {
    return type().filter(RUN::equals).isPresent();
  }

  /** What it is called. */
  public Optional<String> id() {
    return text("run").or(() -> text("id"));
  }

  /** When it began. */
  public Optional<Instant> time() {
    Optional<String> time = text("time");
    try {
      return time.map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Of a run, its sandbox. */
  public Optional<String> sandbox() {
    return text("sandbox");
  }

  /** Of a run, its script. */
  public Optional<String> script() {
    return text("script");
  }

  /** Of a run, how it ended; a newer program may know other verdicts. */
  public Optional<String> verdict() {
    return text("verdict");
  }

  /** Of all but runs, how it ended. */
  public Optional<String> outcome() {
    return text("outcome");
  }

  /** Of a run, which counter or signal shows its verdict. */
  public Optional<String> evidence() {
    return text("evidence");
  }

  /** In seconds. */
  public OptionalDouble wallTime() {
    return json.get("wallTime") instanceof Number seconds
        ? OptionalDouble.of(seconds.doubleValue())
        : OptionalDouble.empty();
  }

  /** In bytes. */
  public OptionalLong maxMemory() {
    return json.get("maxMemory") instanceof Long bytes ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  /** Whether the run printed more than was kept. */
  public boolean truncated() {
    return Boolean.TRUE.equals(json.get("truncated"));
  }

  /** Who did it: the user's name, else his number. */
  public Optional<String> user() {
    if (!(json.get("user") instanceof Map<?, ?> user)) {
      return Optional.empty();
    }
    return user.get("name") instanceof String name
        ? Optional.of(name)
        : Optional.ofNullable(user.get("uid")).map(Object::toString);
  }

  /** What was applied. */
  public List<String> paths() {
    return texts("paths");
  }

  /** The sandboxes that were to be deleted or created, by their names. */
  public List<String> names() {
    return texts("names");
  }

  /** Whether a run was this sandbox's, or anything else changed it. */
  public boolean isAbout(String sandbox) {
    return sandbox().filter(sandbox::equals).isPresent() || names().contains(sandbox) || plans(sandbox);
  }

  private boolean plans(String sandbox) {
    if (json.get("plan") instanceof Map<?, ?> plan && plan.get("actions") instanceof List<?> actions) {
      for (Object action : actions) {
        if (action instanceof Map<?, ?> fields && sandbox.equals(fields.get("sandbox"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** A text field. */
  public Optional<String> text(String key) {
    return json.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    if (json.get(key) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof String text) {
          texts.add(text);
        }
      }
    }
    return List.copyOf(texts);
  }
}
