package org.chrootlite.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Signal;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Limits;
import org.chrootlite.run.Input;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Remedies;
import org.chrootlite.run.Report;
import org.chrootlite.run.Start;
import org.chrootlite.run.Supervisor;

/** Tries plans for real: each becomes a launcher, which is started. Takes some milliseconds for each. */
public final class LauncherTrial implements Trial {
  private static final int FROM_SIGNAL = 128;
  private static final String LAUNCHER = "launcher";

  private final Path directory;
  private final Architecture architecture;

  /**
   * A trial.
   *
   * @param directory as a run's: empty, and a user of the host who is nobody may pass through it
   */
  public LauncherTrial(Path directory, Architecture architecture) {
    this.directory = directory;
    this.architecture = architecture;
  }

  @Override
  public Outcome attempt(JailPlan plan) throws IOException {
    Launcher launcher = Launcher.compile(plan, architecture);
    Path file = Files.write(directory.resolve(LAUNCHER), launcher.executable());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x------"));
    Files.write(directory.resolve("status"), new byte[0]);
    Files.createDirectories(directory.resolve("jail"));
    try {
      return start(launcher);
    } finally {
      Files.delete(file);
      Files.deleteIfExists(directory.resolve(Launcher.SUPERVISOR));
    }
  }

  private Outcome start(Launcher launcher) throws IOException {
    Supervisor supervisor;
    try {
      supervisor = Supervisor.start(startOf(launcher));
    } catch (IOException e) {
      return new Outcome.Broken(Remedies.ofStart(e));
    }
    try {
      return outcome(supervisor.await());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Start startOf(Launcher launcher) {
    return new Start(
        launcher,
        "./" + LAUNCHER,
        directory,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Limits.NONE,
        new Input.Nothing(),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        Optional.empty());
  }

  private static Outcome outcome(Observation seen) {
    Optional<Report.Failed> failure = seen.report().failure();
    if (failure.isPresent()) {
      Launcher.Failure at = failure.get().at();
      return new Outcome.Stopped(at.step(), call(at.operation()), failure.get().errno());
    }
    if (seen.report().end().isPresent()) {
      return new Outcome.Reached();
    }
    int exit = seen.launcherExit();
    String how = exit > FROM_SIGNAL ? "was ended by " + Signal.name(exit - FROM_SIGNAL) : "exited with " + exit;
    return new Outcome.Broken(
        new Gap(
            "a launcher " + how + " without a report",
            exit == FROM_SIGNAL + Signal.SIGSYS.number()
                ? "run the container with --security-opt seccomp=unconfined: a filter of system calls kills it"
                : "look for who ends it: a filter of system calls, a lack of memory, a full disk"));
  }

  private static String call(Operation operation) {
    return switch (operation) {
      case Operation.SystemCall call -> call.call().name().toLowerCase(Locale.ROOT);
      case Operation.Extract extract -> "a result";
    };
  }
}
