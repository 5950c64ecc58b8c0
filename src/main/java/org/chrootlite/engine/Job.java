package org.chrootlite.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.diagnostic.Suggestion;
import org.chrootlite.model.Action;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;

/** A script of a sandbox, to be run. */
public record Job(Sandbox sandbox, Script script) {
  /** {@code sandbox/script}. */
  public String name() {
    return sandbox.name().value() + "/" + script.name();
  }

  /** A script that no manifest has, with all that the sandbox gives its scripts. */
  public static Job of(Sandbox sandbox, String name, Action action) {
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
    return new Job(sandbox, script);
  }

  /** All scripts of all sandboxes, in their order. */
  public static List<Job> all(List<Sandbox> sandboxes) {
    List<Job> jobs = new ArrayList<>();
    for (Sandbox sandbox : sandboxes) {
      sandbox.scripts().forEach(script -> jobs.add(new Job(sandbox, script)));
    }
    return jobs;
  }

  /**
   * The jobs of a name: a script that only one sandbox has, {@code sandbox/script}, or {@code sandbox/*}.
   *
   * @throws EngineException when there is none, or it could be one of several
   */
  public static List<Job> named(String name, List<Sandbox> sandboxes) throws EngineException {
    List<Job> found = new ArrayList<>();
    for (Job job : all(sandboxes)) {
      boolean whole = name.equals(job.sandbox.name().value() + "/*");
      if (whole || name.equals(job.name()) || name.equals(job.script.name())) {
        found.add(job);
      }
    }
    if (found.isEmpty()) {
      throw new EngineException("there is no job \"" + name + "\"" + hint(name, sandboxes));
    }
    if (found.size() > 1 && !name.endsWith("/*")) {
      List<String> names = found.stream().map(Job::name).toList();
      throw new EngineException("\"" + name + "\" is one of several jobs: say " + String.join(" or ", names));
    }
    return found;
  }

  private static String hint(String name, List<Sandbox> sandboxes) {
    SortedSet<String> known = new TreeSet<>();
    for (Job job : all(sandboxes)) {
      if (name.endsWith("/*")) {
        known.add(job.sandbox.name().value() + "/*");
      } else {
        known.add(name.contains("/") ? job.name() : job.script.name());
      }
    }
    if (known.isEmpty()) {
      return ": the manifest has no scripts";
    }
    return Suggestion.closest(name, known)
        .map(meant -> "; did you mean \"" + meant + "\"?")
        .orElse(": there are " + String.join(", ", known));
  }
}
