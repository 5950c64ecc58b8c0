package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Runs that share a layer, of which one may have left anything for the next. */
final class KeptLayerIT {
  /** A sandbox that keeps, and a manifest that may change from run to run. */
  private static final class Kept {
    private final Place place;

    Kept(Caller caller) throws IOException {
      this.place = Place.of(caller);
    }

    Path path(String name) {
      return place.path(name);
    }

    Path upper(String name) {
      return place.home().resolve("layers/box/upper").resolve(name);
    }

    /** A run of a script, after an apply of these settings. */
    ProcessBuilder prepare(String settings, String script, String... options) throws IOException {
      // The script is no part of the manifest: what is not changed is not applied, and so not repaired.
      place.write("sandbox.yaml", Place.sandbox("box", settings + "scripts: {sh: {command: [/bin/sh, -e, -c]}}\n"));
      List<String> command = new ArrayList<>(List.of("run", "-f", "sandbox.yaml", "sh"));
      command.addAll(List.of(options));
      command.addAll(List.of("--", script));
      return place.prepare(command.toArray(String[]::new)).redirectInput(Path.of("/dev/null").toFile());
    }

    /** Makes a tree the caller's own. */
    void give(Path tree) throws IOException {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path path : all.toList()) {
          for (String owner : List.of("unix:uid", "unix:gid")) {
            Object own = Files.getAttribute(place.path(""), owner);
            Files.setAttribute(path, owner, own, LinkOption.NOFOLLOW_LINKS);
          }
        }
      }
    }

    /** What the script printed, and its verdict with the evidence. */
    String run(String settings, String script) throws Exception {
      Caller.Outcome outcome = Caller.finish(prepare(settings, script, "-o", "json"));
      assertEquals("", outcome.err());
      JsonNode result = Box.results(outcome).getFirst();
      String printed = result.get("stdout").asString() + result.get("stderr").asString();
      return printed + "\n" + result.get("verdict").asString() + " " + result.get("evidence").asString() + "\n";
    }

    /** Why a run did not even begin. */
    String refusal(String settings, String script) throws Exception {
      Caller.Outcome outcome = Caller.finish(prepare(settings, script));
      assertEquals(125, outcome.exit(), outcome::toString);
      assertEquals("", outcome.out());
      return outcome.err();
    }
  }

  private static final String KEEP = "rootfs: {writes: keep}\n";
  private static final String OK = "\nok exited with 0\n";

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatIsWrittenToTheRootIsThereForTheNextRunAndNothingElse(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    String first =
        "echo one > /kept; mkdir -p /srv/deep/er; echo two > /srv/deep/er/file; rm /etc/passwd\n"
            + "echo x > /tmp/x; echo x > /work/x; echo x > /dev/shm/x";
    assertEquals(OK, kept.run(KEEP, first));
    String second = "cat /kept /srv/deep/er/file; ls -A /tmp /work /dev/shm; test ! -e /etc/passwd && stat -c %u /kept";
    assertEquals("one\ntwo\n/dev/shm:\n\n/tmp:\n\n/work:\n65534\n" + OK, kept.run(KEEP, second));
    // Another user of the sandbox is the same on the host: all that is kept is his.
    String other = KEEP + "user: {uid: 1000, gid: 0}\n";
    assertEquals("1000\n" + OK, kept.run(other, "echo three >> /kept; stat -c %u /kept"));
    assertEquals("three\n" + OK, kept.run(KEEP, "rm -r /srv/deep; tail -n 1 /kept"));
    assertEquals(OK, kept.run(KEEP, "mkdir /srv/deep; ls /srv/deep"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatAnEarlierRunLeftLeadsNobodyOutOfTheRoot(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    Path bait = caller.directory();
    Files.setPosixFilePermissions(bait, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(bait.resolve("resolv.conf"), "the host's own\n");
    String wreck =
        "for each in srv opt etc; do rm -rf /$each; ln -s BAIT /$each; done; ln -s BAIT /new"
            .replace("BAIT", bait.toString());
    assertEquals(OK, kept.run(KEEP, wreck));
    assertTrue(Files.isSymbolicLink(kept.upper("srv")));
    String grown =
        KEEP
            + "network: host\nworkdir: /srv/me\n"
            + "mounts: [{tmpfs: /opt/a/b, size: 1MB}, {tmpfs: /new/c, size: 1MB}, {tmpfs: /etc/d, size: 1MB}]\n";
    String outcome = kept.run(grown, "pwd; ls /new /opt/a; readlink /srv");
    // The links lead where they lead inside of the sandbox: there is no such place, and none is made outside.
    assertTrue(outcome.contains("setup-error step "), outcome);
    try (Stream<Path> left = Files.list(bait)) {
      assertEquals(List.of(bait.resolve("resolv.conf")), left.toList());
    }
    assertEquals("the host's own\n", Files.readString(bait.resolve("resolv.conf")));
    assertEquals(OK, kept.run(KEEP, "rm /srv /opt /etc /new; mkdir /srv"));
    assertEquals("/srv/me\n/new:\nc\n\n/opt/a:\nb\n" + OK, kept.run(grown, "pwd; ls /new /opt/a"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void filesWhereDirectoriesBelongAreNamed(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    assertEquals(OK, kept.run(KEEP, "echo > /data; mkdir -p /etc/resolv.conf"));
    String mounted = kept.run(KEEP + "mounts: [{tmpfs: /data, size: 1MB}]\n", "echo never");
    String remedy = "; /data is of another kind in the rootfs, or in what earlier runs made of it";
    assertTrue(mounted.contains(remedy), mounted);
    String resolver = kept.run(KEEP + "network: host\n", "echo never");
    assertTrue(resolver.contains("EISDIR (Is a directory)"), resolver);
    assertFalse((mounted + resolver).contains("never\n"));
    // An ordinary user cannot even see what is in there.
    String shut = kept.run(KEEP, "chmod 0 /");
    assertTrue(shut.startsWith(caller.isRoot() ? OK : "\ndisk-limit "), shut);
    String closed = kept.refusal(KEEP, "echo never");
    assertTrue(closed.contains("was altered; to set it right, with all that is kept in it: chroot-lite apply"), closed);
    Caller.Outcome applied = kept.place.run("apply", "sandbox.yaml");
    assertTrue(applied.out().contains("directories of the layer: made again"), applied::toString);
    assertEquals("/data\n" + OK, kept.run(KEEP, "ls -d /data"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aLayerThatIsNoDirectoryOrIsGoneIsAnErrorThatSaysSo(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    assertEquals(OK, kept.run(KEEP, "echo > /kept"));
    Files.move(kept.upper(""), kept.path("elsewhere"));
    String gone = kept.refusal(KEEP, "echo never");
    assertTrue(gone.contains(" was removed, with all that was kept in it; "), gone);
    Files.createSymbolicLink(kept.upper(""), kept.path("elsewhere"));
    String linked = kept.refusal(KEEP, "echo never");
    assertTrue(linked.contains(" was altered; to set it right, "), linked);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRunThatIsKilledLeavesALayerThatTheNextCanUse(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    for (int i = 0; i < 3; i++) {
      String script = "echo " + i + " >> /kept; sync; echo on; while :; do echo >> /log; done";
      Process process = kept.prepare(KEEP, script).redirectErrorStream(true).start();
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        assertEquals("on", reader.readLine());
        process.toHandle().destroyForcibly();
        // The end of the stream: nobody of the run is left.
        assertEquals(null, reader.readLine());
      }
      process.waitFor();
    }
    assertEquals("0\n1\n2\n" + OK, kept.run(KEEP, "cat /kept; test -s /log"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theRootfsMayChangeBelowTheLayer(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    Path root = Files.createDirectory(kept.path("root"));
    for (String name : List.of("usr", "etc", "var", "opt")) {
      Files.createDirectory(root.resolve(name));
    }
    for (String name : List.of("bin", "lib", "lib64")) {
      Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
    }
    Files.writeString(root.resolve("etc/hosts"), "old\n");
    Files.writeString(root.resolve("etc/other"), "old\n");
    Files.writeString(root.resolve("var/mine"), "old\n");
    kept.give(root);
    String settings =
        "rootfs: {directory: ./root, writes: keep}\nmounts: [{source: /usr, target: /usr}]\nuser: {uid: 0, gid: 0}\n";
    String first = "echo mine > /var/mine; echo new > /etc/new; echo data > /opt/data; rm /etc/hosts";
    assertEquals(OK, kept.run(settings, first));
    // Another version of it: files changed, added, removed; a directory that is a file now.
    Files.writeString(root.resolve("etc/hosts"), "new\n");
    Files.writeString(root.resolve("etc/other"), "newer\n");
    Files.writeString(root.resolve("etc/added"), "added\n");
    Files.delete(root.resolve("var/mine"));
    Files.delete(root.resolve("opt"));
    Files.writeString(root.resolve("opt"), "a file\n");
    Files.move(root, kept.path("moved"));
    Files.move(kept.path("moved"), root);
    String look = "cat /var/mine /etc/new /etc/other /etc/added /opt/data; ls /etc";
    assertEquals("mine\nnew\nnewer\nadded\ndata\nadded\nnew\nother\n" + OK, kept.run(settings, look));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aLayerThatHoldsTooMuchEndsTheRun(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    String limited = KEEP + "limits: {disk: 8MB, wallTime: 60s}\n";
    String hole = "dd if=/dev/zero of=/hole bs=1 count=1 seek=1000000000000 2> /work/err";
    assertEquals("a hole takes nothing\n" + OK, kept.run(limited, hole + "; echo a hole takes nothing"));
    // Who does not mind SIGTERM is killed for writing on.
    String flood =
        "trap '' TERM; i=0\n"
            + "while :; do i=$((i+1)); dd if=/dev/zero of=/f$i bs=100000 count=10 2> /dev/null; done";
    long begin = System.nanoTime();
    String ended = kept.run(limited, flood);
    assertTrue(System.nanoTime() - begin < 20_000_000_000L, ended);
    assertTrue(ended.matches("\ndisk-limit the sandbox's layer holds [0-9]+ bytes; the limit is 8 MB\n"), ended);
    // It stays too much until somebody makes room, with a higher limit.
    assertTrue(kept.run(limited, "sleep 60").contains("disk-limit"));
    assertEquals(OK, kept.run(KEEP, "rm /f* /hole"));
    assertEquals(OK, kept.run(limited, "sleep 0.3"));
    // What was written too fast to be seen is seen at the end.
    String quick = kept.run(limited, "dd if=/dev/zero of=/quick bs=100000 count=90 2> /dev/null");
    assertTrue(quick.contains("disk-limit the sandbox's layer holds 90"), quick);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aFileThatIsRemovedAndStillOpenTakesRoomToo(Caller caller) throws Exception {
    String limited = KEEP + "limits: {disk: 8MB, wallTime: 60s}\n";
    String removed =
        "exec 5> /file; rm /file; dd if=/dev/zero bs=100000 count=%d >&5 2> /dev/null; sleep %d; echo fine";
    assertEquals("fine\n" + OK, new Kept(caller).run(limited, removed.formatted(70, 1)));
    String ended = new Kept(caller).run(limited, removed.formatted(100, 60));
    assertTrue(ended.matches("\ndisk-limit the sandbox's layer holds 1000[0-9]+ bytes; .*\n"), ended);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void filesWithoutContentAreLimitedToo(Caller caller) throws Exception {
    String limited = KEEP + "limits: {disk: 256KiB, wallTime: 60s}\n";
    String ended = new Kept(caller).run(limited, "i=0; while :; do i=$((i+1)); : > /f$i; done");
    String expected = "disk-limit the sandbox's layer holds [0-9]+ files and directories in [0-9]+ bytes; .*";
    assertTrue(ended.strip().matches(expected), ended);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatCannotBeMeasuredIsNotAWayAroundTheLimit(Caller caller) throws Exception {
    Kept kept = new Kept(caller);
    String limited = KEEP + "limits: {disk: 8MB, wallTime: 60s}\n";
    String brief = "mkdir /shut; chmod 0 /shut; sleep 0.3; chmod 755 /shut; echo fine";
    assertEquals("fine\n" + OK, kept.run(limited, brief));
    String shut =
        "exec 5> /shut/file; chmod 0 /shut\n"
            + "while :; do dd if=/dev/zero bs=100000 count=10 >&5 2> /dev/null; done";
    String ended = kept.run(limited, shut);
    // Root sees it all; an ordinary user sees that there is something to be seen.
    String expected =
        caller.isRoot()
            ? "disk-limit the sandbox's layer holds [0-9]+ bytes; .*"
            : "disk-limit .* a directory in it cannot be read: EACCES .*";
    assertTrue(ended.strip().matches(expected), ended);
  }
}
