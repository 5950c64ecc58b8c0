package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code hardening: {locks: deny}} no script locks a file, wherever it lies. */
final class FileLocksIT {
  private static final String CALLERS = "org.chrootlite.scenario.Caller#all";

  private static final String SCRIPT =
      """
      import errno, fcntl, os, struct
      def attempt(name, action):
          try:
              action()
              print(name, "locked")
          except OSError as e:
              print(name, errno.errorcode[e.errno])
      lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
      unlock = struct.pack("hhqqi4x", fcntl.F_UNLCK, 0, 0, 0, 0)
      for place in "/dev/null", "/data/file", "/work/own":
          file = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
          attempt(place + " flock", lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB))
          attempt(place + " F_SETLK", lambda: fcntl.fcntl(file, fcntl.F_SETLK, lock))
          attempt(place + " F_GETLK", lambda: fcntl.fcntl(file, fcntl.F_GETLK, lock))
          attempt(place + " F_OFD_SETLK", lambda: fcntl.fcntl(file, 37, unlock))
          os.write(file, b"written")
      """;

  private static String look(Caller caller, String hardening) throws Exception {
    Box box = Box.of(caller);
    Path data = Files.createDirectory(box.directory().resolve("data"));
    Files.writeString(data.resolve("file"), "");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(data.resolve("file"), PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.writeString(box.directory().resolve("look.py"), SCRIPT);
    box.manifest(
        hardening + "rootfs: {template: python}\nmounts: [{source: data, target: /data, readOnly: false}]\n"
            + "scripts: {look: {file: look.py, interpreter: [python3]}}\n");
    Caller.Outcome outcome = box.run("run", "look");
    assertEquals("", outcome.err());
    return outcome.out();
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void eachLockIsRefusedAsOnAFileSystemWithoutLocks(Caller caller) throws Exception {
    StringBuilder expected = new StringBuilder();
    for (String place : new String[] {"/dev/null", "/data/file", "/work/own"}) {
      for (String lock : new String[] {"flock", "F_SETLK", "F_GETLK", "F_OFD_SETLK"}) {
        expected.append(place).append(' ').append(lock).append(" ENOLCK\n");
      }
    }
    assertEquals(expected.toString(), look(caller, "hardening: {locks: deny}\n"));
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void withoutItTheSameRequestsAreGranted(Caller caller) throws Exception {
    String answers = look(caller, "");
    assertEquals(12, answers.lines().filter(line -> line.endsWith(" locked")).count(), answers);
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aChangeIsPlannedShownAndTried(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest("scripts: {hello: {run: echo hello}}\n");
    assertEquals(0, box.run("apply", "sandbox.yaml").exit());
    box.manifest("hardening: {locks: deny}\nscripts: {hello: {run: echo hello}}\n");
    Caller.Outcome plan = box.run("diff", "sandbox.yaml");
    assertEquals(1, plan.exit());
    assertTrue(plan.out().contains("hardening.locks"), plan.out());
    assertEquals(0, box.run("apply", "sandbox.yaml").exit());
    assertTrue(box.run("info", "box").out().contains("locks: deny"), box.run("info", "box").out());
    assertTrue(box.run("explain", "box/hello").out().contains("; no file locks"));
    Caller.Outcome verify = box.run("verify", "box");
    assertEquals(0, verify.exit(), verify.out());
    assertTrue(verify.out().contains("flock"), verify.out());
  }
}
