package org.chrootlite.run;

import java.io.IOException;
import java.util.List;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Limits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdicts about what is written, beside what looks like them. */
class JudgeFilesTest {
  private static final long MB = Scene.MB;
  private static final int SIGSEGV = 11;
  private static final int SIGTERM = 15;
  private static final int SIGXFSZ = 25;
  private static final Limits DISK = Row.limits("{disk: 8MB}");
  private static final Limits STACK = Row.limits("{stack: 256KiB}");

  static List<Row> files() {
    Clues file = FoundClues.file("/data/out", 5 * MB);
    String large = "; its files in memory took %d bytes at a time: one of them may have met limits.fileSize, 5 MB";
    String found = ", and /data/out has just the 5 MB that a file may have";
    return List.of(
        Row.of(Scene.signal(SIGXFSZ), "FILE_SIZE_LIMIT - SIGXFSZ 153 SIGXFSZ: wrote beyond 5 MB of a file"),
        Row.of(Scene.signal(SIGXFSZ), Row.NO_TIME, "SIGNALED - SIGXFSZ 153 ended by SIGXFSZ"),
        // A shell whose child had it: only where there is as much as a file of that size takes.
        Row.of(
            Scene.exit(153).peak(0, 0, 1, 5 * MB),
            "FILE_SIZE_LIMIT 153 - 153 exited with 153, as a shell does after SIGXFSZ, with 5000000 bytes in its files;"
                + " a file's limit is 5 MB"),
        Row.of(
            Scene.exit(153).left(3_000_000, 9),
            "FILE_SIZE_LIMIT 153 - 153 exited with 153, as a shell does after SIGXFSZ, with 5003584 bytes in its files;"
                + " a file's limit is 5 MB"),
        Row.of(
            Scene.exit(153).peak(0, 0, 1, 5 * MB - 1),
            "FAILED 153 - 153 exited with 153; a shell exits so when a child got SIGXFSZ: one may have met"
                + " limits.fileSize, 5 MB"),
        Row.of(Scene.exit(153), Row.NO_TIME, "FAILED 153 - 153 exited with 153"),
        // A compiler removes what it could not write to its end, and exits as it likes.
        Row.of(Scene.exit(1).peak(0, 0, 1, 5 * MB), "FAILED 1 - 1 exited with 1" + large.formatted(5_000_000)),
        Row.of(Scene.exit(1).peak(0, 0, 1, 5 * MB - 1), "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(0).peak(0, 0, 1, 5 * MB), "OK 0 - 0 exited with 0"),
        // EFBIG, for who ignores the signal.
        Row.of(
            Scene.exit(1).left(3_002_368, 9),
            "FILE_SIZE_LIMIT 1 - 153 exited with 1, and its files take 5001216 bytes, just what a file of 5 MB does,"
                + " which is the limit"),
        Row.of(
            Scene.exit(1).left(3_002_368 - 4096, 900), "FAILED 1 - 1 exited with 1" + large.formatted(5_005_312)),
        Row.of(Scene.exit(1).left(3_002_368 + 4096, 900), "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(0).left(3_002_368, 9), "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(1).left(3_002_368, 900), Row.NO_TIME, "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(1), Row.LIMITS, file, "FILE_SIZE_LIMIT 1 - 153 exited with 1" + found),
        Row.of(Scene.exit(153), Row.LIMITS, file, "FILE_SIZE_LIMIT 153 - 153 exited with 153" + found),
        Row.of(Scene.exit(0), Row.LIMITS, file, "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(1), Row.LIMITS, FoundClues.file("/data/out", 5 * MB - 1), "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(1), Row.NO_TIME, file, "FAILED 1 - 1 exited with 1"));
  }

  static List<Row> stacks() {
    String suspicion = "; a program whose stack outgrows limits.stack, 256 KiB, ends so";
    return List.of(
        Row.of(Scene.signal(SIGSEGV), STACK, "SIGNALED - SIGSEGV 139 ended by SIGSEGV" + suspicion),
        Row.of(Scene.exit(139), STACK, "FAILED 139 - 139 exited with 139" + suspicion),
        Row.of(Scene.exit(1), STACK, "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.signal(SIGSEGV), DISK, "SIGNALED - SIGSEGV 139 ended by SIGSEGV"));
  }

  static List<Row> disk() {
    String full = " after all 8003584 bytes that it may write had been in use; the limit is 8 MB";
    String made = " with all 2017 files and directories made that there is room for; the limit is 8 MB";
    String holds = "the sandbox's layer holds ";
    return List.of(
        Row.of(Scene.exit(1).left(0, 9), "DISK_LIMIT 1 - 122 exited with 1" + full),
        Row.of(Scene.exit(1).left(MB, 9).peak(0, 0, 1, 8_003_584), "DISK_LIMIT 1 - 122 exited with 1" + full),
        Row.of(Scene.signal(6).left(0, 9), "DISK_LIMIT - SIGABRT 122 ended by SIGABRT" + full),
        Row.of(Scene.exit(2).left(MB, 0), "DISK_LIMIT 2 - 122 exited with 2" + made),
        // Almost full: a child may have been refused what is more than the rest.
        Row.of(
            Scene.exit(1).left(4096, 900),
            DISK,
            "FAILED 1 - 1 exited with 1; its files in memory took 7999488 of 8003584 bytes at a time: a write may have"
                + " met limits.disk, 8 MB"),
        Row.of(
            Scene.signal(6).left(MB, 1),
            DISK,
            "SIGNALED - SIGABRT 134 ended by SIGABRT; it had made all but 1 of the 2017 files and directories that"
                + " limits.disk, 8 MB, has room for"),
        Row.of(Scene.exit(1).left(2 * MB, 900), DISK, "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(0).left(4096, 900), DISK, "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(0).left(0, 0), "OK 0 - 0 exited with 0"),
        Row.of(Scene.exit(1).left(0, 0), Limits.NONE, "FAILED 1 - 1 exited with 1"),
        Row.of(Scene.exit(1).withoutRoom(), "FAILED 1 - 1 exited with 1"),
        // What is kept: too much, too many, or nobody can say how much; and nothing of it explains what came before.
        Row.of(Scene.exit(0).kept(8 * MB, 2017, ""), "OK 0 - 0 exited with 0"),
        Row.of(
            Scene.signal(SIGTERM).kept(8 * MB + 1, 3, ""),
            "DISK_LIMIT - SIGTERM 122 " + holds + "8000001 bytes; the limit is 8 MB"),
        Row.of(
            Scene.silence(137).kept(9 * MB, 3, "it"),
            "DISK_LIMIT - - 122 " + holds + "9000000 bytes; the limit is 8 MB"),
        Row.of(
            Scene.exit(0).kept(MB, 2018, ""),
            "DISK_LIMIT 0 - 122 " + holds + "2018 files and directories in 1000000 bytes; the limit is 8 MB, and 2017"
                + " of them"),
        Row.of(
            Scene.exit(1).kept(MB, 3, "a directory in it cannot be read: EACCES"),
            "DISK_LIMIT 1 - 122 " + holds + "more than the 1000000 bytes that can be measured: a directory in it cannot"
                + " be read: EACCES; the limit is 8 MB"),
        Row.of(
            Row.failed(Step.Execute.class, 2).kept(0, 0, "it cannot be read"),
            "NOT_FOUND 127 - 127 cannot execute tool: ENOENT (No such file or directory)"),
        Row.of(Scene.exit(0).kept(1L << 60, 1, ""), Limits.NONE, "OK 0 - 0 exited with 0"));
  }

  @ParameterizedTest
  @MethodSource({"files", "stacks", "disk"})
  void eachObservationHasItsVerdict(Row row) throws IOException {
    row.check();
  }
}
