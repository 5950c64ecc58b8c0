package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.diagnostic.Suggestion;
import org.chrootlite.model.Action;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;

/**
 * A script of a sandbox, to be run or explained.
 *
 * @param applied what the sandbox is from; empty for one that was only read
 * @param content what the script's file held when it was applied; empty where there is no file, or it is still to be
 *     read
 */
public record Job(Sandbox sandbox, Script script, Optional<Applied> applied, Optional<Content> content) {
  /** {@code sandbox/script}. */
  public String name() {
    return sandbox.name().value() + "/" + script.name();
  }

  /**
   * A script that no manifest has, with all that the sandbox gives its scripts.
   *
   * @param applied what the sandbox is from; empty for one that was only read
   */
  public static Job of(Sandbox sandbox, Optional<Applied> applied, String name, Action action) {
    Script script =
        new Script(
            name,
            new Setting<>(action, Origin.ALWAYS),
            List.of(),
            new Setting<>(new Stdin.Caller(), Origin.ALWAYS),
            sandbox.environment(),
            sandbox.limits(),
            List.of(),
            Origin.ALWAYS);
    return new Job(sandbox, script, applied, Optional.empty());
  }

  /** All scripts of an applied sandbox, in their order. */
  static List<Job> all(Sandbox sandbox, Applied applied) {
    List<Job> jobs = new ArrayList<>();
    for (Script script : sandbox.scripts()) {
      Optional<Content> content = Optional.ofNullable(applied.contents().get(script.name()));
      jobs.add(new Job(sandbox, script, Optional.of(applied), content));
    }
    return jobs;
  }

  /** All scripts of sandboxes that were only read, in their order. */
  public static List<Job> all(List<Sandbox> sandboxes) {
    List<Job> jobs = new ArrayList<>();
    for (Sandbox sandbox : sandboxes) {
      for (Script script : sandbox.scripts()) {
        jobs.add(new Job(sandbox, script, Optional.empty(), Optional.empty()));
      }
    }
    return jobs;
  }

  /**
   * The jobs of a name: a script that only one sandbox has, {@code sandbox/script}, or {@code sandbox/*}.
   *
   * @throws EngineException when there is none, or it could be one of several
   */
  public static List<Job> named(String name, List<Job> jobs) throws EngineException {
    List<Job> found = new ArrayList<>();
    for (Job job : jobs) {
      boolean whole = name.equals(job.sandbox.name().value() + "/*");
      if (whole || name.equals(job.name()) || name.equals(job.script.name())) {
        found.add(job);
      }
    }
    if (found.isEmpty()) {
      throw new EngineException("there is no job \"" + name + "\"" + hint(name, jobs));
    }
    if (found.size() > 1 && !name.endsWith("/*")) {
      List<String> names = found.stream().map(Job::name).toList();
      throw new EngineException("\"" + name + "\" is one of several jobs: say " + String.join(" or ", names));
    }
    return found;
  }

  private static String hint(String name, List<Job> jobs) {
    SortedSet<String> known = new TreeSet<>();
    for (Job job : jobs) {
      if (name.endsWith("/*")) {
        known.add(job.sandbox.name().value() + "/*");
      } else {
        known.add(name.contains("/") ? job.name() : job.script.name());
      }
    }
    return hint(name, known, "scripts");
  }

  /** What a name that is not known could mean: the closest one, or the first ones of all. */
  static String hint(String name, SortedSet<String> known, String noun) {
    int most = 10;
    if (known.isEmpty()) {
      return ": there are no " + noun;
    }
    String first = String.join(", ", known.stream().limit(most).toList());
    String rest = known.size() > most ? " and " + (known.size() - most) + " more" : "";
    return Suggestion.closest(name, known)
        .map(meant -> "; did you mean \"" + meant + "\"?")
        .orElse(": there are " + first + rest);
  }
}
