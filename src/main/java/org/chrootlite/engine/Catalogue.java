package org.chrootlite.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;
import org.chrootlite.spec.SpecException;
import org.chrootlite.store.Sandboxes;

/** Finds applied sandboxes and their jobs. */
final class Catalogue {
  private final Sandboxes index;

  Catalogue(Sandboxes index) {
    this.index = index;
  }

  /** The sandbox that was applied, to be run or compiled. */
  static Sandbox sandbox(Applied applied) throws IOException {
    return sandbox(applied.name(), applied.spec(), applied.source());
  }

  /** The sandbox that is to be applied, as it will be when it runs. */
  static Sandbox sandbox(Desired desired) throws IOException {
    return sandbox(desired.name(), desired.spec(), desired.source());
  }

  private static Sandbox sandbox(String name, Spec spec, Source source) throws IOException {
    try {
      return spec.sandbox(Manifest.shown(source.manifest()), source.lines());
    } catch (SpecException e) {
      throw new IOException(
          "%s: what was applied cannot be read: %s; apply %s again".formatted(name, e.getMessage(), source.manifest()),
          e);
    }
  }

  /**
   * The jobs of a name, see {@link Job#named}.
   *
   * @throws EngineException when there is none, or it could be one of several
   */
  List<Job> named(String name) throws IOException, EngineException {
    int slash = name.indexOf('/');
    List<Applied> candidates =
        slash < 0 ? index.withScript(name) : index.named(name.substring(0, slash)).map(List::of).orElse(List.of());
    List<Job> jobs = jobs(candidates);
    boolean known = jobs.stream().anyMatch(job -> name.equals(job.name()) || name.equals(job.script().name()));
    // Only who errs has all of them read, to be told what there is.
    return Job.named(name, known || (slash >= 0 && name.endsWith("/*") && !jobs.isEmpty()) ? jobs : all());
  }

  /**
   * The job as it is applied now, which may be otherwise than when it was found.
   *
   * @throws EngineException when it is gone
   */
  Job asItIs(Job job) throws IOException, EngineException {
    Applied now = applied(job.sandbox().name().value());
    if (job.applied().equals(Optional.of(now))) {
      return job;
    }
    Sandbox sandbox = sandbox(now);
    if (job.script().origin().equals(Origin.ALWAYS)) {
      return Job.of(sandbox, Optional.of(now), job.script().name(), job.script().action().value());
    }
    return Job.named(job.name(), Job.all(sandbox, now)).getFirst();
  }

  /** All jobs of all sandboxes. */
  List<Job> all() throws IOException {
    return jobs(index.all());
  }

  /** All jobs of these sandboxes, which were applied. */
  List<Job> of(Collection<String> sandboxes) throws IOException {
    List<Applied> found = new ArrayList<>();
    for (String name : sandboxes) {
      index.named(name).ifPresent(found::add);
    }
    return jobs(found);
  }

  /**
   * The sandbox of this name.
   *
   * @throws NoSuchSandboxException when there is none
   */
  Applied applied(String name) throws IOException, NoSuchSandboxException {
    Optional<Applied> found = index.named(name);
    if (found.isPresent()) {
      return found.get();
    }
    SortedSet<String> names = new TreeSet<>();
    index.all().forEach(one -> names.add(one.name()));
    throw new NoSuchSandboxException("there is no sandbox \"" + name + "\"" + Job.hint(name, names, "sandboxes"));
  }

  private static List<Job> jobs(List<Applied> sandboxes) throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (Applied applied : sandboxes) {
      jobs.addAll(Job.all(sandbox(applied), applied));
    }
    return jobs;
  }
}
