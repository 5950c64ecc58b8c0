package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sandbox that cannot be built: run names the cause and a remedy, verify the one reason. */
final class SetupTroubleIT {
  private static final String SCRIPT = "scripts: {hello: {run: echo hello}}\n";

  private static Box boxWithData(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest("mounts: [{source: parent/data, target: /data}]\n" + SCRIPT);
    Files.createDirectories(box.directory().resolve("parent/data"));
    assertEquals(0, caller.run(box.directory(), "apply", "sandbox.yaml").exit());
    return box;
  }

  private static void assertSetupError(Caller.Outcome outcome, String cause, String remedy) {
    assertEquals(125, outcome.exit(), outcome.toString());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains(cause), outcome.err());
    assertTrue(outcome.err().contains(remedy), outcome.err());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aSourceThatWasDeletedIsNamed(Caller caller) throws Exception {
    Box box = boxWithData(caller);
    Path data = box.directory().resolve("parent/data");
    Files.delete(data);
    assertSetupError(
        caller.run(box.directory(), "run", "box/hello"),
        "data is not there any more",
        "put it there again, or change sandbox.yaml:4 mounts[0] and apply the manifest again");
    Path parent = box.directory().resolve("parent");
    Files.delete(parent);
    Files.createFile(parent);
    Caller.Outcome behindAFile = caller.run(box.directory(), "run", "box/hello");
    assertSetupError(behindAFile, "data is not there any more", "put it there again");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void verifySaysTheOneReasonAndTriesNothing(Caller caller) throws Exception {
    Box box = boxWithData(caller);
    Files.delete(box.directory().resolve("parent/data"));
    for (String format : List.of("table", "json")) {
      Caller.Outcome outcome = caller.run(box.directory(), "verify", "box", "-o", format);
      assertEquals(2, outcome.exit(), outcome.toString());
      assertEquals("", outcome.out());
      assertEquals(1, outcome.err().lines().count(), outcome.err());
      String reason = "chroot-lite: sandbox box cannot be verified, and nothing was tried: setup-error: step ";
      assertTrue(outcome.err().startsWith(reason), outcome.err());
      assertTrue(outcome.err().contains("data is not there any more: put it there again"), outcome.err());
    }
  }

  @Test
  void aSourceBehindAClosedDirectoryIsNamed() throws Exception {
    Caller caller = Caller.all().filter(one -> !one.isRoot()).findFirst().orElseThrow();
    Box box = boxWithData(caller);
    Path parent = box.directory().resolve("parent");
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("---------"));
    try {
      assertSetupError(
          caller.run(box.directory(), "run", "box/hello"),
          "this user may not search " + parent.resolve("data") + " or a directory in which it lies",
          "chmod a+x those directories, or change sandbox.yaml:4 mounts[0]");
    } finally {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void mountsThatAreMoreThanOpenFilesAreAnErrorWithTheirLimit(Caller caller) throws Exception {
    Box box = Box.of(caller);
    StringBuilder mounts = new StringBuilder("mounts:\n");
    Files.createFile(box.directory().resolve("data"));
    for (int i = 0; i < 300; i++) {
      mounts.append("  - {source: data, target: /mnt/").append(i).append("}\n");
    }
    box.manifest(mounts + SCRIPT);
    assertEquals(0, caller.run(box.directory(), "apply", "sandbox.yaml").exit());
    assertSetupError(
        in(List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"), caller, box),
        "each mount takes an open file, and this process may have no more of them, 256",
        "raise the hard limit (ulimit -Hn");
    assertEquals("hello\n", caller.run(box.directory(), "run", "box/hello").out());
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aStateDirectoryWhereNothingMayBeExecutedIsNamed(Caller caller) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPT);
    // For an ordinary user, who has one id in the namespace: it is that of the directory around it.
    Path place = Files.createDirectory(box.directory().resolve("state"));
    Files.setAttribute(place, "unix:uid", Files.getAttribute(box.directory(), "unix:uid"));
    String script = "mount -t tmpfs -o noexec,mode=700 none '" + place + "'\nexec ";
    List<String> surroundings =
        caller.isRoot()
            ? List.of("unshare", "-m", "sh", "-ec", script + "\"$@\"", "sh")
            : List.of(
                "unshare", "-cm", "--keep-caps", "sh", "-ec",
                script + "setpriv --ambient-caps=-all --inh-caps=-all \"$@\"", "sh");
    String[] run = {"run", "-f", "sandbox.yaml", "hello", "--home", place.toString()};
    assertSetupError(
        Caller.finish(caller.prepareIn(surroundings, box.directory(), run)),
        "a launcher cannot be started: ",
        "let programs be executed where the state directory is (sudo mount -o remount,exec)");
  }

  @Test
  void aRootWithoutItsCapabilitiesIsToldSo() throws Exception {
    Caller caller = Caller.all().findFirst().orElseThrow();
    assumeTrue(caller.isRoot(), "needs root");
    Box box = boxWithData(caller);
    assertSetupError(
        in(List.of("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"), caller, box),
        "this root has no CAP_SYS_ADMIN",
        "docker run --user 1000");
  }

  @Test
  void whatARunOfRootMayNotUseIsNamedWhenItFails() throws Exception {
    Caller caller = Caller.all().findFirst().orElseThrow();
    assumeTrue(caller.isRoot(), "needs root");
    Box box =
        Box.of(caller)
            .manifest(
                "mounts: [{source: data, target: /data, readOnly: false}]\nscripts: {hello: {run: echo x >/data/f}}\n");
    Path data = box.directory().resolve("data");
    Files.createDirectories(data.resolve("proc"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    String[] run = {"run", "-f", "sandbox.yaml", "-o", "json", "hello"};
    assertEquals(0, caller.run(box.directory(), run).exit());
    List<String> surroundings =
        List.of("unshare", "-m", "sh", "-ec", "mount -t proc none '" + data + "/proc'\nexec \"$@\"", "sh");
    Caller.Outcome mapless = Caller.finish(caller.prepareIn(surroundings, box.directory(), run));
    assertTrue(mapless.out().contains("; mount /data: the file system at " + data + "/proc (proc)"), mapless.out());
    Files.delete(data.resolve("f"));
    Files.setAttribute(data, "unix:uid", 1000);
    Caller.Outcome others = caller.run(box.directory(), run);
    assertTrue(others.out().contains("; mount /data: " + data + " belongs to uid 1000 of the host"), others.out());
  }

  private static Caller.Outcome in(List<String> surroundings, Caller caller, Box box)
      throws IOException, InterruptedException {
    return Caller.finish(caller.prepareIn(surroundings, box.directory(), "run", "box/hello"));
  }
}
