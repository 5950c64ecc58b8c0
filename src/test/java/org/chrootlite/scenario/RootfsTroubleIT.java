package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.chrootlite.rootfs.Preparer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Prepares where it cannot be done: on a file system that is full, or that is read-only. It is a tmpfs of a mount
 * namespace of its own. Root prepares as root, and as an ordinary user without any right.
 */
class RootfsTroubleIT {
  private static final String ORDINARY = "setpriv --reuid=54321 --regid=54321 --clear-groups";

  @TempDir static Path directory;
  private static String classPath = "";

  @BeforeAll
  static void copyClassPath() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    classPath = ClassPathCopy.at(directory.resolve("classpath"));
  }

  static Stream<String> callers() throws IOException {
    return HostUser.current().isRoot() ? Stream.of("env", ORDINARY) : Stream.of("env");
  }

  @ParameterizedTest
  @MethodSource("callers")
  void aFullDiskIsToldAndNothingIsLeftAndWithRoomItWorks(String caller) throws Exception {
    for (String size : List.of("200k", "3m", "9m")) {
      List<String> lines =
          inTmpfs(
              caller,
              "size=" + size,
              "prepare; ls -A home/rootfs",
              "mount -o remount,size=1g \"$0\"; prepare | tail -n 1; ls -A home/rootfs | wc -l");
      String error = only(lines, "RootfsException");
      assertTrue(error.contains("cannot prepare rootfs template \"base\" in "), error);
      assertTrue(error.contains("No space left on device"), error);
      assertTrue(error.contains("name another state directory with --home DIR"), error);
      assertEquals("second part", lines.get(lines.size() - 3), "nothing is listed before: " + lines);
      assertTrue(lines.get(lines.size() - 2).contains("/home/rootfs/base-"), lines.toString());
      assertEquals("2", lines.getLast());
    }
  }

  @ParameterizedTest
  @MethodSource("callers")
  void aFullDiskWhileATreeIsRepairedLeavesThatOne(String caller) throws Exception {
    List<String> lines =
        inTmpfs(
            caller,
            "size=1g",
            "prepare; rm home/rootfs/base-*/usr/bin/ls; ls -A home/rootfs > before",
            "mount -o remount,size=$(($(du -sm \"$0\" | cut -f 1) + 1))m \"$0\"; prepare -1 repair;"
                + " ls -A home/rootfs | diff before - && test ! -e home/rootfs/base-*/usr/bin/ls && echo same;"
                + " mount -o remount,size=1g \"$0\"; prepare -1 repair; ls home/rootfs/base-*/usr/bin/ls");
    assertTrue(only(lines, "RootfsException").contains("No space left on device"), lines.toString());
    assertTrue(lines.contains("same"), lines.toString());
    assertTrue(lines.getLast().endsWith("/usr/bin/ls"), lines.toString());
  }

  @ParameterizedTest
  @MethodSource("callers")
  void aReadOnlyStateDirectoryIsToldAndWhatIsPreparedStillServes(String caller) throws Exception {
    List<String> lines =
        inTmpfs(
            caller,
            "size=1g",
            "prepare | tail -n 1",
            "mount -o remount,ro \"$0\"; prepare; prepare -1 repair");
    assertEquals(2, lines.stream().filter(line -> line.contains("/home/rootfs/base-")).count(), lines.toString());
    String error = only(lines, "StoreException");
    assertTrue(error.contains("its file system is read-only; name another directory with --home DIR"), error);
  }

  /**
   * Runs two parts of a shell script in a new tmpfs, whose path is {@code $0}; in both, {@code prepare} prepares.
   *
   * @return what is printed, without the steps of the progress and stack traces
   */
  private static List<String> inTmpfs(String caller, String options, String first, String second) throws Exception {
    Path place = Files.createTempDirectory(directory, "tmpfs-");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String prepare =
        "prepare() { %s %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp %s %s \"$0/home\" base \"$@\" 2>&1"
            .formatted(caller, java, classPath, Preparer.class.getName())
            + " | grep -v -e '^[0-9]*/[0-9]*$' -e '^.at ' -e '^Caused by' -e '[.][.][.]'; };";
    String owner = caller.equals("env") ? "" : ",uid=54321,gid=54321";
    String script =
        "mount -t tmpfs -o mode=755,%s%s none \"$0\"; cd \"$0\"; %s %s; echo second part; %s"
            .formatted(options, owner, prepare, first, second);
    List<String> command = new ArrayList<>(List.of("unshare", "-m"));
    if (!HostUser.current().isRoot()) {
      command.add("-r");
    }
    command.addAll(List.of("sh", "-c", script, place.toString()));
    Path output = Files.createTempFile(directory, "output", "");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    process.waitFor();
    List<String> lines = Files.readAllLines(output);
    assertFalse(lines.isEmpty());
    return lines;
  }

  private static String only(List<String> lines, String part) {
    List<String> found = lines.stream().filter(line -> line.contains(part)).toList();
    assertEquals(1, found.size(), lines.toString());
    return found.getFirst();
  }
}
