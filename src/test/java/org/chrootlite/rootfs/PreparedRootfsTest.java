package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class PreparedRootfsTest {
  private static final List<String> PATH = List.of("/usr/bin", "/bin", "relative", "");

  @TempDir Path directory;
  private FakeHost tree;

  @BeforeEach
  void furnish() throws IOException {
    tree = new FakeHost(directory);
    byte[] script = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
    tree.file("/usr/bin/tool", script, "rwxr-xr-x").text("/usr/bin/notes", "").directory("/usr/bin/folder");
    tree.link("/bin", "usr/bin").link("/usr/bin/loop", "loop").link("/usr/bin/host", "/bin/../../../../../bin/tool");
  }

  @Test
  void executablesAreFoundInsideTheTree() throws IOException {
    PreparedRootfs rootfs = PreparedRootfs.ofDirectory(directory);
    assertEquals(Optional.of("/usr/bin/tool"), rootfs.executable("tool", PATH));
    assertEquals(Optional.of("/bin/tool"), rootfs.executable("/bin/tool", PATH));
    assertEquals(Optional.of("/usr/bin/host"), rootfs.executable("host", PATH));
    for (String no : List.of("notes", "folder", "loop", "absent", "", "../tool", "./tool", "a\0b", "/", "/usr/bin")) {
      assertEquals(Optional.empty(), rootfs.executable(no, PATH), no);
    }
    assertEquals(
        new TreeSet<>(List.of("folder", "host", "loop", "notes", "tool")), rootfs.commands(List.of("/bin", "/gone")));
  }

  @Test
  void aLinkToAProgramOfTheHostIsNoProgram() throws IOException {
    tree.link("/usr/bin/escape", System.getProperty("java.home") + "/bin/java");
    assertEquals(Optional.empty(), PreparedRootfs.ofDirectory(directory).executable("escape", PATH));
    Files.delete(tree.path("/usr/bin/escape"));
  }

  @Test
  void aDirectoryIsKnownByItsRealPath() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("usr"));
    PreparedRootfs rootfs = PreparedRootfs.ofDirectory(link);
    assertEquals(new PreparedRootfs.OfUser(directory.toRealPath().resolve("usr")), rootfs);
    assertEquals("directory " + rootfs.root(), rootfs.describe());
  }

  @Test
  void whatIsNoDirectoryIsRefused() {
    assertRefused(Path.of("relative"), "is not an absolute path");
    assertRefused(directory.resolve("gone"), "does not exist");
    assertRefused(directory.resolve("usr/bin/tool"), "is not a directory");
    assertRefused(Path.of("/"), "the host's own root");
    assertRefused(Path.of("/usr/.."), "the host's own root");
  }

  private static void assertRefused(Path path, String why) {
    RootfsException refusal = assertThrows(RootfsException.class, () -> PreparedRootfs.ofDirectory(path));
    assertTrue(refusal.toString().contains(why), refusal.toString());
  }
}
