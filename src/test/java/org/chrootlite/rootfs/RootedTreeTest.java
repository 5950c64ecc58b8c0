package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class RootedTreeTest {
  @TempDir Path outside;
  private Path root;
  private RootedTree tree;

  @BeforeEach
  void makeTree() throws IOException {
    root = Files.createDirectories(outside.resolve("root"));
    tree = new RootedTree(root);
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectories(root.resolve("usr/bin"));
    Files.writeString(root.resolve("usr/bin/tool"), "tool");
  }

  /** Before JUnit does, which warns of every link that leads out of the directory. */
  @AfterEach
  void removeLinks() throws IOException {
    TreeWriter.delete(root);
  }

  @Test
  void honestLinksAreFollowedAndReported() throws IOException {
    link("bin", "usr/bin");
    link("usr/bin/name", "/etc/alternatives/name");
    link("etc/alternatives/name", "/bin/tool");
    RootedTree.Found found = tree.find("/bin/name").orElseThrow();
    assertEquals("/usr/bin/tool", found.path());
    assertTrue(found.stat().isRegular());
    assertEquals(
        List.of(
            new RootedTree.Link("/bin", "usr/bin"),
            new RootedTree.Link("/usr/bin/name", "/etc/alternatives/name"),
            new RootedTree.Link("/etc/alternatives/name", "/bin/tool"),
            new RootedTree.Link("/bin", "usr/bin")),
        found.links());
  }

  @Test
  void noLinkLeadsOutOfTheTree() throws IOException {
    link("up", "../secret");
    link("absolute", outside.resolve("secret").toString());
    link("deep", "../../../../../../../../../.." + outside.resolve("secret"));
    for (String name : List.of("/up", "/absolute", "/deep", "/../secret", "/usr/../../secret")) {
      assertTrue(tree.find(name).isEmpty(), name);
    }
    link("top", "../../..");
    assertEquals("/", tree.find("/top").orElseThrow().path());
    assertEquals("/usr/bin/tool", tree.find("/top/usr/bin/tool").orElseThrow().path());
  }

  @Test
  void circlesLeadNowhere() throws IOException {
    link("self", "self");
    link("a", "b");
    link("b", "/a");
    link("deeper", "deeper/x");
    for (String name : List.of("/self", "/a", "/b/x", "/deeper")) {
      assertTrue(tree.find(name).isEmpty(), name);
    }
  }

  @Test
  void asManyLinksAreFollowedAsTheKernelFollows() throws IOException {
    link("l0", "usr/bin/tool");
    for (int i = 1; i <= 40; i++) {
      link("l" + i, "l" + (i - 1));
    }
    assertTrue(tree.find("/l39").isPresent());
    assertTrue(tree.find("/l40").isEmpty());
  }

  @Test
  void strangeNamesLeadNowhere() throws IOException {
    for (String name : List.of("/usr/bin/tool/x", "/usr/bin/tool/../tool/x", "/" + "n".repeat(300), "/nul\0nul")) {
      assertTrue(tree.find(name).isEmpty(), name);
    }
    assertEquals("/", tree.find("/").orElseThrow().path());
    assertEquals("/usr/bin", tree.find("//usr/./bin//").orElseThrow().path());
  }

  private void link(String path, String target) throws IOException {
    Path link = root.resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }
}
