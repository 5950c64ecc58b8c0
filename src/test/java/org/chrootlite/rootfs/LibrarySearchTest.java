package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibrarySearchTest {
  private static final String MULTIARCH = "/usr/lib/x86_64-linux-gnu/";

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void furnish() throws IOException {
    host = new FakeHost(root);
    host.object(MULTIARCH + "libc.so.6", new ElfBuilder());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "ls", "tar", "ps", "find", "python3", "grep", "JAVA"})
  void lddFindsTheSameFiles(String program) throws Exception {
    // Java's launcher finds a library by $ORIGIN.
    String path = program.equals("JAVA") ? System.getProperty("java.home") + "/bin/java" : "/usr/bin/" + program;
    assertLddAgrees(Path.of(path).toRealPath().toString());
  }

  @Test
  void lddFindsTheSameFilesForPythonsModules() throws Exception {
    Path library = Path.of("/usr/lib", Path.of("/usr/bin/python3").toRealPath().getFileName().toString());
    int compared = 0;
    try (var modules = Files.newDirectoryStream(library.resolve("lib-dynload"), "_{ssl,sqlite3,ctypes,curses}*.so")) {
      for (Path module : modules) {
        assertLddAgrees(module.toString());
        compared++;
      }
    }
    assertTrue(compared >= 4, "only " + compared);
  }

  private static void assertLddAgrees(String path) throws Exception {
    RootedTree real = new RootedTree(Path.of("/"));
    LibrarySearch.Closure closure = new LibrarySearch(real).closure(path).orElseThrow();
    assertEquals(List.of(), closure.missing());
    TreeSet<String> ours = new TreeSet<>();
    for (LibrarySearch.Library library : closure.libraries()) {
      ours.add(Path.of(library.path()).toRealPath().toString());
    }
    TreeSet<String> theirs = new TreeSet<>();
    Matcher line = Pattern.compile("(?m)^\\s(?:\\S+ => )?(/\\S+) \\(0x").matcher(Command.run("ldd", path));
    while (line.find()) {
      theirs.add(Path.of(line.group(1)).toRealPath().toString());
    }
    // ldd loads a library by the loader, which it shows; a closure names it only for what has an interpreter.
    theirs.removeIf(file -> file.contains("/ld-linux") && !ours.contains(file));
    assertEquals(theirs, ours);
    assertFalse(ours.isEmpty());
  }

  @Test
  void runpathIsForTheObjectAloneAndRpathForAllThatItLoads() throws IOException {
    host.object("/opt/one/libdeep.so", new ElfBuilder());
    host.object("/opt/one/liba.so", new ElfBuilder().needs("libdeep.so"));
    host.object("/bin/runpath", new ElfBuilder().needs("liba.so").runpath("/opt/one"));
    host.object("/bin/rpath", new ElfBuilder().needs("liba.so").rpath("/opt/one"));
    assertEquals(List.of("/opt/one/liba.so"), paths("/bin/runpath"));
    assertEquals(
        List.of(new LibrarySearch.Missing("libdeep.so", "/opt/one/liba.so")), closure("/bin/runpath").missing());
    assertEquals(List.of("/opt/one/liba.so", "/opt/one/libdeep.so"), paths("/bin/rpath"));
  }

  @Test
  void runpathSilencesRpathAndOriginIsWhereTheObjectIs() throws IOException {
    host.object("/opt/lib/liba.so", new ElfBuilder());
    host.object("/opt/old/liba.so", new ElfBuilder());
    host.object(
        "/opt/bin/tool", new ElfBuilder().needs("liba.so").rpath("/opt/old").runpath("relative:${ORIGIN}/../lib"));
    assertEquals(List.of("/opt/bin/../lib/liba.so"), paths("/opt/bin/tool"));
  }

  @Test
  void whatTheLoaderKnowsGoesBeforeWhatOnlyTheCacheKnows() throws IOException {
    host.text("/etc/ld.so.conf", "# comment\ninclude ld.so.conf.d/*.conf\nhwcap 1 nosegneg\n/opt/last # here\n");
    host.text("/etc/ld.so.conf.d/a.conf", "/opt/first\n");
    host.text("/etc/ld.so.conf.d/b.conf.disabled", "/opt/never\n");
    host.object("/opt/first/libc.so.6", new ElfBuilder());
    host.object("/opt/first/libx.so", new ElfBuilder());
    host.object("/opt/last/libx.so", new ElfBuilder());
    host.object("/opt/never/libn.so", new ElfBuilder());
    host.object("/bin/tool", new ElfBuilder().needs("libc.so.6", "libx.so", "libn.so"));
    assertEquals(
        List.of(
            new LibrarySearch.Library("libc.so.6", MULTIARCH + "libc.so.6", false),
            new LibrarySearch.Library("libx.so", "/opt/first/libx.so", true)),
        closure("/bin/tool").libraries());
    assertEquals(List.of(new LibrarySearch.Missing("libn.so", "/bin/tool")), closure("/bin/tool").missing());
  }

  @Test
  void objectsOfAnotherMachineAndFilesThatAreNoneArePassedOver() throws IOException {
    host.object("/lib64/libx.so", new ElfBuilder().machine(183));
    host.text("/usr/lib64/libx.so", "INPUT(libx.so.1)");
    host.file("/lib/libx.so", Arrays.copyOf(new ElfBuilder().needs("a").build(), 100), "rwxr-xr-x");
    host.object("/usr/lib/libx.so", new ElfBuilder());
    host.object("/bin/tool", new ElfBuilder().needs("libx.so"));
    assertEquals(List.of("/usr/lib/libx.so"), paths("/bin/tool"));
  }

  @Test
  void librariesThatNeedEachOtherEndTheSearch() throws IOException {
    host.object("/lib/liba.so", new ElfBuilder().needs("libb.so"));
    host.object("/lib/libb.so", new ElfBuilder().needs("liba.so", "libb.so"));
    host.object("/bin/tool", new ElfBuilder().interpreter("/lib/ld.so").needs("liba.so"));
    host.object("/lib/ld.so", new ElfBuilder());
    assertEquals(List.of("/lib/ld.so", "/lib/liba.so", "/lib/libb.so"), paths("/bin/tool"));
  }

  @Test
  void configurationThatIncludesItselfEnds() throws IOException {
    host.text("/etc/ld.so.conf", "include /etc/ld.so.conf\ninclude /etc/*.conf\n/opt/lib\n");
    host.object("/opt/lib/libx.so", new ElfBuilder());
    assertTrue(new LibrarySearch(host.tree()).named("libx.so", 62).isPresent());
  }

  private LibrarySearch.Closure closure(String path) throws IOException {
    Optional<LibrarySearch.Closure> closure = new LibrarySearch(host.tree()).closure(path);
    return closure.orElseThrow();
  }

  private List<String> paths(String path) throws IOException {
    List<String> paths = new ArrayList<>();
    closure(path).libraries().forEach(library -> paths.add(library.path()));
    return paths;
  }
}
