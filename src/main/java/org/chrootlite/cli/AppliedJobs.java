package org.chrootlite.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.chrootlite.engine.Approval;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import org.chrootlite.engine.Outcome;
import org.chrootlite.manifest.Reading;

/** The jobs that a command line means. */
final class AppliedJobs {
  private AppliedJobs() {}

  /** Is told of the jobs that cannot be run because their manifests could not be applied. */
  interface Refused {
    void tell(List<Job> jobs, Exception cause);
  }

  /**
   * Applies manifests, where some are given, and finds jobs: among theirs then, else among all that are applied. What
   * was edited since it was applied is told.
   *
   * @param names of jobs; none for all
   */
  static List<Job> find(Engine engine, List<String> paths, List<String> names, Context context, Refused refused)
      throws CommandException, IOException, EngineException {
    List<Job> jobs = new ArrayList<>();
    if (!paths.isEmpty()) {
      Reading reading = ManifestInput.use(engine, paths, context);
      Collection<String> sandboxes;
      try {
        sandboxes = apply(engine, paths, reading, context);
      } catch (IOException | EngineException e) {
        refused.tell(named(names, Job.all(reading.sandboxes())), e);
        throw e;
      }
      jobs.addAll(named(names, engine.jobsOf(sandboxes)));
    } else {
      if (names.isEmpty()) {
        jobs.addAll(engine.jobs());
      }
      for (String name : names) {
        jobs.addAll(named(engine, name));
      }
      engine.stale(jobs).forEach(line -> context.complain("warning: " + line));
    }
    if (jobs.isEmpty()) {
      throw CommandException.failure(
          paths.isEmpty() ? "nothing is applied yet" + ManifestInput.hint() : "the manifests have no scripts");
    }
    return jobs;
  }

  private static List<Job> named(List<String> names, List<Job> all) throws EngineException {
    if (names.isEmpty()) {
      return all;
    }
    List<Job> named = new ArrayList<>();
    for (String name : names) {
      named.addAll(Job.named(name, all));
    }
    return named;
  }

  private static List<Job> named(Engine engine, String name) throws IOException, EngineException {
    try {
      return engine.jobs(name);
    } catch (EngineException e) {
      throw new EngineException(e.getMessage() + ManifestInput.hint());
    }
  }

  /** Applies manifests without words, and returns the names of their sandboxes. */
  static Collection<String> applyFirst(Engine engine, List<String> paths, Context context)
      throws CommandException, IOException, EngineException {
    if (paths.isEmpty()) {
      return List.of();
    }
    return apply(engine, paths, ManifestInput.use(engine, paths, context), context);
  }

  private static Collection<String> apply(Engine engine, List<String> paths, Reading reading, Context context)
      throws CommandException, IOException, EngineException {
    Consent consent = Consent.beforeRun(context);
    Approval quiet = (plan, layers) -> layers.isEmpty() || consent.approves(plan, layers);
    Outcome outcome = engine.applyForRun(reading, Engine.scope(paths, true), quiet);
    if (consent.end(outcome) != 0) {
      throw CommandException.failure("the manifests are not applied");
    }
    return reading.sandboxes().stream().map(sandbox -> sandbox.name().value()).toList();
  }
}
