package org.chrootlite.compile;

import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.machine.Image;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.machine.Program;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Architecture;

/** An executable that does what a plan says, and the way back from what it reports to the plan. */
public final class Launcher {
  /**
   * The name, in the run's directory, of a file or link that tells the state of the supervisor. Its content is that of
   * {@code /proc/PID/stat}; see proc_pid_stat(5).
   */
  public static final String SUPERVISOR = "supervisor";

  private final JailPlan plan;
  private final Lowering.Lowered lowered;
  private final Architecture architecture;
  private final byte[] executable;

  private Launcher(JailPlan plan, Lowering.Lowered lowered, Architecture architecture, byte[] executable) {
    this.plan = plan;
    this.lowered = lowered;
    this.architecture = architecture;
    this.executable = executable;
  }

  /** Compiles a plan; the same plan gives the same bytes. */
  public static Launcher compile(JailPlan plan, Architecture architecture) {
    Lowering.Lowered lowered = Lowering.lower(plan);
    return new Launcher(plan, lowered, architecture, Image.executable(lowered.program(), architecture));
  }

  /** The steps. */
  public JailPlan plan() {
    return plan;
  }

  /** The operations that the steps became. */
  public Program program() {
    return lowered.program();
  }

  /** A static ELF executable, a copy. */
  public byte[] executable() {
    return executable.clone();
  }

  /** The machine that it runs on. */
  public Architecture architecture() {
    return architecture;
  }

  /** How many bytes the executable has. */
  public int size() {
    return executable.length;
  }

  /**
   * Where a launcher failed.
   *
   * @param number of the step in its plan, from 1
   * @param operation the call that failed
   */
  public record Failure(int number, Step step, Operation operation) {}

  /** The step of the operation at this address, as a launcher reports it; empty where no step has one there. */
  public Optional<Failure> failureAt(long address) {
    int index = Image.operationAt(address, architecture);
    List<Integer> steps = lowered.steps();
    if (index < 0 || index >= steps.size() || steps.get(index) < 0) {
      return Optional.empty();
    }
    int step = steps.get(index);
    return Optional.of(new Failure(step + 1, plan.steps().get(step), lowered.program().operations().get(index)));
  }
}
