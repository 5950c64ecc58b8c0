package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.stream.Stream;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was prepared and is removed or altered behind our back is noticed, told and made again. */
final class DriftIT {
  private static final String BOX =
      Place.sandbox("box", "scripts:\n  hello: {run: echo hello}\n  count: {file: count.sh}\n");
  private static final String KEPT =
      Place.sandbox("kept", "rootfs: {writes: keep}\nscripts: {put: {run: echo put >> /data; cat /data}}\n");

  private static Place applied(Caller caller, String manifest) throws Exception {
    Place place =
        Place.of(caller).write("count.sh", "#!/bin/sh\necho one two\n").write("sandbox.yaml", manifest);
    place.out(0, "apply", "sandbox.yaml");
    return place;
  }

  /** The plan tells it, an apply does it, and then all is as it should be. */
  private static void assertRepaired(Place place, String... lines) throws Exception {
    String plan = String.join("\n", lines) + "\n";
    assertEquals(plan, place.out(1, "diff", "sandbox.yaml"));
    assertEquals(plan, place.out(0, "apply", "sandbox.yaml"));
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "sandbox.yaml"));
    assertTrue(place.out(0, "info", place.out(0, "list", "-o", "name").strip()).contains("\nstate     ready\n"));
  }

  /** Overwrites bytes in the middle of a file, and sets back its times and its mode. */
  private static void alter(Path file, String text) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    FileTime time = Files.getLastModifiedTime(file);
    Files.setPosixFilePermissions(file, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), channel.size() / 2);
    }
    Files.setPosixFilePermissions(file, mode);
    Files.setLastModifiedTime(file, time);
  }

  /** The one file in a directory whose content has this text. */
  private static Path holding(Path directory, String text) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return file;
        }
      }
    }
    throw new AssertionError("no file in " + directory + " has " + text);
  }

  /** The tree of the one template that is used. */
  private static Path tree(Place place) throws IOException {
    try (Stream<Path> trees = Files.list(place.home().resolve("rootfs"))) {
      for (Path tree : trees.toList()) {
        if (Files.exists(tree.resolve("usr"))) {
          return tree;
        }
      }
    }
    throw new AssertionError("there is no tree");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aLauncherIsMadeAgainAndAnAlteredOneNeverRun(Caller caller) throws Exception {
    Place place = applied(caller, BOX);
    Path launcher = holding(place.home().resolve("launchers"), "echo hello");
    Files.delete(launcher);
    assertTrue(place.out(0, "info", "box").contains("\nstate     launcher of hello is missing\n"));
    assertRepaired(
        place,
        "~ update box (sandbox.yaml:3)",
        "    launcher of hello: made again, since it was removed",
        "1 to update");
    alter(launcher, "ALTERED");
    assertTrue(place.out(0, "info", "box").contains("\nstate     launcher of hello was altered\n"));
    assertRepaired(
        place,
        "~ update box (sandbox.yaml:3)",
        "    launcher of hello: made again, since it was altered",
        "1 to update");
    for (String altered : new String[] {"echo hello", "echo one two"}) {
      alter(holding(place.home().resolve("launchers"), altered), "ALTERED");
    }
    assertEquals("hello\n", place.out(0, "run", "hello"));
    assertEquals("one two\n", place.out(0, "run", "count"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aStoredFileIsMadeAgainAndAnAlteredOneNeverRun(Caller caller) throws Exception {
    Place place = applied(caller, BOX);
    Path file = holding(place.home().resolve("files"), "echo one two");
    alter(file, "echo never");
    String refusal = place.err(125, "run", "count");
    assertTrue(refusal.contains("box/count: what was applied as its file is gone from "), refusal);
    assertTrue(refusal.contains(", or altered: apply sandbox.yaml again\n"), refusal);
    assertRepaired(
        place,
        "~ update box (sandbox.yaml:3)",
        "    stored file of count: made again, since it was altered",
        "1 to update");
    assertEquals("one two\n", place.out(0, "run", "count"));
    Files.delete(file);
    assertEquals(refusal, place.err(125, "run", "count"));
    assertEquals("hello\n", place.out(0, "run", "hello"));
    assertRepaired(
        place,
        "~ update box (sandbox.yaml:3)",
        "    stored file of count: made again, since it was removed",
        "1 to update");
    assertEquals("one two\n", place.out(0, "run", "count"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRootfsIsMadeAgainWhereAnythingInItIsNotWhatItWas(Caller caller) throws Exception {
    Place place = applied(caller, BOX);
    String[] anew = {
      "~ prepare rootfs template base: files of it were removed or altered",
      "~ update box (sandbox.yaml:3)",
      "    launchers of count, hello: made again, since rootfs template base is prepared anew",
      "1 rootfs to prepare, 1 to update"
    };
    // As long as before, and with its times set back.
    alter(tree(place).resolve("usr/bin/date"), "ALTERED");
    assertTrue(place.out(0, "info", "box").contains("\nstate     its rootfs is damaged\n"));
    assertRepaired(place, anew);
    Files.writeString(tree(place).resolve("etc/added"), "added");
    Files.delete(tree(place).resolve("etc/passwd"));
    assertRepaired(place, anew);
    assertEquals("hello\n", place.out(0, "run", "hello"));
    Command.output("rm", "-r", tree(place).toString());
    assertEquals("hello\n", place.run("run", "hello").out(), "a run has it made, too");
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "sandbox.yaml"));
    Command.output("rm", "-r", tree(place).toString());
    anew[0] = "+ prepare rootfs template base: there is none yet";
    assertRepaired(place, anew);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aLayerIsSetRightOrMadeAgainAndWhatWasLostIsTold(Caller caller) throws Exception {
    Place place = applied(caller, KEPT);
    Path layer = place.home().resolve("layers/kept");
    assertEquals("put\n", place.out(0, "run", "put"));
    Command.output("rm", "-r", layer.resolve("work").toString());
    String[] altered = {
      "~ update kept (sandbox.yaml:3)",
      "    directories of the layer: made again, since they were altered; all that is kept in it stays",
      "1 to update"
    };
    String refusal =
        "chroot-lite: kept/put: its layer %s was altered; to set it right, with all that is kept in it:"
            + " chroot-lite apply sandbox.yaml\n";
    assertEquals(refusal.formatted(layer), place.err(125, "run", "put"));
    assertRepaired(place, altered);
    assertEquals("put\nput\n", place.out(0, "run", "put"));
    Files.setPosixFilePermissions(layer, Set.of(PosixFilePermission.OWNER_READ));
    assertEquals(refusal.formatted(layer), place.err(125, "run", "put"));
    assertRepaired(place, altered);
    assertEquals("put\nput\nput\n", place.out(0, "run", "put"));
    // What is gone cannot come back; nobody runs on an empty one unawares.
    Files.move(layer, place.path("elsewhere"));
    String gone = place.err(125, "run", "put");
    assertEquals(
        "chroot-lite: kept/put: its layer %s was removed, with all that was kept in it; to begin with an empty one: "
            .formatted(layer) + "chroot-lite apply sandbox.yaml\n",
        gone);
    assertRepaired(
        place,
        "~ update kept (sandbox.yaml:3)",
        "    layer: made again, since it was removed, with all that was kept in it",
        "1 to update");
    assertEquals("put\n", place.out(0, "run", "put"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void somethingElseInALayersPlaceIsLeftAloneAndTold(Caller caller) throws Exception {
    Place place = applied(caller, KEPT);
    Path upper = place.home().resolve("layers/kept/upper");
    place.write("outside/precious", "precious\n");
    Files.move(upper, place.path("upper"));
    Files.createSymbolicLink(upper, place.path("outside"));
    assertEquals("", place.run("run", "put").out());
    Caller.Outcome refused = place.run("apply", "sandbox.yaml");
    assertEquals(2, refused.exit());
    assertTrue(refused.err().contains(upper + " should be a directory that keeps a sandbox's files"), refused.err());
    assertEquals("precious\n", Files.readString(place.path("outside/precious")));
    Files.delete(upper);
    Files.move(place.path("upper"), upper);
    assertEquals("nothing to do: 1 unchanged\n", place.out(0, "diff", "sandbox.yaml"));
    assertEquals("put\n", place.out(0, "run", "put"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void runsAlterNothingOfWhatTheyShare(Caller caller) throws Exception {
    Place place = Place.of(caller);
    String attack =
        "scripts: {spoil: {run: 'for f in /bin/date /etc/passwd /usr/lib/os-release; do"
            + " (: >> $f; rm $f; chmod 777 $f; touch $f) || :; done; (mkdir /new; rmdir /usr/games) || :'}}\n";
    StringBuilder manifest = new StringBuilder();
    for (String writes : new String[] {"discard", "keep", "deny"}) {
      for (int uid : new int[] {0, 65534}) {
        String settings = "rootfs: {writes: " + writes + "}\nuser: {uid: " + uid + ", gid: " + uid + "}\n";
        manifest.append("---\n").append(Place.sandbox(writes + "-" + uid, settings + attack));
      }
    }
    place.write("sandbox.yaml", manifest.substring("---\n".length()));
    place.out(0, "apply", "sandbox.yaml");
    Caller.Outcome runs = place.run("run", "--all");
    assertEquals(0, runs.exit(), runs::toString);
    assertEquals("nothing to do: 6 unchanged\n", place.out(0, "diff", "sandbox.yaml"));
  }
}
