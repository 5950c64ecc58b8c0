package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A document that is not understood deletes nothing. */
final class LeftOutIT {
  private static final String KEPT =
      "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: %s\nscripts: {a: {run: echo}}\n";

  private Box box = Box.of(Caller.all().findFirst().orElseThrow());
  private Path manifests = box.directory();

  LeftOutIT() throws IOException {}

  @BeforeEach
  void applyTwoManifests() throws Exception {
    manifests = Files.createDirectories(box.directory().resolve("d"));
    write("one.yaml", KEPT.formatted("one"));
    write("two.yaml", KEPT.formatted("two"));
    assertEquals(0, box.run("apply", "d").exit());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(manifests.resolve(name), text);
  }

  private String names() throws Exception {
    return box.run("list", "-o", "name").out();
  }

  @Test
  void aMisspeltVersionIsAnErrorWithItsPlace() throws Exception {
    for (String version : new String[] {"Chroot-Lite/v1", "''", "v1", "1"}) {
      write("one.yaml", KEPT.formatted("one").replace("chroot-lite/v1", version));
      Caller.Outcome outcome = box.run("apply", "d");
      assertEquals(2, outcome.exit(), version);
      assertTrue(outcome.err().contains("d/one.yaml:1:13: error: apiVersion: "), outcome.err());
      assertEquals("one\ntwo\n", names());
    }
  }

  @Test
  void aFileOfAnAppliedSandboxThatHoldsSomethingElseIsAnError() throws Exception {
    write("one.yaml", "services: {web: {image: nginx}}\n");
    Caller.Outcome outcome = box.run("apply", "d");
    assertEquals(2, outcome.exit());
    String message = "d/one.yaml:1: is not a sandbox, but one was applied from this file";
    assertTrue(outcome.err().contains(message), outcome.err());
    assertEquals(2, box.run("diff", "d").exit());
    assertEquals("one\ntwo\n", names());
  }

  @Test
  void nothingIsDeletedWhileSomethingIsLeftOut() throws Exception {
    write("compose.yaml", "services: {web: {image: nginx}}\n");
    Files.delete(manifests.resolve("one.yaml"));
    Caller.Outcome outcome = box.run("apply", "d");
    assertEquals(0, outcome.exit());
    assertTrue(outcome.err().contains("is left out; nothing is deleted while it is here"), outcome.err());
    assertEquals("one\ntwo\n", names());
    Files.delete(manifests.resolve("compose.yaml"));
    assertEquals(0, box.run("apply", "d").exit());
    assertEquals("two\n", names());
  }

  @Test
  void aManifestThatIsThereButIsNotReadKeepsItsSandbox() throws Exception {
    write(".hidden.yaml", KEPT.formatted("hidden"));
    write("other.conf", KEPT.formatted("other"));
    Files.createDirectory(manifests.resolve("sub"));
    write("sub/linked.yaml", KEPT.formatted("linked"));
    assertEquals(0, box.run("apply", "d/.hidden.yaml", "d/other.conf", "d/sub/linked.yaml").exit());
    Files.move(manifests.resolve("sub"), box.directory().resolve("sub"));
    Files.createSymbolicLink(manifests.resolve("sub"), Path.of("../sub"));
    Files.delete(manifests.resolve("one.yaml"));
    Caller.Outcome outcome = box.run("apply", "d");
    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals("hidden\nlinked\nother\ntwo\n", names());
    Files.delete(manifests.resolve("other.conf"));
    assertEquals(0, box.run("apply", "d").exit());
    assertEquals("hidden\nlinked\ntwo\n", names());
  }

  @Test
  void aNameOfAManifestThatWasNotReadIsNotTakenAway() throws Exception {
    write(".hidden.yaml", KEPT.formatted("hidden"));
    assertEquals(0, box.run("apply", "d/.hidden.yaml").exit());
    write("seen.yaml", KEPT.formatted("hidden"));
    Caller.Outcome outcome = box.run("apply", "d");
    assertEquals(2, outcome.exit());
    assertTrue((outcome.out() + outcome.err()).contains(".hidden.yaml"), outcome.out() + outcome.err());
  }

  @Test
  void aManifestThatBecomesALinkToAnotherFileIsStillRead() throws Exception {
    Files.move(manifests.resolve("one.yaml"), box.directory().resolve("moved.yaml"));
    Files.createSymbolicLink(manifests.resolve("one.yaml"), Path.of("../moved.yaml"));
    Caller.Outcome outcome = box.run("apply", "d");
    assertEquals(0, outcome.exit(), outcome.out() + outcome.err());
    assertEquals("one\ntwo\n", names());
  }
}
