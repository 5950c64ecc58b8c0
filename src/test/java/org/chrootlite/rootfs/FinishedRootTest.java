package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.model.Sandbox;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where mount targets lie in a root that has links. */
final class FinishedRootTest {
  @TempDir private Path directory;
  private Path rootfs;
  private Path data;

  @BeforeEach
  void makeARootAsDistributionsHaveIt() throws IOException {
    rootfs = directory.resolve("rootfs");
    data = Files.createDirectories(directory.resolve("data"));
    for (String name : new String[] {"usr/bin", "var", "etc", "run", "tmp", "work"}) {
      Files.createDirectories(rootfs.resolve(name));
    }
    link("bin", "usr/bin");
    link("var/run", "/run");
    link("var/lock", "/run/lock");
    link("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
  }

  private void link(String path, String target) throws IOException {
    Files.createSymbolicLink(rootfs.resolve(path), Path.of(target));
  }

  private FinishedRoot root(String mounts) {
    return new FinishedRoot(sandbox(mounts), rootfs, Optional.empty());
  }

  private Sandbox sandbox(String mounts) {
    try {
      Path manifest = directory.resolve("sandbox.yaml");
      String head = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: box\nmounts:\n";
      Files.writeString(manifest, head + mounts.indent(2) + "scripts: {hello: {run: echo}}\n");
      return Given.sandboxes(manifest).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String place(String target, String mounts) throws IOException {
    return root(mounts).places().getOrDefault(target, "missing");
  }

  @Test
  void linksOfTheRootfsAreFollowed() throws IOException {
    assertEquals("/usr/bin/f", place("/bin/f", "- {source: ./data, target: /bin/f}"));
    assertEquals("/run/lock/x", place("/var/lock/x", "- {tmpfs: /var/lock/x}"));
    String resolver = place("/etc/resolv.conf", "- {source: ./data, target: /etc/resolv.conf}");
    assertEquals("/run/systemd/resolve/stub-resolv.conf", resolver);
  }

  @Test
  void linksBelowAMountAreNot() throws IOException {
    Files.createSymbolicLink(data.resolve("link"), Path.of("/run"));
    link("usr/link", "/run");
    String mounts = "- {source: ./data, target: /usr}\n- {tmpfs: /usr/link/x}";
    assertEquals("/usr/link/x", place("/usr/link/x", mounts));
    assertEquals(Optional.of("/usr/link -> /run"), root(mounts).linkOnTheWayTo("/usr/link/x"));
  }

  @Test
  void theOuterMountDecidesWhicheverComesFirstInTheManifest() throws IOException {
    String inner = "- {source: ./data, target: /bin/awk}\n- {source: ./data, target: /usr}";
    assertEquals("/usr/bin/awk", place("/bin/awk", inner));
  }

  @Test
  void twoTargetsWithTheSamePlaceAreAConflict() {
    String mounts = "- {tmpfs: /bin/x}\n- {tmpfs: /usr/bin/x}";
    RootfsException conflict = assertThrows(RootfsException.class, () -> root(mounts).places());
    assertEquals(
        directory
            + "/sandbox.yaml:6: mounts[1]: target /usr/bin/x leads to /usr/bin/x, and so does the target /bin/x of"
            + " another mount: mount one of them somewhere else",
        conflict.getMessage());
  }

  @Test
  void theDirectoryOfTheScriptIsNobodysTarget() {
    RootfsException conflict =
        assertThrows(RootfsException.class, () -> root("- {source: ./data, target: /var/run}").places());
    assertEquals(
        directory
            + "/sandbox.yaml:5: mounts[0]: target /var/run leads to /run, where the script is: use a directory"
            + " below it",
        conflict.getMessage());
  }

  @Test
  void aTargetThatAnotherMountCutsOffIsAConflict() throws IOException {
    Files.createDirectories(rootfs.resolve("y"));
    link("y/link", "/z");
    link("q", "y");
    String mounts = "- {tmpfs: /q/link}\n- {tmpfs: /y}";
    RootfsException conflict = assertThrows(RootfsException.class, () -> root(mounts).places());
    String message = String.valueOf(conflict.getMessage());
    assertTrue(message.contains("leads through a link of the rootfs that another mount hides"), message);
  }

  @Test
  void linksInCirclesAndIntoTheSandboxsOwnDirectoriesAreNotFollowed() throws IOException {
    link("circle", "circle");
    link("processes", "/proc/self/root");
    link("top", "/");
    Map<String, String> places =
        root("- {tmpfs: /circle/a}\n- {tmpfs: /processes}\n- {tmpfs: /top}").places();
    assertEquals("/circle/a", places.get("/circle/a"));
    assertEquals("/processes", places.get("/processes"));
    assertEquals("/top", places.get("/top"));
  }

  @Test
  void whatIsKeptHidesTheRootfsAndItsLinksAreNotFollowed() throws IOException {
    Path upper = Files.createDirectories(directory.resolve("upper"));
    Files.createDirectories(upper.resolve("bin"));
    Files.createSymbolicLink(upper.resolve("opt"), Path.of("usr"));
    Sandbox sandbox = sandbox("- {tmpfs: /bin/x}\n- {tmpfs: /opt/y}");
    Map<String, String> places = new FinishedRoot(sandbox, rootfs, Optional.of(upper)).places();
    assertEquals("/bin/x", places.get("/bin/x"));
    assertEquals("/opt/y", places.get("/opt/y"));
  }
}
