package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A state directory that is full, read-only, closed or of a newer program: a clear error, and the old state. */
final class StateTroubleIT {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: ";
  private static final String BOX =
      HEAD + "box\nlimits: {wallTime: LIMIT}\nrootfs: {writes: keep}\n"
          + "scripts:\n  say: {run: \"echo said; echo line >> /kept\"}\n";

  /** All that a caller does here. */
  private record Place(Caller caller, Path directory, List<String> prefix) {
    static Place of(Caller caller) throws Exception {
      Place place = new Place(caller, caller.directory(), List.of());
      place.write("30s");
      return place;
    }

    void write(String limit) throws IOException {
      Files.writeString(directory.resolve("box.yaml"), BOX.replace("LIMIT", limit));
    }

    Path home() {
      return caller.home(directory);
    }

    Place under(List<String> words) {
      return new Place(caller, directory, words);
    }

    Caller.Outcome run(String... arguments) throws Exception {
      ProcessBuilder java = caller.prepare(directory, arguments).redirectInput(Path.of("/dev/null").toFile());
      List<String> command = new ArrayList<>(prefix);
      command.addAll(java.command());
      return Caller.finish(java.command(command));
    }

    void ok(String... arguments) throws Exception {
      Caller.Outcome outcome = run(arguments);
      assertEquals(0, outcome.exit(), outcome.toString());
    }

    void refused(int exit, String complaint, String... arguments) throws Exception {
      Caller.Outcome outcome = run(arguments);
      assertEquals(exit, outcome.exit(), outcome.toString());
      assertTrue(outcome.err().startsWith("chroot-lite: "), outcome.toString());
      assertTrue(outcome.err().contains(complaint), outcome.toString());
    }

    /** What only looks works whatever has happened to the state directory. */
    void assertLookingWorks() throws Exception {
      ok("list");
      ok("info", "box");
      ok("history");
      assertEquals(1, run("diff", "box.yaml").exit());
      String id = run("history", "say", "-o", "name").out().lines().toList().getFirst();
      assertEquals(new Caller.Outcome(0, "said\n", ""), run("logs", id, "--stdout"));
    }
  }

  /** The files of a state directory with their content, but for locks, checked texts and prepared trees. */
  private static SortedMap<String, String> files(Path home) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path path : all.toList()) {
        String name = home.relativize(path).toString();
        boolean passing = name.startsWith("locks/") || name.startsWith("checked/");
        if (!passing && !name.startsWith("rootfs/")) {
          files.put(name, Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
        }
      }
    }
    return files;
  }

  /** A mount namespace with a mount that nobody else sees, and that is gone with its process. */
  private static final class Unshared implements AutoCloseable {
    private final Process process;

    Unshared(String mount) throws IOException {
      String mode = HostUser.current().isRoot() ? "-m" : "-rm";
      process =
          new ProcessBuilder("unshare", mode, "--propagation", "private", "sh", "-c", mount + " && echo there && cat")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out = process.inputReader()) {
        assertEquals("there", out.readLine());
      }
    }

    /** Where a place of it is seen from outside. */
    Path seen(Path path) {
      return Path.of("/proc/" + process.pid() + "/root" + path);
    }

    List<String> enter() throws IOException {
      List<String> enter = new ArrayList<>(List.of("nsenter", "-t", Long.toString(process.pid()), "-m", "--wd=."));
      if (!HostUser.current().isRoot()) {
        enter.addAll(2, List.of("-U", "--preserve-credentials"));
      }
      return enter;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aDiskThatBecomesFullAtAnyMomentOfAnApplyLeavesTheOldStateOrTheNew(Caller caller) throws Exception {
    Place place = Place.of(caller);
    place.ok("list");
    Object uid = Files.getAttribute(place.directory(), "unix:uid");
    Path home = Files.createDirectory(place.home());
    try (Unshared unshared =
        new Unshared("mount -t tmpfs -o size=48m,mode=700,uid=%s,gid=%s none '%s'".formatted(uid, uid, home))) {
      Place inside = place.under(unshared.enter());
      Remains remains = new Remains(unshared.seen(home));
      inside.ok("apply", "box.yaml");
      inside.ok("run", "say");
      SortedMap<String, String> old = remains.index();
      int refused = 0;
      for (int room : new int[] {0, 4, 8, 16, 24}) {
        place.write((31 + room) + "s");
        Path filler = fill(unshared.seen(home), room);
        Caller.Outcome apply = inside.run("apply", "box.yaml");
        if (remains.index().equals(old)) {
          refused++;
          assertEquals(2, apply.exit(), apply.toString());
          assertTrue(apply.err().contains("No space left on device"), apply.toString());
          if (refused == 1) {
            inside.assertLookingWorks();
          }
        }
        assertTrue(remains.kept("box", "kept").startsWith("line\n"));
        Caller.Outcome run = inside.run("run", "say");
        if (run.exit() != 0) {
          assertEquals(125, run.exit(), run.toString());
          assertTrue(
              run.err().matches("(?s).*(No space left on device|disk of the state directory full).*"), run.toString());
        }
        Files.delete(filler);
        inside.ok("apply", "box.yaml");
        remains.assertTidy();
        old = remains.index();
      }
      assertTrue(refused >= 2, "refused only " + refused);
      Path filler = fill(unshared.seen(home), 0);
      inside.ok("cleanup", "--yes");
      Files.delete(filler);
      remains.assertEmpty();
    }
  }

  /** Fills the disk, but for some room in KiB. */
  private static Path fill(Path home, int room) throws IOException {
    Path filler = home.resolve("locks/filler");
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
    }
    try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
      file.setLength(file.length() - room * 1024L);
    }
    return filler;
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aReadOnlyStateDirectoryCanBeLookedAt(Caller caller) throws Exception {
    Place place = Place.of(caller);
    place.ok("apply", "box.yaml");
    place.ok("run", "say");
    place.write("20s");
    SortedMap<String, String> before = files(place.home());
    String mount = "mount --bind '%1$s' '%1$s' && mount -o remount,bind,ro '%1$s'".formatted(place.home());
    try (Unshared unshared = new Unshared(mount)) {
      Place inside = place.under(unshared.enter());
      inside.assertLookingWorks();
      inside.refused(2, "read-only", "apply", "box.yaml");
      inside.refused(2, "read-only", "delete", "--yes", "box");
      inside.refused(2, "read-only", "cleanup", "--yes");
      inside.refused(125, "read-only", "run", "say");
    }
    assertEquals(before, files(place.home()));
    place.ok("apply", "box.yaml");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aMissingPermissionIsSaid(Caller caller) throws Exception {
    Place place = Place.of(caller);
    place.ok("apply", "box.yaml");
    place.ok("run", "say");
    place.write("20s");
    // Root is asked for permission only without this capability.
    Place weak =
        HostUser.current().isRoot() && caller.isRoot()
            ? place.under(List.of("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override"))
            : place;
    for (String closed : List.of("", "launchers")) {
      Path directory = place.home().resolve(closed);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
      SortedMap<String, String> before = files(place.home());
      weak.assertLookingWorks();
      weak.refused(2, "ermission denied", "apply", "box.yaml");
      assertEquals(before.get("sandboxes.jsonl"), files(place.home()).get("sandboxes.jsonl"));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    place.ok("apply", "box.yaml");
    new Remains(place.home()).assertTidy();
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatANewerProgramHasWrittenIsRefusedAndLeftAsItIs(Caller caller) throws Exception {
    Place place = Place.of(caller);
    place.ok("apply", "box.yaml");
    place.ok("run", "say");
    String id = place.run("history", "say", "-o", "name").out().strip();
    List<List<String>> changing =
        List.of(
            List.of("apply", "box.yaml"),
            List.of("diff", "box.yaml"),
            List.of("list"),
            List.of("info", "box"),
            List.of("run", "say"),
            List.of("run", "-f", "box.yaml", "say"),
            List.of("exec", "box", "--", "true"),
            List.of("create", "new"),
            List.of("delete", "--yes", "box"),
            List.of("cleanup", "--yes"));
    Path index = place.home().resolve("sandboxes.jsonl");
    String written = Files.readString(index);
    Files.writeString(index, written.replaceFirst("\"version\":1", "\"version\":2"));
    assertRefused(place, changing, "sandboxes.jsonl has version 2, and this program knows version 1");
    Files.writeString(index, written);
    Files.writeString(place.home().resolve("version"), "3\n");
    List<List<String>> all = new ArrayList<>(changing);
    all.add(List.of("history"));
    all.add(List.of("logs", id));
    assertRefused(place, all, "has version 3, and this program knows version 2; use a newer chroot-lite");
    Files.writeString(place.home().resolve("version"), "2\n");
    place.ok("run", "say");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theDoctorNamesAFileThatWasCutShortOrCannotBeRead(Caller caller) throws Exception {
    Place place = Place.of(caller);
    place.ok("apply", "box.yaml");
    Map<String, String> findings =
        Map.of(
            "sandboxes.jsonl", "missing   applied sandboxes",
            "history.jsonl", "degraded  history",
            "version", "missing   state directory");
    for (Map.Entry<String, String> each : findings.entrySet()) {
      Path file = place.home().resolve(each.getKey());
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length / 3));
      Caller.Outcome cut = place.run("doctor");
      assertEquals(1, cut.exit(), cut.toString());
      assertTrue(cut.out().contains(each.getValue()) && cut.out().contains("restore "), cut.out());
      Files.write(file, whole);
      if (!caller.isRoot()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Caller.Outcome closed = place.run("doctor");
        assertEquals(1, closed.exit(), closed.toString());
        String missing = each.getValue().replace("degraded", "missing ");
        assertTrue(closed.out().contains(missing) && closed.out().contains("permission denied"), closed.out());
        String remedy = each.getKey().equals("version") ? "name a directory of your own" : "chmod u+r " + file;
        assertTrue(closed.out().contains(remedy), closed.out());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    }
    Caller.Outcome whole = place.run("doctor");
    assertTrue(whole.out().matches("(?s).*  ok +applied sandboxes +1, all of which can be read\n.*"), whole.out());
  }

  private static void assertRefused(Place place, List<List<String>> commands, String why) throws Exception {
    SortedMap<String, String> before = files(place.home());
    for (List<String> command : commands) {
      Caller.Outcome outcome = place.run(command.toArray(String[]::new));
      assertTrue(outcome.exit() == 2 || outcome.exit() == 125, command + ": " + outcome);
      assertTrue(outcome.err().contains(why), command + ": " + outcome);
      assertEquals(before, files(place.home()), command::toString);
      assertTrue(Files.notExists(place.directory().resolve("new.yaml")), command.toString());
    }
  }
}
