package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class TreePlannerTest {
  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void furnish() {
    host = new FakeHost(root);
  }

  /** Before JUnit does, which warns of every link that leads out of the directory. */
  @AfterEach
  void removeLinks() throws IOException {
    TreeWriter.delete(root);
  }

  @Test
  void aHostWithMergedUsrGivesATreeWithMergedUsr() throws IOException {
    host.link("/bin", "usr/bin").link("/lib", "usr/lib").link("/lib64", "usr/lib64");
    host.object("/usr/lib/x86_64-linux-gnu/libc.so.6", new ElfBuilder().interpreter("/lib64/ld.so"));
    host.object("/usr/lib/x86_64-linux-gnu/ld.so", new ElfBuilder());
    host.link("/usr/lib64/ld.so", "/lib/x86_64-linux-gnu/ld.so");
    host.object("/usr/bin/dash", new ElfBuilder().interpreter("/lib64/ld.so").needs("libc.so.6"));
    host.link("/usr/bin/sh", "dash");
    assertEquals(
        List.of(
            "/ directory",
            "/bin -> usr/bin",
            "/lib -> usr/lib",
            "/lib64 -> usr/lib64",
            "/usr directory",
            "/usr/bin directory",
            "/usr/bin/dash file",
            "/usr/bin/sh -> dash",
            "/usr/lib directory",
            "/usr/lib/x86_64-linux-gnu directory",
            "/usr/lib/x86_64-linux-gnu/ld.so file",
            "/usr/lib/x86_64-linux-gnu/libc.so.6 file",
            "/usr/lib64 directory",
            "/usr/lib64/ld.so -> /lib/x86_64-linux-gnu/ld.so"),
        plan("asOnHost: [/bin, /sbin, /lib, /lib64]\nprograms: [{names: [sh], package: dash}]"));
  }

  @Test
  void aHostWithoutMergedUsrGivesATreeWithout() throws IOException {
    host.object("/lib/ld-musl.so.1", new ElfBuilder()).link("/lib/libc.so", "ld-musl.so.1");
    host.object("/bin/busybox", new ElfBuilder().interpreter("/lib/ld-musl.so.1").needs("libc.so"));
    host.link("/bin/sh", "/bin/busybox").directory("/usr/bin");
    assertEquals(
        List.of(
            "/ directory",
            "/bin directory",
            "/bin/busybox file",
            "/bin/sh -> /bin/busybox",
            "/lib directory",
            "/lib/ld-musl.so.1 file",
            "/lib/libc.so -> ld-musl.so.1"),
        plan("asOnHost: [/bin, /sbin, /lib]\nprograms: [{names: [sh], package: busybox}]"));
  }

  @Test
  void theInterpreterOfAScriptComesAlong() throws IOException {
    host.object("/usr/bin/sh", new ElfBuilder());
    host.file("/usr/bin/which", "#! /usr/bin/sh -e\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), "rwxr-xr-x");
    assertTrue(plan("programs: [{names: [which], package: w}]").contains("/usr/bin/sh file"));
  }

  @Test
  void scriptsThatInterpretEachOtherEnd() throws IOException {
    byte[] script = "#!/usr/bin/loop\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    host.file("/usr/bin/loop", script, "rwxr-xr-x");
    assertEquals(
        List.of("/ directory", "/usr directory", "/usr/bin directory", "/usr/bin/loop file"),
        plan("programs: [{names: [loop], package: w}]"));
  }

  @Test
  void aLibraryThatOnlyTheCacheKnowsIsLinkedBesideLibc() throws IOException {
    host.text("/etc/ld.so.conf", "/opt/lib\n");
    host.object("/usr/lib64/libc.so.6", new ElfBuilder());
    host.object("/opt/lib/libx.so.1.2", new ElfBuilder()).link("/opt/lib/libx.so.1", "libx.so.1.2");
    host.object("/usr/bin/tool", new ElfBuilder().needs("libx.so.1", "libc.so.6"));
    assertTrue(
        plan("programs: [{names: [tool], package: t}]").contains("/usr/lib64/libx.so.1 -> /opt/lib/libx.so.1.2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ID=debian                                    | apt-get install d-awk mytool
          ID=linuxmint;ID_LIKE="ubuntu debian"         | apt-get install d-awk mytool
          ID="rocky";ID_LIKE="rhel centos fedora"      | dnf install f-awk mytool
          ID=alpine                                    | apk add a-awk mytool
          ID=plan9                                     | install these packages, as Debian calls them: d-awk mytool
          """)
  void allThatIsMissingIsReportedAtOnceWithWhatToInstall(String release, String advice) throws IOException {
    host.text("/etc/os-release", release.replace(';', '\n') + "\n").text("/usr/bin/tool2", "not executable");
    RootfsException missing =
        assertThrows(
            RootfsException.class,
            () ->
                plan(
                    """
                    programs:
                      - {names: [tool1, tool2], package: mytool}
                      - {names: [awk], package: {debian: d-awk, fedora: f-awk, alpine: a-awk}}
                      - {names: [extra], package: e, optional: true}
                    """));
    String awk = advice.replaceAll(".*(.-awk).*", "$1");
    assertEquals(
        """
        the host lacks what rootfs template "r" is made of:
          tool1  (package mytool)
          tool2  (package mytool)
          awk  (package %s)
        to get it: %s""".formatted(awk, advice),
        missing.getMessage());
  }

  @Test
  void aProgramThatLacksALibraryIsAnErrorThatNamesBoth() throws IOException {
    host.object("/usr/bin/tool", new ElfBuilder().needs("libgone.so"));
    RootfsException broken =
        assertThrows(RootfsException.class, () -> plan("programs: [{names: [tool], package: t}]"));
    assertTrue(broken.toString().contains("libgone.so, needed by /usr/bin/tool"), broken.toString());
  }

  @Test
  void aRecipeThatContradictsTheHostIsAnError() throws IOException {
    host.link("/bin", "usr/bin").object("/usr/bin/tool", new ElfBuilder());
    RootfsException contradiction =
        assertThrows(
            RootfsException.class,
            () -> plan("asOnHost: [/bin]\nprograms: [{names: [tool], package: t}]\nfiles: {/bin/extra: x}"));
    assertTrue(contradiction.toString().contains(" at /bin"), contradiction.toString());
  }

  @Test
  void theFirstSourceThatHoldsAllIsCopiedWithoutWhatIsExcluded() throws IOException {
    host.object("/usr/bin/python3.11", new ElfBuilder()).link("/usr/bin/python3", "python3.11");
    host.directory("/usr/lib64/python3.11/site-packages");
    host.text("/usr/lib/python3.11/os.py", "").text("/usr/lib/python3.11/test/x.py", "");
    host.text("/usr/lib/python3.11/json/tests/y.py", "").text("/usr/lib/python3.11/json/tests.py", "");
    host.text("/usr/lib/python3.11/config-3.11/lib.a", "").text("/usr/lib/python3.11/xml/config", "");
    host.text("/usr/lib/python3.11/xml/sax/gone", "").text("/usr/lib/python3.11/sax/gone", "");
    host.link("/usr/lib/python3.11/alias.py", "os.py");
    assertEquals(
        List.of(
            "/usr/lib/python3.11 directory",
            "/usr/lib/python3.11/alias.py -> os.py",
            "/usr/lib/python3.11/json directory",
            "/usr/lib/python3.11/json/tests.py file",
            "/usr/lib/python3.11/os.py file",
            "/usr/lib/python3.11/sax directory",
            "/usr/lib/python3.11/sax/gone file",
            "/usr/lib/python3.11/xml directory",
            "/usr/lib/python3.11/xml/config file",
            "/usr/lib/python3.11/xml/sax directory"),
        plan(
                """
                programs: [{names: [python3], package: p}]
                copy:
                  - from: ["/usr/lib64/{python3}", "/usr/lib/{python3}"]
                    contains: [os.py]
                    exclude: [test, tests, "config-*", xml/sax/gone]
                    package: p
                """)
            .stream()
            .filter(line -> line.startsWith("/usr/lib/python3.11"))
            .toList());
  }

  @Test
  void aHostileDirectoryGivesNothingButItsOwnFiles() throws Exception {
    host.text("/etc/shadow", "secret").text("/data/own", "").directory("/data/sub");
    host.link("/data/absolute", "/etc/shadow").link("/data/relative", "../etc/shadow");
    host.link("/data/outside", "/etc").link("/data/self", "self").link("/data/a", "b").link("/data/b", "a");
    host.link("/data/climb", "../../../../../../../../etc/shadow").link("/data/dangling", "gone");
    host.link("/data/sub/up", "..").link("/data/fine", "/data/own").text("/data/new\nline", "");
    Command.run("mkfifo", host.path("/data/pipe").toString());
    TreePlan plan = planOf("copy: [{from: [/data], package: p}]");
    assertEquals(
        List.of(
            "/ directory",
            "/data directory",
            "/data/fine -> /data/own",
            "/data/own file",
            "/data/sub directory",
            "/data/sub/up -> .."),
        lines(plan));
    TreeSet<String> omitted = new TreeSet<>();
    plan.omitted().forEach(omission -> omitted.add(omission.path()));
    assertEquals(
        new TreeSet<>(
            List.of(
                "/data/a", "/data/absolute", "/data/b", "/data/climb", "/data/dangling", "/data/new\nline",
                "/data/outside", "/data/pipe", "/data/relative", "/data/self")),
        omitted);
  }

  @Test
  void aFileThatOnlyLooksLikeALibraryIsCopiedAsItIs() throws IOException {
    host.file("/data/x.so", Arrays.copyOf(new ElfBuilder().needs("a").build(), 100), "rw-r--r--");
    host.object("/data/broken.so", new ElfBuilder().needs("libgone.so"));
    assertTrue(
        plan("copy: [{from: [/data], package: p}]").containsAll(List.of("/data/x.so file", "/data/broken.so file")));
  }

  @Test
  void whatThePlanReliesOnIsWatched() throws IOException {
    host.object("/usr/lib64/libc.so.6", new ElfBuilder());
    host.object("/usr/bin/tool", new ElfBuilder().needs("libc.so.6")).text("/data/sub/x", "");
    TreePlan plan = planOf("programs: [{names: [tool], package: t}]\ncopy: [{from: [/data], package: p}]");
    assertEquals(
        new TreeSet<>(
            List.of(
                "/bin", "/data", "/data/sub", "/etc/ld.so.conf", "/sbin", "/usr/bin", "/usr/bin/tool",
                "/usr/lib64/libc.so.6", "/usr/sbin")),
        new TreeSet<>(plan.watched().keySet()));
    assertEquals("absent", plan.watched().get("/etc/ld.so.conf"));
    assertFalse("absent".equals(plan.watched().get("/usr/bin/tool")));
  }

  private List<String> plan(String recipe) throws IOException {
    return lines(planOf(recipe));
  }

  private TreePlan planOf(String recipe) throws IOException {
    return TreePlanner.plan(host.tree(), List.of(RecipeReader.read("r", "description: d\n" + recipe)));
  }

  private static List<String> lines(TreePlan plan) {
    return plan.entries().entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + switch (entry.getValue()) {
                      case TreePlan.Directory directory -> " directory";
                      case TreePlan.Link(String target) -> " -> " + target;
                      case TreePlan.Text text -> " text";
                      case TreePlan.Copied copied -> " file";
                    })
        .toList();
  }
}
