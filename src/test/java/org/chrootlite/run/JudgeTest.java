package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {
  private static final String MANIFEST =
      """
      name: box
      limits: {memory: 100MB, cpuTime: 2s, wallTime: 3s, processes: 8, fileSize: 16MB, output: 1MB, disk: 8MB}
      scripts: {hello: {command: [tool, -x]}}
      """;
  private static final Launcher LAUNCHER = Given.launcher(MANIFEST);
  private static final Limits LIMITS = Given.sandboxes(MANIFEST).getFirst().limits();

  private static final Report.Scratch EMPTY = new Report.Scratch(8_000_000, 8_000_000, 2000, 2000);
  private static final long MB = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;
  private static final int SIGXCPU = 24;
  private static final int SIGXFSZ = 25;
  private static final int EXIT_1 = 1 << 8;

  /** What was seen, and the judgement: {@code verdict exitCode signal code evidence}. */
  record Row(Observation seen, Limits limits, String judgement) {
    @Override
    public String toString() {
      return judgement;
    }
  }

  private static Observation end(int status, boolean timedOut, long cpuTime, long memory, int processes) {
    return end(new Report.End(status, timedOut, timedOut ? 3 * SECOND : SECOND, cpuTime, memory, EMPTY), processes);
  }

  private static Observation end(Report.End end, int processes) {
    Report report = new Report(Optional.empty(), Optional.of(end), List.of());
    return seen(report, false, false, processes, Optional.empty(), 0);
  }

  private static Observation seen(
      Report report, boolean cancelled, boolean outputExceeded, long processes, Optional<LayerUse> layer, int exit) {
    Use peak = new Use(0, 0, processes, 0);
    return new Observation(
        report, cancelled, outputExceeded, peak, Optional.empty(), Optional.empty(), Optional.empty(), layer, exit);
  }

  private static Observation end(int status) {
    return end(status, false, 0, MB, 1);
  }

  private static Observation with(Observation seen, boolean cancelled, boolean outputExceeded) {
    return seen(
        seen.report(), cancelled, outputExceeded, seen.peak().processes(), seen.layer(), seen.launcherExit());
  }

  private static Observation kept(Observation seen, long bytes, long inodes, String gap) {
    LayerUse use = new LayerUse(bytes, inodes, gap.isEmpty() ? Optional.empty() : Optional.of(gap));
    return seen(seen.report(), false, false, seen.peak().processes(), Optional.of(use), seen.launcherExit());
  }

  private static Observation failed(Class<? extends Step> step, int errno) {
    long address = Records.addressOf(LAUNCHER, step);
    Report report = Report.parse(new Records().failed(address, errno).bytes(), LAUNCHER);
    return seen(report, false, false, 0, Optional.empty(), 125);
  }

  private static Row row(Observation seen, String judgement) {
    return new Row(seen, LIMITS, judgement);
  }

  static List<Row> rows() {
    Observation nothing =
        seen(new Report(Optional.empty(), Optional.empty(), List.of()), false, false, 0, Optional.empty(), 137);
    Observation silent = seen(nothing.report(), false, false, 0, Optional.empty(), 0);
    return List.of(
        row(end(0), "OK 0 - 0 exited with 0"),
        row(end(EXIT_1), "FAILED 1 - 1 exited with 1"),
        row(end(125 << 8), "FAILED 125 - 125 exited with 125"),
        row(end(SIGSEGV), "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        row(end(SIGSEGV | 0x80), "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        row(end(34), "SIGNALED - SIGRTMIN 162 ended by SIGRTMIN"),
        // Wall time: whatever the script did about SIGTERM.
        row(end(15, true, 0, MB, 1), "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time"),
        row(end(0, true, 0, MB, 1), "WALL_TIME_LIMIT 0 - 124 not ended after 3 s of wall time"),
        row(
            end(SIGKILL, true, 9 * SECOND, 99 * MB, 8),
            "WALL_TIME_LIMIT - SIGKILL 124 not ended after 3 s of wall time"),
        row(
            end(new Report.End(SIGKILL, true, 3 * SECOND - 1, 0, MB, EMPTY), 1),
            "SIGNALED - SIGKILL 137 ended by SIGKILL"),
        // CPU time: by the kernel's signal, or by the sum over all processes.
        row(
            end(SIGXCPU, false, 2 * SECOND, MB, 1),
            "CPU_TIME_LIMIT - SIGXCPU 124 used 2 s of CPU time; the limit is 2 s"),
        row(
            end(0, false, 2 * SECOND + SECOND / 2, MB, 1),
            "CPU_TIME_LIMIT 0 - 124 used 2.5 s of CPU time; the limit is 2 s"),
        row(
            end(SIGKILL, false, 2 * SECOND, 99 * MB, 8),
            "CPU_TIME_LIMIT - SIGKILL 124 killed after 2 s of CPU time; the limit is 2 s"),
        row(
            end(SIGKILL, false, 3 * SECOND / 2, MB, 1),
            "CPU_TIME_LIMIT - SIGKILL 124 killed after 1.5 s of CPU time; the limit is 2 s"),
        row(
            end(137 << 8, false, 3 * SECOND / 2, MB, 1),
            "CPU_TIME_LIMIT 137 - 124 killed after 1.5 s of CPU time; the limit is 2 s"),
        row(end(SIGKILL, false, 3 * SECOND / 2 - 1, MB, 1), "SIGNALED - SIGKILL 137 ended by SIGKILL"),
        row(end(SIGSEGV, false, 2 * SECOND - 1, MB, 1), "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        row(end(SIGXFSZ), "FILE_SIZE_LIMIT - SIGXFSZ 153 SIGXFSZ: wrote beyond 16 MB of a file"),
        row(
            end(SIGXFSZ, false, 0, 99 * MB, 8),
            "FILE_SIZE_LIMIT - SIGXFSZ 153 SIGXFSZ: wrote beyond 16 MB of a file"),
        row(
            end(153 << 8),
            "FILE_SIZE_LIMIT 153 - 153 exited with 153, as a shell does after SIGXFSZ: wrote beyond 16 MB of a file"),
        new Row(end(SIGXFSZ), Limits.NONE, "SIGNALED - SIGXFSZ 153 ended by SIGXFSZ"),
        // Memory: only where the script did not end well, and nine tenths of the limit were in use.
        row(
            end(EXIT_1, false, 0, 90 * MB, 1),
            "MEMORY_LIMIT 1 - 137 exited with 1 after a process had reached 90 MB of resident memory;"
                + " the limit is 100 MB for each process"),
        row(
            end(SIGSEGV, false, 0, 100 * MB, 8),
            "MEMORY_LIMIT - SIGSEGV 137 ended by SIGSEGV after a process had reached 100 MB of resident memory;"
                + " the limit is 100 MB for each process"),
        row(end(EXIT_1, false, 0, 90 * MB - 1, 1), "FAILED 1 - 1 exited with 1"),
        row(end(0, false, 0, 100 * MB, 1), "OK 0 - 0 exited with 0"),
        row(
            end(2 << 8, false, 0, MB, 8),
            "PROCESS_LIMIT 2 - 2 exited with 2 after 8 processes and threads had been seen at a time; the limit is 8"),
        row(
            end(6, false, 0, MB, 9),
            "PROCESS_LIMIT - SIGABRT 134 ended by SIGABRT after 9 processes and threads had been seen at a time;"
                + " the limit is 8"),
        row(end(EXIT_1, false, 0, MB, 7), "FAILED 1 - 1 exited with 1"),
        row(end(0, false, 0, MB, 8), "OK 0 - 0 exited with 0"),
        // The output limit explains all that comes after it; a caller's wish even that.
        row(with(end(15), false, true), "OUTPUT_LIMIT - SIGTERM 122 printed more than 1 MB"),
        row(with(end(0), false, true), "OUTPUT_LIMIT 0 - 122 printed more than 1 MB"),
        row(with(nothing, false, true), "OUTPUT_LIMIT - - 122 printed more than 1 MB"),
        row(with(end(15, true, 9 * SECOND, MB, 8), false, true), "OUTPUT_LIMIT - SIGTERM 122 printed more than 1 MB"),
        row(with(end(15), true, false), "CANCELLED - SIGTERM 143 ended by the caller"),
        row(with(end(15, true, 0, MB, 1), true, true), "CANCELLED - SIGTERM 143 ended by the caller"),
        row(with(nothing, true, false), "CANCELLED - - 143 ended by the caller"),
        // What is kept: too much, too many, or nobody can say how much; and nothing of it explains what came before.
        row(kept(end(0), 8 * MB, 2017, ""), "OK 0 - 0 exited with 0"),
        row(
            kept(end(15), 8 * MB + 1, 3, ""),
            "DISK_LIMIT - SIGTERM 122 the sandbox's layer holds 8000001 bytes; the limit is 8 MB"),
        row(
            kept(nothing, 9 * MB, 3, "it"),
            "DISK_LIMIT - - 122 the sandbox's layer holds 9000000 bytes; the limit is 8 MB"),
        row(
            kept(end(0), MB, 2018, ""),
            "DISK_LIMIT 0 - 122 the sandbox's layer holds 2018 files and directories in 1000000 bytes; the limit is 8"
                + " MB, and 2017 of them"),
        row(
            kept(end(EXIT_1), MB, 3, "a directory in it cannot be read: EACCES"),
            "DISK_LIMIT 1 - 122 the sandbox's layer holds more than the 1000000 bytes that can be measured: a directory"
                + " in it cannot be read: EACCES; the limit is 8 MB"),
        row(with(kept(end(15), 9 * MB, 3, ""), true, false), "CANCELLED - SIGTERM 143 ended by the caller"),
        row(with(kept(end(15), 9 * MB, 3, ""), false, true), "OUTPUT_LIMIT - SIGTERM 122 printed more than 1 MB"),
        row(
            kept(failed(Step.Execute.class, 2), 0, 0, "it cannot be read"),
            "NOT_FOUND 127 - 127 cannot execute tool: ENOENT (No such file or directory)"),
        new Row(kept(end(0), 1L << 60, 1, ""), Limits.NONE, "OK 0 - 0 exited with 0"),
        row(
            failed(Step.Execute.class, 2),
            "NOT_FOUND 127 - 127 cannot execute tool: ENOENT (No such file or directory)"),
        row(failed(Step.Execute.class, 20), "NOT_FOUND 127 - 127 cannot execute tool: ENOTDIR (Not a directory)"),
        row(failed(Step.Execute.class, 13), "NOT_FOUND 126 - 126 cannot execute tool: EACCES (Permission denied)"),
        row(failed(Step.Execute.class, 8), "NOT_FOUND 126 - 126 cannot execute tool: ENOEXEC (Exec format error)"),
        row(
            failed(Step.Execute.class, 12),
            "SETUP_ERROR - - 125 step %d (execute tool -x, looked up in PATH) failed: ENOMEM (Cannot allocate memory),"
                + " from sandbox.yaml:5 scripts.hello.command"),
        row(
            failed(Step.MakeMountsPrivate.class, 5),
            "SETUP_ERROR - - 125 step %d (private mounts: no propagation from or to the host) failed: EIO (Input/output"
                + " error), from always"),
        row(nothing, "SETUP_ERROR - - 125 the launcher ended (exit code 137) without a report"),
        row(
            silent,
            "SETUP_ERROR - - 125 the launcher ended (exit code 0) without a report; is the disk of the state directory"
                + " full?"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachObservationHasItsVerdict(Row row) {
    Judgement judgement = Judge.judge(row.seen(), row.limits());
    String text =
        "%s %s %s %d %s"
            .formatted(
                judgement.verdict(),
                judgement.exitCode().map(String::valueOf).orElse("-"),
                judgement.signal().orElse("-"),
                judgement.code(),
                judgement.evidence());
    int number = row.seen().report().failure().map(failure -> failure.at().number()).orElse(0);
    String expected = row.judgement().replace("%d", Integer.toString(number));
    assertEquals(expected, text.replaceAll("/\\S*\\.yaml", "sandbox.yaml"));
  }

  @Test
  void eachVerdictIsReached() {
    Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
    for (Row row : rows()) {
      seen.add(Judge.judge(row.seen(), row.limits()).verdict());
    }
    assertEquals(EnumSet.allOf(Verdict.class), seen);
  }

  @Test
  void aRemedyFollowsTheFailure() {
    String evidence = Judge.judge(failed(Step.NewNamespaces.class, 1), LIMITS).evidence();
    String expected = "failed: EPERM (Operation not permitted), from default network; unprivileged";
    assertTrue(evidence.contains(expected), evidence);
  }

  @Test
  void aLimitThatIsNotSetExplainsNothing() {
    Judgement judgement = Judge.judge(end(EXIT_1, false, 100 * SECOND, 1L << 40, 10_000), Limits.NONE);
    assertEquals(Verdict.FAILED, judgement.verdict());
  }
}
