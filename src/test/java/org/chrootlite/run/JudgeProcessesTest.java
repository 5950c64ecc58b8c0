package org.chrootlite.run;

import java.io.IOException;
import java.util.List;
import org.chrootlite.model.Limits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdict about processes, which only a control group's counter can prove. */
class JudgeProcessesTest {
  /** The evidence where all that {@link Row#LIMITS} allow were in use. */
  static final String ALL =
      "; 8 processes and threads were in use at a time, as many as limits.processes allows: a further one would have"
          + " been refused";
  private static final long SECOND = Scene.SECOND;
  private static final int SIGSEGV = 11;
  private static final int SIGTERM = 15;

  static List<Row> processes() {
    String refused = "; the kernel refused it a process or thread 3 times (pids.events), 8 were seen at a time;"
        + " the limit is 8";
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
        Row.of(Scene.exit(2).peak(0, 0, 8, 0), "FAILED 2 - 2 exited with 2" + ALL),
        Row.of(Scene.exit(10).peak(0, 0, 8, 0), "FAILED 10 - 10 exited with 10" + ALL),
        Row.of(
            Scene.signal(6).peak(0, 0, 9, 0), "SIGNALED - SIGABRT 134 ended by SIGABRT" + ALL.replace('8', '9')),
        Row.of(
            Scene.signal(SIGSEGV),
            one,
            "SIGNALED - SIGSEGV 139 ended by SIGSEGV; one process was in use, as many as limits.processes allows: a"
                + " further one would have been refused"),
        Row.of(Scene.exit(0), one, "OK 0 - 0 exited with 0"),
        Row.of(
            Scene.signal(SIGTERM).timedOut(3 * SECOND).peak(0, 0, 8, 0),
            "WALL_TIME_LIMIT - SIGTERM 124 not ended after 3 s of wall time" + ALL),
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

  @ParameterizedTest
  @MethodSource("processes")
  void eachObservationHasItsVerdict(Row row) throws IOException {
    row.check();
  }
}
