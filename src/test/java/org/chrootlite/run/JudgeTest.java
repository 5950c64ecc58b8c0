package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Verdict;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each verdict, beside what looks like it. */
class JudgeTest {
  private static final Limits ADDRESSES = Row.limits("{addressSpace: 1GiB}");
  private static final long MB = Scene.MB;
  private static final long SECOND = Scene.SECOND;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;
  private static final int SIGTERM = 15;
  private static final int SIGXCPU = 24;
  private static final int SHELL = 128;
  private static final int ENOMEM = 12;

  static List<Row> ends() {
    return List.of(
        Row.of(Scene.exit(0), "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(1), "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(122), "FAILED 122 - 122 exited with 122"),
        Row.of(Scene.exit(124), "FAILED 124 - 124 exited with 124"),
        Row.of(Scene.exit(125), "FAILED 125 - 125 exited with 125"),
        Row.of(Scene.exit(137), "FAILED 137 - 137 exited with 137"),
        Row.of(Scene.exit(143), "FAILED 143 - 143 exited with 143"),
        Row.of(Scene.exit(153), Row.NO_TIME, "FAILED 153 - 153 exited with 153"),
        Row.of(Scene.signal(SIGKILL), "SIGNALED - SIGKILL 137 ended by SIGKILL"),
        Row.of(Scene.signal(SIGTERM), "SIGNALED - SIGTERM 143 ended by SIGTERM"),
        Row.of(Scene.signal(SIGXCPU), "SIGNALED - SIGXCPU 152 ended by SIGXCPU"),
        Row.of(Scene.signal(SIGSEGV), "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        Row.of(Scene.signal(SIGSEGV | 0x80), "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        Row.of(Scene.signal(34), "SIGNALED - SIGRTMIN 162 ended by SIGRTMIN"));
  }

  private static final String TOO_MUCH =
      "MEMORY_LIMIT - SIGKILL 137 all processes together used 104 MB of memory (countedMemory); the limit is 100 MB";

  static List<Row> times() {
    String allProcesses =
        "; 8 processes and threads were in use at a time, as many as limits.processes allows: a further one would have"
            + " been refused";
    return List.of(
        // Wall time: whatever the script did about SIGTERM; but not where only init was made to believe it.
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND),
            "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time"),
        Row.of(Scene.exit(0).timedOut(3 * SECOND), "WALL_TIME_LIMIT 0 - 124 not ended after 3 s of wall time"),
        Row.of(
            Scene.signal(SIGKILL).timedOut(4 * SECOND).cpuTime(9 * SECOND).peak(99 * MB, 0, 8, 9 * MB).left(0, 0),
            "WALL_TIME_LIMIT - SIGKILL 124 not ended after 3 s of wall time" + allProcesses),
        Row.of(Scene.signal(SIGKILL).timedOut(3 * SECOND - 1), "SIGNALED - SIGKILL 137 ended by SIGKILL"),
        Row.of(Scene.signal(SIGTERM).timedOut(SECOND), Row.NO_TIME, "SIGNALED - SIGTERM 143 ended by SIGTERM"),
        // CPU time: what the watch saw, what the group counted, what was reaped.
        Row.of(
            Scene.signal(SIGKILL).excess(LimitKind.CPU_TIME, 2 * SECOND + SECOND / 50).cpuTime(2 * SECOND),
            "CPU_TIME_LIMIT - SIGKILL 124 used 2.02 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.exit(0).excess(LimitKind.CPU_TIME, 2 * SECOND + 1),
            "CPU_TIME_LIMIT 0 - 124 used 2 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.signal(SIGKILL).cpuTime(2 * SECOND),
            "CPU_TIME_LIMIT - SIGKILL 124 killed after 2 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.exit(SHELL + SIGKILL).cpuTime(3 * SECOND),
            "CPU_TIME_LIMIT 137 - 124 killed after 3 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.exit(0).cpuTime(2 * SECOND + SECOND / 2),
            "CPU_TIME_LIMIT 0 - 124 used 2.5 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.exit(0).cpuTime(SECOND).counted(2 * SECOND, 0, 0),
            "CPU_TIME_LIMIT 0 - 124 used 2 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.exit(1).cpuTime(SECOND).peak(0, 3 * SECOND, 0, 0),
            "CPU_TIME_LIMIT 1 - 124 used 3 s of CPU time; the limit is 2 s"),
        Row.of(
            Scene.signal(SIGKILL).cpuTime(2 * SECOND - 1).counted(2 * SECOND - 1, 0, 0),
            "SIGNALED - SIGKILL 137 ended by SIGKILL"),
        Row.of(Scene.signal(SIGXCPU).cpuTime(2 * SECOND - 1), "SIGNALED - SIGXCPU 152 ended by SIGXCPU"),
        Row.of(Scene.exit(124).cpuTime(2 * SECOND - 1), "FAILED 124 - 124 exited with 124"));
  }

  static List<Row> memory() {
    String kills = "for want of memory the kernel killed 2 of its processes (oom_kill)";
    String told = "; " + kills + ", 70 MB was seen in use at most (maxMemory); the limit is 100 MB";
    return List.of(
        Row.of(
            Scene.signal(SIGKILL).excess(LimitKind.MEMORY, 104 * MB),
            TOO_MUCH),
        Row.of(
            Scene.signal(SIGKILL).unwatched("its memory cannot be read"),
            "SETUP_ERROR - SIGKILL 125 ended, because it could not be watched: its memory cannot be read"),
        Row.of(
            Scene.exit(0).excess(LimitKind.MEMORY, 104 * MB).peak(105 * MB, 0, 1, 0),
            "MEMORY_LIMIT 0 - 137 all processes together used 105 MB of memory (countedMemory); the limit is 100 MB"),
        Row.of(
            Scene.silence(137).excess(LimitKind.MEMORY, 104 * MB),
            "MEMORY_LIMIT - - 137 all processes together used 104 MB of memory (countedMemory); the limit is 100 MB"),
        Row.of(
            Scene.signal(SIGKILL).counted(0, 2, 0).maxMemory(70 * MB),
            "MEMORY_LIMIT - SIGKILL 137 ended by SIGKILL" + told),
        Row.of(
            Scene.exit(SHELL + SIGKILL).counted(0, 2, 0).peak(70 * MB, 0, 3, 0),
            "MEMORY_LIMIT 137 - 137 exited with 137" + told),
        Row.of(Scene.exit(1).counted(0, 2, 0).maxMemory(70 * MB), "MEMORY_LIMIT 1 - 137 exited with 1" + told),
        // What nobody saw, but for the kernel when it killed; less files in memory, which are limits.disk's.
        Row.of(
            Scene.signal(SIGKILL).killed(180 * MB + 262_144).peak(60 * MB, 0, 1, 30 * MB),
            "MEMORY_LIMIT - SIGKILL 137 ended by SIGKILL" + told.replace("70", "150")),
        // The kernel may take init or the launcher itself.
        Row.of(
            Scene.silence(137).counted(0, 2, 0).peak(70 * MB, 0, 1, 0),
            "MEMORY_LIMIT - - 137 the launcher ended" + told),
        // Without a limit it is the host that has no memory left.
        Row.of(
            Scene.silence(137).counted(0, 2, 0),
            Limits.NONE,
            "SETUP_ERROR - - 125 the launcher ended (exit code 137) without a report; " + kills),
        Row.of(
            Scene.signal(SIGKILL).counted(0, 2, 0),
            Limits.NONE,
            "SIGNALED - SIGKILL 137 ended by SIGKILL; " + kills),
        // Who gets by without what was killed has used too much all the same.
        Row.of(Scene.exit(0).counted(0, 2, 0).maxMemory(70 * MB), "MEMORY_LIMIT 0 - 137 exited with 0" + told),
        Row.of(Scene.exit(0).counted(0, 2, 0), Limits.NONE, "OK 0 - 0 exited with 0; " + kills),
        // Resident memory counts files of the rootfs too: alone it proves nothing.
        Row.of(
            Scene.exit(1).maxMemory(200 * MB).peak(30 * MB, 0, 1, 0),
            "FAILED 1 - 1 exited with 1; its largest process had 200 MB resident, files included (maxMemory); the limit"
                + " is 100 MB, and 30 MB counts towards it (countedMemory)"),
        Row.of(Scene.exit(1).peak(100 * MB, 0, 1, 0), "FAILED 1 - 1 exited with 1"),
        Row.of(
            Scene.signal(SIGKILL).peak(99 * MB, 0, 1, 0).counted(0, 0, 0),
            "SIGNALED - SIGKILL 137 ended by SIGKILL"));
  }

  static List<Row> unseenMemory() {
    String limit = "; the limit is 100 MB";
    String resident = " of memory had been in use at a time (countedMemory, from ru_maxrss of a process)" + limit;
    String within = "; its largest process had 210 MB resident, files included (maxMemory); the limit is 100 MB, and %s"
        + " counts towards it (countedMemory)";
    String charged = " of memory had been in use at a time (countedMemory, from what was charged to its group)" + limit;
    long ours = 262_144;
    return List.of(
        // What was resident, less what files may have been of it.
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).mappable(10 * MB),
            "MEMORY_LIMIT 0 - 137 exited with 0 after at least 200 MB" + resident),
        Row.of(
            Scene.exit(1).maxMemory(210 * MB).mappable(10 * MB).peak(90 * MB, 0, 8, 20 * MB).mappable(10 * MB),
            "MEMORY_LIMIT 1 - 137 exited with 1 after at least 180 MB" + resident),
        Row.of(
            Scene.exit(0).maxMemory(110 * MB).mappable(10 * MB),
            "OK 0 - 0 exited with 0" + within.formatted("100 MB").replace("210", "110")),
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).mappable(300 * MB),
            "OK 0 - 0 exited with 0" + within.formatted("0 B")),
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).peak(0, 0, 1, 200 * MB).mappable(MB),
            "OK 0 - 0 exited with 0" + within.formatted("9 MB")),
        Row.of(Scene.exit(0).maxMemory(210 * MB).mappable(MB), Row.NO_TIME, "OK 0 - 0 exited with 0"),
        // What was charged, less what files in memory took of it, where a process was that large, too.
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).charged(150 * MB + ours),
            "MEMORY_LIMIT 0 - 137 exited with 0 after at least 150 MB" + charged),
        Row.of(
            Scene.signal(SIGTERM).maxMemory(120 * MB).charged(150 * MB + ours),
            "MEMORY_LIMIT - SIGTERM 137 ended by SIGTERM after at least 120 MB" + charged),
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).charged(100 * MB + ours),
            "OK 0 - 0 exited with 0" + within.formatted("100 MB")),
        Row.of(Scene.exit(0).maxMemory(90 * MB).charged(150 * MB), "OK 0 - 0 exited with 0"),
        Row.of(
            Scene.exit(0).maxMemory(210 * MB).peak(0, 0, 1, 60 * MB).charged(150 * MB),
            "OK 0 - 0 exited with 0" + within.formatted("89.74 MB")));
  }

  static List<Row> starts() {
    Limits both = Row.limits("{memory: 100MB, addressSpace: 1GiB}");
    String refused = "cannot execute tool: ENOMEM (Cannot allocate memory)";
    String needs = "at its start: /run/big takes 10 GB of memory before its first instruction; ";
    long huge = 10_000 * MB;
    return List.of(
        Row.of(Row.failed(Step.Execute.class, ENOMEM), "MEMORY_LIMIT - - 137 " + refused + "; limits.memory is 100 MB"),
        Row.of(
            Row.failed(Step.Execute.class, ENOMEM),
            both,
            "MEMORY_LIMIT - - 137 " + refused + "; limits.memory is 100 MB; limits.addressSpace is 1 GiB"),
        Row.of(
            Row.failed(Step.Execute.class, ENOMEM),
            Row.NO_TIME,
            "SETUP_ERROR - - 125 step %d (execute tool -x, looked up in PATH) failed: ENOMEM (Cannot allocate memory),"
                + " from sandbox.yaml:5 scripts.hello.command"),
        // A huge static array: more than the address space, or than the machine has.
        Row.of(
            Scene.signal(SIGSEGV),
            ADDRESSES,
            FoundClues.demand(huge, huge, 64 << 30),
            "MEMORY_LIMIT - SIGSEGV 137 ended by SIGSEGV " + needs + "limits.addressSpace is 1 GiB"),
        Row.of(
            Scene.signal(SIGKILL),
            Row.LIMITS,
            FoundClues.demand(huge, huge - 1, huge - 2),
            "MEMORY_LIMIT - SIGKILL 137 ended by SIGKILL " + needs + "this machine has 10 GB"),
        // Each of its segments has its room: it did begin.
        Row.of(
            Scene.signal(SIGSEGV),
            Row.LIMITS,
            FoundClues.demand(huge, huge - 2, huge - 1),
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        Row.of(
            Scene.signal(SIGSEGV),
            ADDRESSES,
            FoundClues.demand(1 << 30, 1 << 30, 1L << 34),
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        // What is more than the memory limit begins all the same, as long as it does not use it.
        Row.of(
            Scene.signal(SIGSEGV),
            Row.LIMITS,
            FoundClues.demand(200 * MB, 200 * MB, huge),
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV"),
        Row.of(
            Scene.signal(6),
            ADDRESSES,
            FoundClues.demand(huge, huge, huge),
            "SIGNALED - SIGABRT 134 ended by SIGABRT"),
        Row.of(Scene.exit(139), ADDRESSES, FoundClues.demand(huge, huge, huge), "FAILED 139 - 139 exited with 139"),
        Row.of(
            Scene.signal(SIGSEGV),
            Row.NO_TIME,
            FoundClues.demand(huge, huge, MB),
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV"));
  }

  static List<Row> processes() {
    String refused = "; the kernel refused it a process or thread 3 times (pids.events), 8 were seen at a time;"
        + " the limit is 8";
    String all = "; 8 processes and threads were in use at a time, as many as limits.processes allows: a further one"
        + " would have been refused";
    Limits one = Row.limits("{processes: 1}");
    return List.of(
        Row.of(Scene.exit(2).counted(0, 0, 3).peak(0, 0, 8, 0), "PROCESS_LIMIT 2 - 2 exited with 2" + refused),
        Row.of(
            Scene.signal(6).counted(0, 0, 3).peak(0, 0, 8, 0),
            "PROCESS_LIMIT - SIGABRT 134 ended by SIGABRT" + refused),
        Row.of(Scene.exit(0).counted(0, 0, 3).peak(0, 0, 8, 0), "OK 0 - 0 exited with 0" + refused),
        // With a group, to have all is not to be refused one.
        Row.of(Scene.exit(2).counted(0, 0, 0).peak(0, 0, 8, 0), "FAILED 2 - 2 exited with 2"),
        // Without one nothing counts refusals: to have all is suspicious, and no proof.
        Row.of(Scene.exit(2).peak(0, 0, 8, 0), "FAILED 2 - 2 exited with 2" + all),
        Row.of(Scene.exit(10).peak(0, 0, 8, 0), "FAILED 10 - 10 exited with 10" + all),
        Row.of(
            Scene.signal(6).peak(0, 0, 9, 0), "SIGNALED - SIGABRT 134 ended by SIGABRT" + all.replace('8', '9')),
        Row.of(
            Scene.signal(SIGSEGV),
            one,
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV; one process was in use, as many as limits.processes allows: a"
                + " further one would have been refused"),
        Row.of(Scene.exit(0), one, "OK 0 - 0 exited with 0"),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).peak(0, 0, 8, 0),
            "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time" + all),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).counted(0, 0, 3).peak(0, 0, 8, 0),
            "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time" + refused),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).counted(0, 0, 0).peak(0, 0, 8, 0),
            "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time"),
        Row.of(Scene.exit(1).peak(0, 0, 7, 0), "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(0).peak(0, 0, 8, 0), "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(1).counted(0, 0, 3), Row.NO_TIME, "FAILED 1 - 1 exited with 1"));
  }

  static List<Row> whatComesFirst() {
    return List.of(
        // The output limit explains all that comes after it; a caller's wish even that.
        Row.of(Scene.signal(SIGTERM).flooding(), "OUTPUT_LIMIT - SIGTERM 122 printed more than 1 MB"),
        Row.of(Scene.exit(0).flooding(), "OUTPUT_LIMIT 0 - 122 printed more than 1 MB"),
        Row.of(Scene.silence(137).flooding(), "OUTPUT_LIMIT - - 122 printed more than 1 MB"),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).excess(LimitKind.MEMORY, 104 * MB).flooding(),
            "OUTPUT_LIMIT - SIGTERM 122 printed more than 1 MB"),
        Row.of(Scene.signal(SIGTERM).cancelled(), "CANCELLED - SIGTERM 143 ended by the caller"),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).kept(9 * MB, 3, "").flooding().cancelled(),
            "CANCELLED - SIGTERM 143 ended by the caller"),
        Row.of(Scene.silence(137).cancelled(), "CANCELLED - - 143 ended by the caller"),
        // What the watch ended is not what it ran into next.
        Row.of(
            Scene.signal(SIGKILL).excess(LimitKind.MEMORY, 104 * MB).cpuTime(9 * SECOND).counted(0, 0, 3),
            TOO_MUCH));
  }

  static List<Row> failures() {
    return List.of(
        Row.of(Row.failed(Step.Execute.class, 2),
            "NOT_FOUND 127 - 127 cannot execute tool: ENOENT (No such file or directory)"),
        Row.of(Row.failed(Step.Execute.class, 20),
            "NOT_FOUND 127 - 127 cannot execute tool: ENOTDIR (Not a directory)"),
        Row.of(Row.failed(Step.Execute.class, 13),
            "NOT_FOUND 126 - 126 cannot execute tool: EACCES (Permission denied)"),
        Row.of(Row.failed(Step.Execute.class, 8),
            "NOT_FOUND 126 - 126 cannot execute tool: ENOEXEC (Exec format error)"),
        Row.of(
            Row.failed(Step.MakeMountsPrivate.class, 5),
            "SETUP_ERROR - - 125 step %d (private mounts: no propagation from or to the host) failed: EIO (Input/output"
                + " error), from always"),
        // Nobody could say any more what it uses, so nobody knows whether its limits held.
        Row.of(
            Scene.silence(137).unwatched("/proc/7/smaps: gone"),
            "SETUP_ERROR - - 125 ended, because it could not be watched: /proc/7/smaps: gone"),
        Row.of(
            Scene.exit(3).unwatched("/proc/7/smaps: gone"),
            "SETUP_ERROR 3 - 125 ended, because it could not be watched: /proc/7/smaps: gone"),
        Row.of(
            Scene.signal(SIGKILL).unwatched("it").excess(LimitKind.MEMORY, 104 * MB),
            TOO_MUCH),
        Row.of(Scene.silence(137), "SETUP_ERROR - - 125 the launcher ended (exit code 137) without a report"),
        Row.of(
            Scene.silence(0),
            "SETUP_ERROR - - 125 the launcher ended (exit code 0) without a report; is the disk of the state directory"
                + " full?"));
  }

  @ParameterizedTest
  @MethodSource({"ends", "times", "memory", "unseenMemory", "starts", "processes", "whatComesFirst", "failures"})
  void eachObservationHasItsVerdict(Row row) throws IOException {
    row.check();
  }

  @Test
  void eachVerdictIsReached() throws IOException {
    List<Row> all = new ArrayList<>(ends());
    all.addAll(times());
    all.addAll(memory());
    all.addAll(processes());
    all.addAll(JudgeFilesTest.files());
    all.addAll(JudgeFilesTest.disk());
    all.addAll(whatComesFirst());
    all.addAll(failures());
    Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
    for (Row row : all) {
      seen.add(Judge.judge(row.seen(), row.limits(), row.clues()).verdict());
    }
    assertEquals(EnumSet.allOf(Verdict.class), seen);
  }

  @Test
  void aRemedyFollowsTheFailure() throws IOException {
    Observation seen = Row.failed(Step.NewNamespaces.class, 1).seen();
    String evidence = Judge.judge(seen, Row.LIMITS, Clues.NONE).evidence();
    String expected = "failed: EPERM (Operation not permitted), from default network; unprivileged";
    assertTrue(evidence.contains(expected), evidence);
  }

  @Test
  void noWatchEndsARunForALimitThatTheKernelKeeps() {
    Observation seen = Scene.signal(SIGKILL).excess(LimitKind.FILE_SIZE, 6 * MB).seen();
    assertThrows(IllegalArgumentException.class, () -> Judge.judge(seen, Row.LIMITS, Clues.NONE));
  }

  @Test
  void whoEndsWellIsNotSearched() throws IOException {
    Clues closed =
        new Clues() {
          @Override
          public Optional<Demand> demand() throws IOException {
            throw new IOException("looked at its program");
          }

          @Override
          public Optional<String> writtenFile(long size) throws IOException {
            throw new IOException("looked for a file");
          }
        };
    assertEquals(Verdict.OK, Judge.judge(Scene.exit(0).seen(), Row.LIMITS, closed).verdict());
    assertEquals(Verdict.FAILED, Judge.judge(Scene.exit(1).seen(), ADDRESSES, closed).verdict());
    Observation cancelled = Scene.signal(SIGSEGV).cancelled().seen();
    assertEquals(Verdict.CANCELLED, Judge.judge(cancelled, Row.LIMITS, closed).verdict());
    Observation segv = Scene.signal(SIGSEGV).seen();
    assertThrows(IOException.class, () -> Judge.judge(segv, ADDRESSES, closed));
  }
}
