package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.Setting;
import org.chrootlite.run.Report;

/** The files of a run's directory that its launcher copies artifacts to. While it runs they are named by numbers. */
final class Artifacts {
  private final Path directory;
  private final Path kept;
  private final List<Setting<String>> wanted;

  private Artifacts(Path directory, Path kept, List<Setting<String>> wanted) {
    this.directory = directory;
    this.kept = kept;
    this.wanted = wanted;
  }

  /**
   * Makes an empty file for each artifact.
   *
   * @param run its directory
   * @param kept where that is found when the run is over
   */
  static Artifacts prepare(Path run, Path kept, List<Setting<String>> wanted) throws IOException {
    Artifacts artifacts = new Artifacts(run.resolve("artifacts"), kept.resolve("artifacts"), wanted);
    if (!wanted.isEmpty()) {
      Files.createDirectory(artifacts.directory);
      for (int i = 0; i < wanted.size(); i++) {
        Files.createFile(artifacts.copy(i));
      }
    }
    return artifacts;
  }

  /** The path of an artifact that has exactly this size and is whole; before the copies are renamed. */
  Optional<String> ofSize(long size, Report report) throws IOException {
    for (int i = 0; i < wanted.size(); i++) {
      if (problem(i, report).isEmpty() && Files.size(copy(i)) == size) {
        return Optional.of(wanted.get(i).value());
      }
    }
    return Optional.empty();
  }

  /** Gives each copy the name that its artifact had, and removes those that nothing was copied to. */
  List<RunResult.Artifact> collect(Report report) throws IOException {
    List<RunResult.Artifact> collected = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      names.add(number(i));
    }
    for (int i = 0; i < wanted.size(); i++) {
      String path = wanted.get(i).value();
      Optional<String> problem = problem(i, report);
      boolean cut = errno(i, report).equals(Optional.of(Errno.EFBIG.number()));
      if (problem.isPresent() && !cut) {
        Files.delete(copy(i));
        collected.add(new RunResult.Artifact(path, Optional.empty(), problem));
      } else {
        String name = free(path.substring(path.lastIndexOf('/') + 1), i + 1, names);
        Files.move(copy(i), directory.resolve(name));
        collected.add(new RunResult.Artifact(path, Optional.of(kept.resolve(name).toString()), problem));
      }
    }
    return collected;
  }

  private static Optional<Integer> errno(int index, Report report) {
    return report.artifacts().stream().filter(one -> one.index() == index).findFirst().map(Report.Artifact::errno);
  }

  private static Optional<String> problem(int index, Report report) {
    Optional<Integer> errno = errno(index, report);
    if (errno.isEmpty()) {
      return Optional.of("the run ended before it could be collected");
    }
    int number = errno.get();
    if (number == 0) {
      return Optional.empty();
    }
    if (number == Errno.EINVAL.number()) {
      return Optional.of("not a regular file");
    }
    return Optional.of(number == Errno.EFBIG.number() ? "cut off at the disk limit" : Errno.describe(number));
  }

  /** This name, or with a number before it; it is taken from then on. */
  private static String free(String name, int number, Set<String> taken) {
    String free = name;
    for (int i = number; !taken.add(free); i++) {
      free = i + "-" + name;
    }
    return free;
  }

  private static String number(int index) {
    return "." + index;
  }

  private Path copy(int index) {
    return directory.resolve(number(index));
  }
}
