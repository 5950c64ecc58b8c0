package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.host.HostUser;
import org.chrootlite.plan.Damage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
  @TempDir Path home;
  @TempDir Path elsewhere;
  private Layers layers;
  private long uid;

  @BeforeEach
  void open() throws IOException {
    layers = layers(home);
    uid = layers.freeUid(Set.of());
  }

  static Layers layers(Path home) throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).layers();
  }

  @Test
  void aNewLayerIsWholeAndBelongsToItsUser() throws IOException {
    assertEquals(Optional.of(Damage.MISSING), layers.check("a", uid));
    layers.create("a", uid);
    assertEquals(Optional.empty(), layers.check("a", uid));
    assertEquals(0755, (int) Files.getAttribute(layers.of("a").resolve("upper"), "unix:mode") & 07777);
    assertEquals(0700, (int) Files.getAttribute(layers.of("a").resolve("work"), "unix:mode") & 07777);
    assertEquals((int) uid, Files.getAttribute(layers.of("a").resolve("upper"), "unix:uid"));
    assertEquals((int) uid, Files.getAttribute(layers.of("a").resolve("work"), "unix:uid"));
    assertEquals(new TreeSet<>(List.of("a")), layers.names());
    assertTrue(layers.usage("a").whole());
  }

  @Test
  void rootGivesEachLayerAUserOfItsOwnAndOthersHaveOnlyThemselves() throws IOException {
    if (!HostUser.current().isRoot()) {
      assertEquals(HostUser.current().uid(), uid);
      assertThrows(IllegalArgumentException.class, () -> layers.create("a", uid + 1));
      return;
    }
    assertEquals(2_000_010_000L, uid);
    layers.create("a", uid);
    assertEquals(2_000_010_001L, layers.freeUid(Set.of()));
    assertEquals(2_000_010_003L, layers.freeUid(Set.of(2_000_010_001L, 2_000_010_002L)));
    layers.remove("a");
    assertEquals(2_000_010_000L, layers.freeUid(Set.of()));
    Set<Long> all = new TreeSet<>();
    for (long each = Layers.FIRST_UID; each < Layers.FIRST_UID + Layers.COUNT; each++) {
      all.add(each);
    }
    StoreException refusal = assertThrows(StoreException.class, () -> layers.freeUid(all));
    assertTrue(refusal.toString().contains("all 50000 user ids"), refusal.toString());
  }

  @Test
  void emptyLayersThatNobodyKnowsAreRemovedAndThoseThatHoldSomethingAreNot() throws IOException {
    for (String name : List.of("empty", "full", "known")) {
      layers.create(name, uid);
    }
    Path kept = Files.createFile(layers.of("full").resolve("upper/kept"));
    Files.createDirectory(home.resolve("layers/.b.0badcafe.tmp"));
    layers.retain(Set.of("known"));
    assertEquals(new TreeSet<>(List.of("full", "known")), layers.names());
    assertTrue(Files.exists(kept));
    assertFalse(Files.exists(home.resolve("layers/.b.0badcafe.tmp")));
  }

  @Test
  void anEmptyLayerOfAKilledApplyIsReplacedAndOneThatHoldsSomethingIsNot() throws IOException {
    layers.create("a", uid);
    layers.create("a", uid);
    Path kept = Files.createFile(layers.of("a").resolve("upper/kept"));
    StoreException refusal = assertThrows(StoreException.class, () -> layers.create("a", uid));
    assertTrue(refusal.toString().contains(layers.of("a") + " holds what an earlier sandbox a"), refusal.toString());
    assertTrue(Files.exists(kept));
    Files.createDirectory(home.resolve("layers/.b.0badcafe.tmp"));
    layers.create("b", uid);
    assertFalse(Files.exists(home.resolve("layers/.b.0badcafe.tmp")));
    Files.createFile(home.resolve("layers/c"));
    assertThrows(StoreException.class, () -> layers.create("c", uid));
  }

  @Test
  void whatIsDamagedIsRepairedWithoutLoss() throws IOException {
    Path layer = layers.of("a");
    Path kept = layer.resolve("upper/kept");
    layers.repair("a", uid);
    Files.writeString(kept, "precious");
    HostileTree.close(layer.resolve("upper"), "---------");
    assertRepaired(Damage.ALTERED);
    HostileTree.close(layer, "---------");
    assertRepaired(Damage.ALTERED);
    Files.delete(layer.resolve("work"));
    assertRepaired(Damage.ALTERED);
    Files.delete(layer.resolve("work"));
    Files.createSymbolicLink(layer.resolve("work"), layer.resolve("upper"));
    assertRepaired(Damage.ALTERED);
    if (HostUser.current().isRoot()) {
      Files.setAttribute(layer.resolve("upper"), "unix:uid", 7);
      assertRepaired(Damage.ALTERED);
      Files.setAttribute(layer.resolve("work"), "unix:gid", 7);
      assertRepaired(Damage.ALTERED);
    }
    assertEquals("precious", Files.readString(kept));
    Files.delete(kept);
    Files.delete(layer.resolve("upper"));
    assertRepaired(Damage.MISSING);
  }

  private void assertRepaired(Damage damage) throws IOException {
    assertEquals(Optional.of(damage), layers.check("a", uid));
    layers.repair("a", uid);
    assertEquals(Optional.empty(), layers.check("a", uid));
  }

  @Test
  void somethingElseInItsPlaceIsLeftThereAndTold() throws IOException {
    layers.create("a", uid);
    Path upper = layers.of("a").resolve("upper");
    Files.delete(upper);
    Path canary = HostileTree.canary(home.resolve("files"));
    Files.createSymbolicLink(upper, canary);
    assertEquals(Optional.of(Damage.ALTERED), layers.check("a", uid));
    StoreException refusal = assertThrows(StoreException.class, () -> layers.repair("a", uid));
    assertTrue(refusal.toString().contains(upper + " should be a directory"), refusal.toString());
    layers.remove("a");
    assertTrue(HostileTree.isUntouched(canary));
    Files.createSymbolicLink(layers.of("b"), canary);
    assertEquals(Optional.of(Damage.ALTERED), layers.check("b", uid));
    assertThrows(StoreException.class, () -> layers.repair("b", uid));
    assertTrue(HostileTree.isUntouched(canary));
  }

  @Test
  void hostileLayersAreMeasuredAndRemoved() throws IOException {
    layers.create("a", uid);
    Path upper = layers.of("a").resolve("upper");
    Path canary = HostileTree.canary(home.resolve("files"));
    HostileTree.deep(upper.resolve("deep"), 5000);
    HostileTree.odd(upper.resolve("odd"), canary);
    try (RandomAccessFile sparse = new RandomAccessFile(upper.resolve("sparse").toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    Layers.Usage usage = layers.usage("a");
    assertTrue(usage.bytes() >= 100_000 && usage.bytes() < 100_000_000, usage.toString());
    assertEquals(HostUser.current().isRoot(), usage.whole());
    layers.remove("a");
    assertEquals(Set.of(), layers.names());
    assertEquals(new Layers.Usage(0, true), layers.usage("a"));
    assertTrue(HostileTree.isUntouched(canary));
  }

  @Test
  void anOrdinaryUserIsToldThatThereMayBeMoreThanHeSees() throws Exception {
    OrdinaryUser.run(elsewhere, MeasureAsOrdinaryUser.class);
  }

  /** Fails with its exit status. */
  static final class MeasureAsOrdinaryUser {
    private MeasureAsOrdinaryUser() {}

    public static void main(String[] arguments) throws IOException {
      Layers layers = layers(Path.of(arguments[0]).resolve("home"));
      long uid = layers.freeUid(Set.of());
      assertEquals(HostUser.current().uid(), uid);
      layers.create("a", uid);
      Path upper = layers.of("a").resolve("upper");
      Files.write(upper.resolve("seen"), new byte[50_000]);
      assertTrue(layers.usage("a").whole());
      HostileTree.odd(upper.resolve("odd"), HostileTree.canary(Path.of(arguments[0])));
      Layers.Usage usage = layers.usage("a");
      assertTrue(usage.bytes() >= 50_000 && !usage.whole(), usage.toString());
      HostileTree.close(upper, "---------");
      assertThrows(StoreException.class, () -> layers.create("a", uid));
      assertEquals(Optional.of(Damage.ALTERED), layers.check("a", uid));
      layers.repair("a", uid);
      assertEquals(Optional.empty(), layers.check("a", uid));
      layers.remove("a");
      assertEquals(Set.of(), layers.names());
      System.out.println("passed");
    }
  }

  @Test
  void namesThatLeadElsewhereAreRefused() {
    for (String wrong : List.of("", ".", "..", "../files", "a/b", ".a.tmp")) {
      assertThrows(IllegalArgumentException.class, () -> layers.of(wrong));
    }
  }

  @Test
  void whoeverIsKilledLeavesAWholeLayerOrNone() throws Exception {
    Random random = new Random(17);
    for (int kills = 0; kills < 12; kills++) {
      try (ChildJvm child = new ChildJvm(Changer.class, home.toString())) {
        child.readLine();
        Thread.sleep(random.nextInt(40));
        child.kill();
      }
      for (String name : layers.names()) {
        assertEquals(Optional.empty(), layers.check(name, uid));
      }
      layers.remove("a");
      layers.create("a", uid);
      layers.remove("a");
      for (String place : List.of("layers", "trash")) {
        assertEquals(List.of(), List.of(Optional.ofNullable(home.resolve(place).toFile().list()).orElseThrow()));
      }
    }
  }

  /** Makes, fills and removes a layer, until it is killed. */
  static final class Changer {
    private Changer() {}

    public static void main(String[] arguments) throws IOException {
      Layers layers = layers(Path.of(arguments[0]));
      while (true) {
        layers.create("a", layers.freeUid(Set.of()));
        HostileTree.wide(layers.of("a").resolve("upper"), 20);
        layers.remove("a");
        // Before the first time it is busy with the loading of classes, and no test of anything.
        System.out.println("one more");
      }
    }
  }
}
