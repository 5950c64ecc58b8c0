package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.plan.TemplateState;
import org.chrootlite.store.ChildJvm;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of prepared trees behind our back. The host is itself a tree, prepared from the real host. */
@Timeout(120)
class TreeDriftTest {
  private static final RootfsSource BASE = new RootfsSource.Template("base");
  private static final Set<String> KEPT = Set.of("base");

  @TempDir static Path shared;
  @TempDir Path directory;
  private static Path original;
  private Path host;
  private StateDirectory state;
  private final AtomicInteger written = new AtomicInteger();

  @BeforeAll
  static void prepareFromTheRealHost() throws IOException {
    original = new RootfsPreparer(open(shared), Progress.NONE).prepare(BASE).root();
  }

  @BeforeEach
  void openState() throws IOException {
    host = original;
    state = open(directory.resolve("home"));
  }

  /** Before JUnit does, which warns of every link that leads out of the directory. */
  @AfterEach
  void removeTrees() throws IOException {
    try (var places = Files.newDirectoryStream(directory)) {
      for (Path place : places) {
        TreeWriter.delete(place);
      }
    }
  }

  @AfterAll
  static void removeSharedTrees() throws IOException {
    TreeWriter.delete(original);
    TreeWriter.delete(shared.resolve("repaired"));
  }

  @Test
  void whatIsPreparedIsCurrentAndLookingChangesNothing() throws Exception {
    assertEquals(TemplateState.ABSENT, preparer().state("base"));
    assertEquals(Optional.empty(), preparer().current(BASE));
    assertEquals(List.of(), names());
    PreparedRootfs prepared = preparer().prepare(BASE);
    String before = TreeSeal.of(state.rootfs());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    assertEquals(Optional.of(prepared), preparer().current(BASE));
    assertEquals(before, TreeSeal.of(state.rootfs()));
    written.set(0);
    assertEquals(prepared, preparer().repair("base"));
    assertEquals(0, written.get());
    TreeWriter.delete(prepared.root());
    assertEquals(TemplateState.ABSENT, preparer().state("base"));
    assertThrows(RootfsException.class, () -> preparer().state("none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "touch -r usr/bin/ls t; tr '\\0' '\\1' < usr/bin/ls > u; cat u > usr/bin/ls; touch -r t usr/bin/ls; rm t u",
        "echo >> etc/passwd",
        "chmod 4755 usr/bin/env",
        "chmod 700 usr",
        "chmod 000 usr/bin",
        "chmod 444 usr etc",
        "rm usr/bin/cat",
        "rm -r etc",
        "echo > usr/lib/added",
        "mkdir tmp/added",
        "mkfifo added",
        "touch \"$(printf 'etc/a\\377\\nb')\"",
        "rm usr/bin/env && ln -s ls usr/bin/env",
        "ln -sfn /etc var/run",
        "cp -p usr/bin/ls t && mv t usr/bin/ls",
        "ln usr/bin/ls usr/bin/another && rm usr/bin/another"
      })
  void whateverIsAlteredIsDamageAndIsRepairedAtTheSamePath(String alteration) throws Exception {
    Path root = repairedEarlier();
    Command.run("sh", "-ec", "cd \"$0\"; " + alteration, root.toString());
    assertEquals(TemplateState.DAMAGED, preparer().state("base"));
    assertEquals(Optional.empty(), preparer().current(BASE));
    assertEquals(root, preparer().repair("base").root());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    Command.run("diff", "-r", "--no-dereference", original.toString(), root.toString());
    assertEquals(1, preparer().unused(KEPT).size(), "a run may still use the damaged one");
    preparer().removeUnused(KEPT);
    assertEquals(List.of("base-", "base.index"), names());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo > \"$0\"", "ln -s /etc \"$0\"", "ln -s /none \"$0\"", "mkfifo \"$0\"", "mkdir \"$0\""})
  void aTreeThatBecameSomethingElseIsMadeAnew(String replacement) throws Exception {
    Path root = repairedEarlier();
    TreeWriter.delete(root);
    Command.run("sh", "-ec", replacement, root.toString());
    assertEquals(TemplateState.DAMAGED, preparer().state("base"));
    assertEquals(root, preparer().repair("base").root());
    assertTrue(Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS));
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    preparer().removeUnused(KEPT);
    assertEquals(List.of("base-", "base.index"), names());
    assertTrue(Files.exists(Path.of("/etc/passwd")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm \"$0\"",
        ": > \"$0\"",
        "head -c 30 \"$0\" > t; cat t > \"$0\"; rm t",
        "head -n 5 \"$0\" > t; cat t > \"$0\"; rm t",
        "head -n 40 \"$0\" > t; cat t > \"$0\"; rm t",
        "sed -i 3s/base-./base-x/ \"$0\"",
        "sed -i 4s/./x/ \"$0\"",
        "sed -i 's/index 2/index 1/' \"$0\"",
        "head -c 9000 /dev/urandom > \"$0\"",
        "chmod 000 \"$0\"",
        "rm \"$0\"; mkdir \"$0\"; echo > \"$0/x\"",
        "rm \"$0\"; mkfifo \"$0\"",
        "rm \"$0\"; ln -s /dev/zero \"$0\""
      })
  void anIndexThatWasAlteredBlocksNobody(String alteration) throws Exception {
    Path root = repairedEarlier();
    Path index = state.rootfs().resolve("base.index");
    Command.run("sh", "-ec", "cd \"${0%/*}\"; " + alteration, index.toString());
    TemplateState seen = preparer().state("base");
    assertTrue(
        seen == TemplateState.DAMAGED || (seen == TemplateState.CURRENT && alteration.contains("40"))
            || (alteration.startsWith("chmod") && HostUser.current().isRoot()),
        seen.toString());
    preparer().unused(KEPT);
    assertEquals(root, preparer().prepare(BASE).root());
    assertEquals(root, preparer().repair("base").root());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    preparer().removeUnused(KEPT);
    assertEquals(List.of("base-", "base.index"), names());
  }

  @Test
  void afterABootTheTreeIsLookedAtOnceAndMadeAnewOnlyWhenDamaged() throws IOException {
    Path root = preparer().prepare(BASE).root();
    bootAgain();
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    written.set(0);
    assertEquals(root, preparer().prepare(BASE).root());
    assertEquals(0, written.get());
    Path program = root.resolve("usr/bin/ls");
    FileTime time = Files.getLastModifiedTime(program);
    byte[] content = Files.readAllBytes(program);
    Files.write(program, new byte[content.length]);
    Files.setLastModifiedTime(program, time);
    assertEquals(root, preparer().prepare(BASE).root());
    assertEquals(0, written.get(), "a run does not look at every file");
    bootAgain();
    assertEquals(root, preparer().prepare(BASE).root());
    assertArrayEquals(content, Files.readAllBytes(program));
  }

  @Test
  void anOutdatedTreeIsOneThatWouldBeMadeOtherwiseNow() throws Exception {
    host = directory.resolve("host");
    Command.run("cp", "-a", original.toString(), host.toString());
    Path first = preparer().prepare(BASE).root();
    Files.writeString(host.resolve("usr/bin/unrelated"), "");
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    Path program = host.resolve("usr/bin/true");
    byte[] content = Files.readAllBytes(program);
    Files.write(program, Arrays.copyOf(content, content.length + 1));
    assertEquals(TemplateState.OUTDATED, preparer().state("base"));
    assertEquals(Optional.empty(), preparer().current(BASE));
    Path second = preparer().prepare(BASE).root();
    assertNotEquals(first, second);
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    assertEquals(List.of(first), preparer().unused(KEPT));
    Files.delete(host.resolve("usr/bin/grep"));
    assertEquals(TemplateState.OUTDATED, preparer().state("base"));
    assertThrows(RootfsException.class, () -> preparer().repair("base"));
    preparer().removeUnused(KEPT);
    assertEquals(List.of("base-", "base.index"), names());
    assertTrue(Files.exists(second.resolve("usr/bin/grep")));
  }

  @Test
  void onlyTreesThatNobodyNamesAreRemoved() throws Exception {
    Path root = preparer().prepare(BASE).root();
    Path rootfs = state.rootfs();
    String key = "-0123456789abcdef01234567";
    for (String tree : List.of("base" + key, "base-slim" + key, "gone" + key)) {
      Files.createDirectories(rootfs.resolve(tree).resolve("usr/bin"));
    }
    for (String other : List.of("base-1", "notes", ".preparing-base", "-0123456789abcdef01234567")) {
      Files.writeString(rootfs.resolve(other), "");
    }
    Files.writeString(rootfs.resolve("gone.index"), "");
    Files.createDirectory(rootfs.resolve(".preparing-base-slim-01234567"));
    assertEquals(
        List.of(rootfs.resolve("base" + key), rootfs.resolve("base-slim" + key), rootfs.resolve("gone" + key)),
        preparer().unused(KEPT));
    Files.delete(rootfs.resolve("base.index"));
    assertEquals(root, preparer().repair("base").root());
    assertTrue(Files.exists(rootfs.resolve(".preparing-base-slim-01234567")), "of another template, under its lock");
    preparer().removeUnused(KEPT);
    List<String> others = List.of("-", ".preparing-base", "base-1", "base-", "base.index", "notes");
    assertEquals(others, names());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    assertEquals(List.of(root), preparer().unused(Set.of()));
    preparer().removeUnused(Set.of());
    assertEquals(TemplateState.ABSENT, preparer().state("base"));
    assertEquals(List.of("-", ".preparing-base", "base-1", "notes"), names());
  }

  /** What a process leaves that is killed between two of the last steps, which are too short to hit by chance. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mv base-?* .preparing-base-01234567",
        "cp -a base-?* .preparing-base-01234567; rm base-?*/usr/bin/ls",
        "cp -a base-?* .preparing-base-01234567; mv base-?* .replaced-base-01234567",
        "cp base.index .base.index.01234567.tmp"
      })
  void whatIsLeftBetweenTheLastStepsIsRepaired(String steps) throws Exception {
    Path root = repairedEarlier();
    Command.run("sh", "-ec", "cd \"$0\"; " + steps, state.rootfs().toString());
    assertEquals(root, preparer().repair("base").root());
    assertEquals(TemplateState.CURRENT, preparer().state("base"));
    Command.run("diff", "-r", "--no-dereference", original.toString(), root.toString());
    preparer().removeUnused(KEPT);
    assertEquals(List.of("base-", "base.index"), names());
  }

  @Test
  void killedPreparersAndRepairersLeaveNothing() throws Exception {
    Path home = directory.resolve("killed");
    RootfsPreparer afterwards = new RootfsPreparer(open(home), Progress.NONE);
    for (int round = 0; round < 12; round++) {
      String task = round % 2 == 0 ? "prepare" : "repair";
      try (ChildJvm child = new ChildJvm(Preparer.class, home.toString(), "base", "-1", task)) {
        assertTrue(String.valueOf(child.readLine()).startsWith("0/"), task);
        // Over the whole time that the writing takes, and a bit longer.
        Thread.sleep(round * 30L);
        child.kill();
      }
      Path root = task.equals("prepare") ? afterwards.prepare(BASE).root() : afterwards.repair("base").root();
      assertEquals(TemplateState.CURRENT, afterwards.state("base"), "round " + round);
      Command.run("diff", "-r", "--no-dereference", original.toString(), root.toString());
      assertEquals(0, countOf(home, ".preparing-") + countOf(home, ".base.index"), "round " + round);
      if (task.equals("prepare")) {
        // The next one repairs.
        Files.delete(root.resolve("usr/bin/ls"));
      } else {
        afterwards.removeUnused(Set.of());
        assertEquals(List.of(), list(home.resolve("rootfs")));
      }
    }
  }

  /** The tree that the last test of this kind repaired: a new one each time would take as long as all the rest. */
  private Path repairedEarlier() throws IOException {
    state = open(shared.resolve("repaired"));
    Path root = preparer().repair("base").root();
    preparer().removeUnused(KEPT);
    return root;
  }

  private static long countOf(Path home, String prefix) throws IOException {
    return list(home.resolve("rootfs")).stream().filter(name -> name.startsWith(prefix)).count();
  }

  private RootfsPreparer preparer() {
    return new RootfsPreparer(state, (template, done, total) -> written.set(done), new RootedTree(host));
  }

  private void bootAgain() throws IOException {
    Path index = state.rootfs().resolve("base.index");
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    String text = Files.readString(index, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains(boot));
    Files.writeString(index, text.replace(boot, "00000000-0000-0000-0000-000000000000"), StandardCharsets.ISO_8859_1);
  }

  private static StateDirectory open(Path home) throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
  }

  /** Without what is random or a key. */
  private List<String> names() throws IOException {
    return list(state.rootfs()).stream().map(name -> name.replaceAll("-[0-9a-f]{8,}$", "-")).toList();
  }

  private static List<String> list(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }
}
