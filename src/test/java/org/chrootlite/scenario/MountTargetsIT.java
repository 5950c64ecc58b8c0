package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** A mount is where the manifest says, or the run does not begin: whatever an earlier run has left on the way. */
final class MountTargetsIT {
  private static final String CALLERS = "org.chrootlite.scenario.Caller#all";

  /** A box with a writable mount at /src, another mount below it, and a script that prints a line. */
  private static Box box(Caller caller, String inner, String attack, String rest) throws IOException {
    Box box = Box.of(caller);
    for (String name : new String[] {"proj", "proj/target", "out"}) {
      Path directory = Files.createDirectories(box.directory().resolve(name));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Files.writeString(box.directory().resolve("file"), "of the host\n");
    String manifest =
        """
        mounts:
          - {source: ./proj, target: /src, readOnly: false}
        %s%s
        scripts:
          attack:
            run: |
        %s  check:
            run: echo what the manifest says
        """;
    return box.manifest(manifest.formatted(inner.indent(2), rest, attack.indent(6)));
  }

  /** Runs the attack, then the check, which must be refused with the link's name; returns its evidence. */
  private static String refusal(Box box, String link) throws IOException, InterruptedException {
    JsonNode attack = Box.results(box.run("run", "-o", "json", "attack")).getFirst();
    assertEquals("ok", attack.get("verdict").asString(), attack.toString());
    JsonNode check = Box.results(box.run("run", "-o", "json", "check")).getFirst();
    assertEquals("setup-error", check.get("verdict").asString(), check.toString());
    assertEquals("", check.get("stdout").asString());
    String evidence = check.get("evidence").asString();
    assertTrue(evidence.contains("the link is " + link), evidence);
    return evidence;
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aMountBelowAWritableOneIsNotLedToTheScript(Caller caller) throws Exception {
    String attack =
        """
        echo 'echo HIJACKED' > /src/target/out/script
        mv /src/target /src/t2; mkdir /src/target; ln -s /run /src/target/out
        """;
    String inner = "- {source: ./out, target: /src/target/out, readOnly: false}";
    String evidence = refusal(box(caller, inner, attack, ""), "/src/target/out -> /run");
    assertTrue(evidence.contains("mounts[1]"), evidence);
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void neitherIsATmpfsNorAReadOnlyMountNorAFile(Caller caller) throws Exception {
    String attack = "mv /src/target /src/away; ln -s /run /src/target";
    for (String inner :
        new String[] {
          "- {tmpfs: /src/target/x}",
          "- {source: ./out, target: /src/target/x}",
          "- {source: ./file, target: /src/target/script}"
        }) {
      refusal(box(caller, inner, attack, ""), "/src/target -> /run");
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void whatIsMadeOnTheWayLiesInTheMountAndNowhereElse(Caller caller) throws Exception {
    Box box = box(caller, "- {tmpfs: /src/new/a/b}\n- {source: ./file, target: /src/new/f}", "true", "");
    assertEquals("what the manifest says\n", box.run("run", "check").out());
    assertTrue(Files.isDirectory(box.directory().resolve("proj/new/a/b"), LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.isRegularFile(box.directory().resolve("proj/new/f"), LinkOption.NOFOLLOW_LINKS));
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aFileWhereADirectoryWasIsToldOf(Caller caller) throws Exception {
    String attack = "mv /src/target /src/away; echo x > /src/target";
    Box box = box(caller, "- {source: ./out, target: /src/target/x}", attack, "");
    box.run("run", "attack");
    JsonNode check = Box.results(box.run("run", "-o", "json", "check")).getFirst();
    assertEquals("setup-error", check.get("verdict").asString(), check.toString());
    assertTrue(check.get("evidence").asString().contains("is of another kind"), check.toString());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aLinkThatWasKeptIsNotFollowed(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path data = Files.createDirectories(box.directory().resolve("data"));
    Files.writeString(data.resolve("script"), "echo HIJACKED\n");
    String kept =
        """
        rootfs: {writes: keep}
        scripts:
          attack: {run: ln -s /run /away; ln -s / /top}
          check: {run: pwd}
        """;
    assertEquals(0, box.manifest(kept).run("run", "attack").exit());
    for (String link : new String[] {"/away -> /run", "/top -> /"}) {
      String target = link.substring(0, link.indexOf(' ')) + "/x";
      box.manifest("mounts: [{source: ./data, target: " + target + "}]\n" + kept);
      JsonNode check = Box.results(box.run("run", "-o", "json", "check")).getFirst();
      assertEquals("setup-error", check.get("verdict").asString(), check.toString());
      assertTrue(check.get("evidence").asString().endsWith("; the link is " + link), check.toString());
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void honestLinksOfTheTemplateLeadToTheirPlaces(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path data = Files.createDirectories(box.directory().resolve("data"));
    Files.writeString(data.resolve("f"), "content\n");
    box.manifest(
        """
        mounts:
          - {source: ./data, target: /var/lock/x}
          - {source: ./data/f, target: /bin/newname}
        scripts:
          look:
            run: cat /var/lock/x/f /run/lock/x/f /usr/bin/newname /bin/newname
        """);
    assertEquals("content\n".repeat(4), box.run("run", "look").out());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aTargetThatLeadsToTheScriptIsRefusedWithTheReason(Caller caller) throws Exception {
    Box box = Box.of(caller);
    box.manifest("mounts: [{tmpfs: /var/run}]\nscripts: {look: {run: echo}}\n");
    Caller.Outcome outcome = box.run("run", "look");
    assertEquals(125, outcome.exit());
    assertEquals(
        "chroot-lite: sandbox.yaml:4: mounts[0]: target /var/run leads to /run, where the script is: use a directory"
            + " below it\n",
        outcome.err());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aPlaceConflictIsAResultForPrograms(Caller caller) throws Exception {
    Box box = Box.of(caller);
    box.manifest("mounts: [{tmpfs: /var/run}]\nscripts: {look: {run: echo}, other: {run: echo}}\n");
    Caller.Outcome outcome = box.run("run", "-o", "json", "look");
    assertEquals(125, outcome.exit());
    assertEquals(1, Box.results(outcome).size());
    JsonNode result = Box.results(outcome).getFirst();
    assertEquals("look", result.get("script").asString());
    assertEquals("setup-error", result.get("verdict").asString());
    assertEquals(
        "chroot-lite failed: sandbox.yaml:4: mounts[0]: target /var/run leads to /run, where the script is: use a"
            + " directory below it",
        result.get("evidence").asString());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aWorkdirInAMountIsTheDirectoryThatTheMountHas(Caller caller) throws Exception {
    Box box = box(caller, "- {tmpfs: /fresh}", "ln -s /run /src/again", "workdir: /src/target");
    Path proj = box.directory().resolve("proj");
    String all = Files.readString(box.directory().resolve("sandbox.yaml"));
    Path manifest = box.directory().resolve("sandbox.yaml");
    String look = all.replace("echo what the manifest says", "pwd; echo $HOME; echo made >made");
    Files.writeString(manifest, look);
    assertEquals(new Caller.Outcome(0, "/src/target\n/src/target\n", ""), box.run("run", "check"));
    assertEquals("made\n", Files.readString(proj.resolve("target/made")));
    Files.writeString(manifest, look.replace("workdir: /src/target", "workdir: /src"));
    assertEquals("/src\n/src\n", box.run("run", "check").out());
    assertEquals("made\n", Files.readString(proj.resolve("made")));
    Files.writeString(manifest, look.replace("workdir: /src/target", "workdir: /fresh"));
    assertEquals("/fresh\n/fresh\n", box.run("run", "check").out());
    // A mount hides a workdir that it does not have, and one behind a link, which a script may have made.
    box.run("run", "attack");
    for (String workdir : new String[] {"/src/missing", "/src/again", "/fresh/x", "/src/target/made"}) {
      Files.writeString(manifest, look.replace("workdir: /src/target", "workdir: " + workdir));
      Caller.Outcome refused = box.run("validate", "sandbox.yaml");
      assertTrue(refused.err().contains("would hide the workdir " + workdir), refused::toString);
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aWorkdirThatBecameALinkEndsTheRun(Caller caller) throws Exception {
    String attack = "mv /src/target /src/away; ln -s /run /src/target";
    Box box = box(caller, "", attack, "workdir: /src/target");
    assertEquals("what the manifest says\n", box.run("run", "check").out());
    assertEquals(0, box.run("run", "attack").exit());
    Caller.Outcome applied = box.run("run", "-o", "json", "box/check");
    assertTrue(applied.out().isEmpty() && applied.err().contains("would hide the workdir"), applied::toString);
    JsonNode check = Box.results(caller.run(box.directory(), "run", "-o", "json", "check")).getFirst();
    assertEquals("setup-error", check.get("verdict").asString(), check.toString());
    assertTrue(check.get("evidence").asString().contains("the link is /src/target -> /run"), check.toString());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aMountInAnotherOneIsSeenWhateverTheLinkItsTargetIsNamedBy(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Files.writeString(box.directory().resolve("inner"), "inner\n");
    box.manifest(
        """
        mounts:
          - {source: ./inner, target: /bin/tool}
          - {source: /usr, target: /usr}
        scripts:
          look:
            command: [/bin/cat, /usr/bin/tool]
        """);
    Caller.Outcome outcome = box.run("run", "look");
    assertEquals(125, outcome.exit(), "the host's /usr is read-only and has no place for it: " + outcome.out());
    assertTrue(outcome.err().contains("there is no /usr/bin/tool"), outcome.err());
  }
}
