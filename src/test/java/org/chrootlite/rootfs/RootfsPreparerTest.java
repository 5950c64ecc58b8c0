package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.RootfsSource;
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

/** The host of most tests is itself a tree, prepared from the real host: small, complete, and ours to change. */
@Timeout(120)
class RootfsPreparerTest {
  private static final RootfsSource BASE = new RootfsSource.Template("base");

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
  void copyHost() throws Exception {
    host = directory.resolve("host");
    Command.run("cp", "-a", original.toString(), host.toString());
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
  static void removeSharedTree() throws IOException {
    TreeWriter.delete(original);
  }

  @Test
  void aTreeIsWholeReadableByAllAndFreeOfPrivileges() throws Exception {
    Command.run("chmod", "6755", host.resolve("usr/bin/tar").toString());
    Command.run("chmod", "0700", host.resolve("usr/bin/sed").toString());
    Path root = prepare().root();
    try (var all = Files.walk(root)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        int bits = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07000;
        assertEquals(0, bits, path.toString());
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          assertEquals("rwxr-xr-x", mode, path.toString());
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          assertTrue(mode.equals("rw-r--r--") || mode.equals("rwxr-xr-x"), path + " " + mode);
        } else {
          assertTrue(Files.isSymbolicLink(path), path.toString());
        }
      }
    }
    assertArrayEquals(
        Files.readAllBytes(host.resolve("usr/bin/tar")), Files.readAllBytes(root.resolve("usr/bin/tar")));
    assertEquals(
        Files.getLastModifiedTime(host.resolve("usr/bin/tar")),
        Files.getLastModifiedTime(root.resolve("usr/bin/tar")));
    assertTrue(Files.isExecutable(root.resolve("usr/bin/sed")));
    for (String point : List.of("proc", "dev", "tmp", "work", "run", "etc", "root", "home", "var/tmp", "sys")) {
      assertTrue(Files.isDirectory(root.resolve(point), LinkOption.NOFOLLOW_LINKS), point);
    }
    assertEquals(Path.of("/run"), Files.readSymbolicLink(root.resolve("var/run")));
  }

  @Test
  void whatIsPreparedIsReusedWithoutWriting() throws IOException {
    PreparedRootfs first = prepare();
    assertTrue(written.get() > 100);
    written.set(0);
    assertEquals(first, prepare());
    assertEquals(0, written.get());
  }

  @Test
  void anUpgradedProgramGivesANewTreeAndTheOldOneStays() throws IOException {
    Path before = prepare().root();
    Path program = host.resolve("usr/bin/true");
    byte[] content = Files.readAllBytes(program);
    Files.write(program, Arrays.copyOf(content, content.length + 1));
    Path after = prepare().root();
    assertNotEquals(before, after);
    assertEquals(content.length, Files.size(before.resolve("usr/bin/true")));
    assertEquals(content.length + 1, Files.size(after.resolve("usr/bin/true")));
  }

  @Test
  void anotherProgramInTheSearchPathIsLookedAtButChangesNothing() throws IOException {
    Path before = prepare().root();
    Files.writeString(host.resolve("usr/bin/unrelated"), "");
    written.set(0);
    assertEquals(before, prepare().root());
    assertEquals(0, written.get());
  }

  @Test
  void anOptionalProgramThatAppearsIsTakenUp() throws IOException {
    Files.delete(host.resolve("usr/bin/bash"));
    assertTrue(prepare().executable("bash", List.of("/usr/bin")).isEmpty());
    Files.copy(original.resolve("usr/bin/bash"), host.resolve("usr/bin/bash"));
    assertTrue(prepare().executable("bash", List.of("/usr/bin")).isPresent());
  }

  @Test
  void nothingIsLeftWhenSomethingIsMissing() throws IOException {
    Files.delete(host.resolve("usr/bin/grep"));
    RootfsException missing = assertThrows(RootfsException.class, this::prepare);
    assertTrue(missing.toString().contains("grep  (package grep)"), missing.toString());
    assertEquals(List.of(), names(state.rootfs()));
  }

  @Test
  void aDamagedTreeIsMadeAnewOnceTheIndexIsGone() throws IOException {
    Path root = prepare().root();
    Files.delete(root.resolve("usr/bin/ls"));
    Files.delete(state.rootfs().resolve("base.index"));
    assertEquals(root, prepare().root());
    assertTrue(Files.exists(root.resolve("usr/bin/ls")));
    assertEquals(List.of(".replaced-base-", "base-", "base.index"), shortNames(state.rootfs()), "a run may use it");
  }

  @Test
  void aTreeThatWasDeletedIsMadeAnew() throws IOException {
    Path root = prepare().root();
    TreeWriter.delete(root);
    assertEquals(root, prepare().root());
    assertTrue(Files.exists(root.resolve("usr/bin/ls")));
  }

  @Test
  void anIndexOfGarbageIsReplaced() throws IOException {
    Path root = prepare().root();
    for (String garbage : List.of("", "x", "chroot-lite rootfs index 2\nbase\n../../etc\nx\ny\nz\n/usr\n")) {
      Files.writeString(state.rootfs().resolve("base.index"), garbage);
      assertEquals(root, prepare().root());
    }
  }

  @Test
  void whatAKilledPreparerLeftIsRemovedAndTheTreeIsMade() throws Exception {
    Path home = directory.resolve("killed");
    for (int step = 0; step < 3; step++) {
      try (ChildJvm child = new ChildJvm(Preparer.class, home.toString(), "base", Integer.toString(step))) {
        for (int line = 0; line <= step; line++) {
          assertTrue(String.valueOf(child.readLine()).contains("/"));
        }
        child.kill();
      }
    }
    assertEquals(List.of(".preparing-base-"), shortNames(home.resolve("rootfs")));
    Path root = new RootfsPreparer(open(home), Progress.NONE).prepare(BASE).root();
    assertTrue(Files.exists(root.resolve("usr/bin/ls")));
    assertEquals(List.of("base-", "base.index"), shortNames(home.resolve("rootfs")));
  }

  @Test
  void oneOfManyPreparersMakesTheTreeAndTheOthersWait() throws Exception {
    Path home = directory.resolve("many");
    AtomicInteger begun = new AtomicInteger();
    List<Callable<Path>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      StateDirectory own = open(home);
      Progress progress =
          (template, done, total) -> {
            if (done == 0) {
              begun.incrementAndGet();
            }
          };
      tasks.add(() -> new RootfsPreparer(own, progress).prepare(BASE).root());
    }
    TreeSet<String> roots = new TreeSet<>();
    int begunElsewhere = 0;
    try (ChildJvm child = new ChildJvm(Preparer.class, home.toString(), "base");
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Path> root : threads.invokeAll(tasks)) {
        roots.add(root.get().toString());
      }
      for (String line = child.readLine(); line != null; line = child.readLine()) {
        if (line.startsWith("0/")) {
          begunElsewhere++;
        } else if (line.startsWith("/")) {
          roots.add(line);
        }
      }
    }
    assertEquals(1, begun.get() + begunElsewhere);
    assertEquals(1, roots.size(), roots.toString());
    assertEquals(List.of("base-", "base.index"), shortNames(home.resolve("rootfs")));
  }

  @Test
  void aFileThatChangesWhileItIsCopiedIsAnError() throws IOException {
    Path file = Files.writeString(directory.resolve("source"), "as planned");
    TreePlan.Copied copied = new TreePlan.Copied(file, FileStat.of(file).orElseThrow());
    TreePlan plan =
        new TreePlan(
            new TreeMap<>(Map.of("/", new TreePlan.Directory(), "/x", copied)),
            List.of(),
            new TreeMap<>());
    Files.setLastModifiedTime(file, FileTime.fromMillis(5));
    RootfsException changed =
        assertThrows(
            RootfsException.class, () -> TreeWriter.write(plan, directory.resolve("tree"), "t", Progress.NONE));
    assertTrue(changed.toString().contains("changed while it was copied"), changed.toString());
  }

  @Test
  void aWarmCheckTakesAFractionOfThePreparation() throws IOException {
    long begin = System.nanoTime();
    prepare();
    long first = System.nanoTime() - begin;
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      long start = System.nanoTime();
      prepare();
      best = Math.min(best, System.nanoTime() - start);
    }
    assertTrue(best * 20 < first, best + " ns of " + first);
  }

  private PreparedRootfs prepare() throws IOException {
    return new RootfsPreparer(state, (template, done, total) -> written.set(done), new RootedTree(host))
        .prepare(BASE);
  }

  private static StateDirectory open(Path home) throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    }
  }

  /** Without what is random or a key. */
  private static List<String> shortNames(Path directory) throws IOException {
    return names(directory).stream().map(name -> name.replaceAll("-[0-9a-f]{8,}$", "-")).toList();
  }
}
