package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovalTest {
  @TempDir Path directory;
  private Path tree;
  private Path trash;

  @BeforeEach
  void name() {
    tree = directory.resolve("tree");
    trash = directory.resolve("trash");
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(trash)) {
      return all.toList();
    }
  }

  @Test
  void aTreeDeeperThanAnyPathIsDeleted() throws IOException {
    HostileTree.deep(tree, 5000);
    Removal.delete(tree, trash);
    assertFalse(HostileTree.exists(tree));
    assertEquals(List.of(), left());
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(trash)));
  }

  @Test
  void oddTreesAreDeletedAndWhatTheyPointToIsNot() throws IOException {
    Path canary = HostileTree.canary(directory);
    HostileTree.odd(tree, canary);
    Removal.delete(tree, trash);
    assertFalse(HostileTree.exists(tree));
    assertEquals(List.of(), left());
    assertTrue(HostileTree.isUntouched(canary));
  }

  @Test
  void anOrdinaryUserDeletesWhatIsClosedToHim() throws Exception {
    OrdinaryUser.run(directory, DeleteAsOrdinaryUser.class);
  }

  /** Fails with its exit status. */
  static final class DeleteAsOrdinaryUser {
    private DeleteAsOrdinaryUser() {}

    public static void main(String[] arguments) throws IOException {
      Path place = Path.of(arguments[0]);
      Path canary = HostileTree.canary(place);
      HostileTree.odd(place.resolve("tree"), canary);
      HostileTree.deep(place.resolve("tree/deep"), 300);
      Path closed = place.resolve("closed");
      Files.createDirectories(closed.resolve("inner"));
      HostileTree.close(closed, "---------");
      assertThrows(IOException.class, () -> Files.createFile(closed.resolve("file")));
      Removal.delete(closed, place.resolve("trash"));
      Removal.delete(place.resolve("tree"), place.resolve("trash"));
      assertFalse(HostileTree.exists(closed));
      assertFalse(HostileTree.exists(place.resolve("tree")));
      Files.delete(place.resolve("trash"));
      assertTrue(HostileTree.isUntouched(canary));
      System.out.println("passed");
    }
  }

  @Test
  void filesAndLinksAreDeletedAsTrees() throws IOException {
    Path canary = HostileTree.canary(directory);
    Removal.delete(Files.createSymbolicLink(tree, canary), trash);
    assertTrue(HostileTree.isUntouched(canary));
    Removal.delete(Files.createFile(tree), trash);
    assertFalse(HostileTree.exists(tree));
    Removal.delete(tree, trash);
    assertEquals(List.of(), left());
  }

  @Test
  void noTrashIsEmpty() throws IOException {
    Removal.empty(trash);
    assertFalse(HostileTree.exists(trash));
  }

  @Test
  void whatIsDiscardedIsGoneAtOnceAndDeletedLater() throws IOException {
    HostileTree.wide(tree, 3);
    Removal.discard(tree, trash);
    assertFalse(HostileTree.exists(tree));
    assertEquals(1, left().size());
    Removal.empty(trash);
    assertEquals(List.of(), left());
  }

  @Test
  void whatIsOnAnotherFileSystemIsLeftAlone() {
    Path task = Path.of("/proc/self/task");
    assertThrows(AtomicMoveNotSupportedException.class, () -> Removal.delete(task, trash));
  }

  /** Root can delete all; an ordinary user not what is in a directory of somebody else, which only root can make. */
  @Test
  void whatCannotBeDeletedIsToldAndDoesNotKeepTheRest() throws Exception {
    if (!HostUser.current().isRoot()) {
      return;
    }
    Path foreign = Files.createDirectories(directory.resolve("tree/a/b/foreign"));
    Files.createFile(foreign.resolve("file"));
    Files.createDirectories(directory.resolve("tree/z/y/x"));
    for (String own : List.of("tree", "tree/a", "tree/a/b", "tree/z", "tree/z/y", "tree/z/y/x")) {
      OrdinaryUser.give(directory.resolve(own));
    }
    OrdinaryUser.run(directory, FailAsOrdinaryUser.class);
    assertEquals(List.of("foreign"), left().stream().map(RemovalTest::onlyChild).toList());
    Removal.empty(trash);
    assertEquals(List.of(), left());
  }

  private static String onlyChild(Path directory) {
    String[] names = directory.toFile().list();
    return names == null ? "" : String.join(",", names);
  }

  /** Fails with its exit status. */
  static final class FailAsOrdinaryUser {
    private FailAsOrdinaryUser() {}

    public static void main(String[] arguments) {
      Path place = Path.of(arguments[0]);
      StoreException refusal =
          assertThrows(
              StoreException.class, () -> Removal.delete(place.resolve("tree"), place.resolve("trash")));
      assertTrue(refusal.toString().contains("cannot delete " + place + "/trash/"), refusal.toString());
      System.out.println("passed");
    }
  }

  @Test
  void whereItWasKilledItGoesOn() throws Exception {
    Path canary = HostileTree.canary(directory);
    HostileTree.wide(tree, 300);
    Files.createSymbolicLink(tree.resolve("d7/e/link"), canary);
    HostileTree.deep(tree.resolve("deep"), 2000);
    Random random = new Random(13);
    int kills = 0;
    while (HostileTree.exists(tree) || !left().isEmpty()) {
      try (ChildJvm child = new ChildJvm(Remover.class, tree.toString(), trash.toString())) {
        child.readLine();
        // Longer each time: on a busy machine it must get somewhere at last.
        Thread.sleep(random.nextInt(25 + 10 * kills));
        child.kill();
      }
      kills++;
    }
    assertTrue(kills > 1, "never killed in the middle");
    assertTrue(HostileTree.isUntouched(canary));
  }

  /** Deletes a tree, and tells when it begins. */
  static final class Remover {
    private Remover() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println("started");
      Removal.delete(Path.of(arguments[0]), Path.of(arguments[1]));
    }
  }
}
