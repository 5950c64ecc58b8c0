package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Root file systems that are made to deceive who prepares them: links, devices, FIFOs, setuid programs. */
final class HostileRootfsIT {
  private static final String SECRET = "secret of the host";

  /** Where nothing of the trap is in the way: the run is as good as any. */
  private static final List<String> HARMLESS =
      List.of(
          "resolver", "resolver-fifo", "passwd-fifo", "nested", "absolute-sys", "magic-sys", "cve-2019-19921",
          "cve-2025-31133", "cve-2025-52565", "cve-2024-9676", "cve-2019-14271");

  /** What a rootfs with one trap is like: the settings of its sandbox, and what the trap may look like afterwards. */
  private record Trap(String shell, String settings, String look) {}

  private static Map<String, Trap> traps(Path host) {
    Map<String, Trap> traps = new LinkedHashMap<>();
    String everywhere =
        "r:/proc/secret r:/dev/secret r:/tmp/secret r:/work/secret r:/run/secret r:/etc/secret r:/data/secret"
            + " r:/sys/secret";
    for (String name : List.of("proc", "dev", "tmp", "work", "run", "etc", "data", "sys")) {
      String mount = "mounts: [{source: ./mounted, target: /data}]\nnetwork: host";
      traps.put("absolute-" + name, new Trap("rm -rf " + name + "; ln -s " + host + " " + name, mount, everywhere));
      String up = "rm -rf " + name + "; ln -s ../../../../../../../.." + host + " " + name;
      traps.put("relative-" + name, new Trap(up, mount, everywhere));
      String magic = "rm -rf " + name + "; ln -s /proc/self/root" + host + " " + name;
      traps.put("magic-" + name, new Trap(magic, mount, everywhere));
    }
    traps.put("loop", new Trap("rm -rf tmp; ln -s tmp tmp", "", everywhere));
    traps.put("file", new Trap("rm -rf tmp; echo > tmp", "", everywhere));
    traps.put("fifo", new Trap("rm -rf tmp; mkfifo tmp", "", everywhere));
    String data = "mounts: [{source: ./mounted, target: /data}]";
    traps.put("fd", new Trap("rm -rf data; ln -s /proc/self/fd/3 data", data, everywhere));
    // Would leave one of them uncovered or missing: /dev/null would then be /proc/null, which there is not.
    traps.put("dev-is-proc", new Trap("rm -rf dev; ln -s proc dev", "", "r:/proc/keys"));
    traps.put("proc-is-dev", new Trap("rm -rf proc; ln -s /dev proc", "", "r:/proc/keys"));
    traps.put("proc-is-other", new Trap("rm -rf proc; mkdir a; ln -s a proc", "", "r:/proc/keys"));
    String parent = "mounts: [{source: ./mounted, target: /a/b/data}]";
    traps.put("parent", new Trap("ln -s /proc/1/root/.. a", parent, everywhere));
    String resolver = "ln -sf " + host + "/secret etc/resolv.conf";
    traps.put("resolver", new Trap(resolver, "network: host", "r:/etc/resolv.conf w:/etc/x"));
    traps.put("resolver-fifo", new Trap("mkfifo etc/resolv.conf", "network: host", "r:/etc/resolv.conf"));
    traps.put("passwd-fifo", new Trap("mkfifo etc/passwd", "", "r:/etc/passwd"));
    String nested =
        "mounts: [{source: ./mounted, target: /bin/a/b}, {source: ./mounted/secret, target: /etc/honest/file}]";
    String honest = "mkdir -p usr/share/honest; ln -s /usr/share/honest etc/honest";
    traps.put("nested", new Trap(honest, nested, "r:/usr/bin/a/b/secret r:/usr/share/honest/file"));
    traps.putAll(holes(host));
    return traps;
  }

  /** What others were deceived by while they prepared a root, as far as a rootfs and what it is granted can do it. */
  private static Map<String, Trap> holes(Path host) {
    Map<String, Trap> holes = new LinkedHashMap<>();
    String link = "ln -s " + host + " ";
    // A /proc of its own: what is written there, such as a label, would land in the attacker's file.
    String proc = "mkdir -p proc/self/attr proc/sys; echo > proc/self/attr/exec; " + link + "proc/keys; "
        + link + "proc/sys/secret";
    holes.put("cve-2019-19921", new Trap(proc, "", "r:/proc/keys r:/proc/sys/secret/secret r:/proc/keys/secret"));
    // The place of a mount lies in another mount, which others may write to.
    String shared = "mounts: [{source: ./shared, target: /data, readOnly: false}, {tmpfs: /data/sub, size: 1MB}]";
    holes.put("cve-2021-30465", new Trap("true", shared, "r:/data/sub/secret w:/data/sub/x"));
    // The same by a link of a link.
    holes.put("cve-2023-27561", new Trap("rm -r proc; ln -s one proc; ln -s /two one; " + link + "two", "",
        "r:/proc/secret r:/two/secret"));
    // Directories and empty files would be made on the host.
    String below = "mounts: [{source: ./mounted, target: /a/new/data}, {source: ./mounted/secret, target: /a/file}]";
    holes.put("cve-2024-45310", new Trap(link + "a", below, "r:/a/secret r:/a/new/data/secret r:/a/file"));
    // What covers parts of /proc is taken from the rootfs.
    String cover = "ln -s " + host + "/secret dev/null; " + link + "dev/zero";
    holes.put("cve-2025-31133", new Trap(cover, "", "r:/proc/keys r:/proc/timer_list w:/dev/null r:/dev/null"));
    // Terminals are mounted on what the rootfs has there.
    String console = "ln -s /proc/sysrq-trigger dev/console; " + link + "dev/pts; " + link + "dev/shm; " + link
        + "dev/mqueue; ln -s ../proc/sys/kernel/core_pattern dev/ptmx";
    String consoles = "r:/dev/pts/secret r:/dev/shm/secret w:/dev/shm/x r:/dev/console";
    holes.put("cve-2025-52565", new Trap(console, "", consoles));
    // Users are looked up in a file that never ends.
    String users = "mkfifo etc/passwd etc/group etc/hosts etc/nsswitch.conf";
    holes.put("cve-2024-9676", new Trap(users, "", "r:/etc/passwd"));
    // A library of the rootfs would be loaded by who prepares it.
    String library =
        "mkdir lib64; " + link + "etc/ld.so.cache; echo /lib64/own.so > etc/ld.so.preload; echo > lib64/own.so";
    holes.put("cve-2019-14271", new Trap(library, "", "r:/etc/ld.so.cache/secret"));
    // The working directory is what a descriptor or a link of the rootfs makes of it.
    String home = "mkdir home; " + link + "home/user; ln -s /proc/self/fd/3 home/fd";
    holes.put("cve-2024-21626", new Trap(home, "workdir: /home/user", "r:/home/user/secret w:/home/user/x"));
    holes.put("cve-2024-21626-fd", new Trap(home, "workdir: /home/fd", "r:/home/fd/secret r:secret"));
    return holes;
  }

  private static void rootfs(Path directory, Path look, String shell) throws IOException {
    for (String name : List.of("usr/bin", "proc", "dev", "tmp", "work", "run", "etc", "data", "sys")) {
      Files.createDirectories(directory.resolve(name));
    }
    Files.createSymbolicLink(directory.resolve("bin"), Path.of("usr/bin"));
    Files.copy(look, directory.resolve("usr/bin/look"), StandardCopyOption.COPY_ATTRIBUTES);
    Command.output("sh", "-c", "cd \"$0\" && { " + shell + "; }", directory.toString());
  }

  private static String document(String name, String settings, String command) {
    String writes = settings.contains("#deny") ? ", writes: deny" : "";
    return """
        ---
        apiVersion: chroot-lite/v1
        kind: Sandbox
        name: %1$s
        rootfs: {directory: ./%1$s%2$s}
        %3$s
        limits: {wallTime: 10s}
        scripts: {%1$s: %4$s}
        """
        .formatted(name, writes, settings, command);
  }

  private static String command(String look) {
    return "{command: [\"/bin/look\", \"" + look.replace(" ", "\", \"") + "\"]}";
  }

  /** Everything of a tree that writing to it would change. */
  private static String listing(Path directory) throws IOException {
    TreeSet<String> lines = new TreeSet<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(
                path, "unix:mode,uid,gid,size,ino,lastModifiedTime,ctime,nlink", LinkOption.NOFOLLOW_LINKS);
        lines.add(path + " " + attributes);
      }
    }
    return String.join("\n", lines);
  }

  private static void giveTo(Caller caller, Path directory) {
    if (!caller.isRoot()) {
      Command.output("chown", "-R", "-h", "--reference=" + directory, directory.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void noTrapLeadsOut(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path look = box.program("look");
    Path host = Files.createDirectory(box.directory().resolve("host"));
    Files.writeString(host.resolve("secret"), SECRET);
    Files.writeString(Files.createDirectory(box.directory().resolve("mounted")).resolve("secret"), "mounted");
    Files.createSymbolicLink(Files.createDirectory(box.directory().resolve("shared")).resolve("sub"), host);
    StringBuilder manifest = new StringBuilder();
    Map<String, Trap> traps = traps(host);
    for (Map.Entry<String, Trap> entry : traps.entrySet()) {
      rootfs(box.directory().resolve(entry.getKey()), look, entry.getValue().shell);
      manifest.append(document(entry.getKey(), entry.getValue().settings, command(entry.getValue().look)));
    }
    Files.writeString(box.directory().resolve("sandbox.yaml"), manifest);
    giveTo(caller, box.directory());
    String before = listing(box.directory());

    Box.Results results = box.results("--parallel", "4");

    assertEquals(before, listing(box.directory()));
    // The positive control: outside, the same program finds the secret by such a link.
    Path link = box.directory().resolve("absolute-tmp/tmp/secret");
    assertTrue(Command.output(look.toString(), "r:" + link).contains(SECRET));
    for (String name : traps.keySet()) {
      JsonNode result = results.get(name);
      assertFalse(result.get("stdout").asString().contains(SECRET), result.toString());
      String verdict = result.get("verdict").asString();
      if (verdict.equals("setup-error")) {
        String evidence = result.get("evidence").asString();
        assertTrue(evidence.matches("step \\d+ \\(.*\\) failed: E[A-Z]+.*"), result.toString());
      } else {
        assertEquals("ok", verdict, result.toString());
      }
    }
    for (String name : HARMLESS) {
      assertEquals("ok", results.get(name, "verdict"), results.get(name).toString());
    }
    assertEquals(
        "read /usr/bin/a/b/secret: mounted\nread /usr/share/honest/file: mounted\n", results.output("nested"));
    for (String name : List.of("loop", "file", "fifo", "dev-is-proc", "proc-is-dev", "proc-is-other")) {
      assertEquals("setup-error", results.get(name, "verdict"), results.get(name).toString());
    }
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void whatARootfsHoldsHasNoPower(Caller caller) throws Exception {
    Box box = Box.of(caller);
    Path look = box.program("look");
    Path rights = box.directory().resolve("rights");
    rootfs(rights, look, "cp usr/bin/look usr/bin/capable; chmod 6755 usr/bin/look");
    giveTo(caller, box.directory());
    Command.output("chmod", "6755", rights.resolve("usr/bin/look").toString());
    if (caller.isRoot()) {
      Command.output("sh", "-c", "mknod \"$0/null\" c 1 3 && chmod 666 \"$0/null\"", rights.toString());
      String effective = "import os,sys; os.setxattr(sys.argv[1], 'security.capability',"
              + " bytes.fromhex('0100000200200000002000000000000000000000'))";
      Command.output("python3", "-c", effective, rights.resolve("usr/bin/capable").toString());
    }
    String links = "rmdir tmp; mkdir -p var/tmp; ln -s var/tmp tmp; ln -s /run var/run";
    rootfs(box.directory().resolve("links"), look, links);
    rootfs(box.directory().resolve("deny"), look, "true");
    rootfs(box.directory().resolve("shell"), look, "true");
    Files.writeString(
        box.directory().resolve("sandbox.yaml"),
        document("rights", "", command("i: r:/null w:/null w:/mine"))
            + document("links", "", command("w:/tmp/file r:/var/tmp/file r:/var/run/x"))
            + document("deny", "#deny", command("w:/file w:/usr/bin/look w:/tmp/file w:/work/file w:/dev/shm/file"))
            + document("shell", "", "{run: echo never}")
            + document("capable", "", "{command: [/bin/capable, \"i:\"]}").replace("./capable", "./rights"));
    giveTo(caller, box.directory().resolve("links"));
    String before = listing(box.directory());

    Box.Results results = box.results();

    assertEquals(before, listing(box.directory()));
    Box.Answers rightsSeen = Box.Answers.of(results.output("rights"));
    assertEquals("65534\t65534\t65534\t65534", rightsSeen.get("Uid"));
    assertEquals("0000000000000000", rightsSeen.get("CapPrm"));
    if (caller.isRoot()) {
      assertEquals("EACCES", rightsSeen.get("read /null"));
      assertEquals("EACCES", rightsSeen.get("write /null"));
    }
    assertEquals("ok", rightsSeen.get("write /mine"));
    assertEquals("0000000000000000", Box.Answers.of(results.output("capable")).get("CapEff"));
    Box.Answers links2 = Box.Answers.of(results.output("links"));
    assertEquals("hacked", links2.get("read /var/tmp/file"));
    Box.Answers deny = Box.Answers.of(results.output("deny"));
    assertEquals("EROFS", deny.get("write /file"));
    assertTrue(deny.get("write /usr/bin/look").matches("EROFS|ETXTBSY"), deny.toString());
    assertEquals("ok", deny.get("write /tmp/file"));
    assertEquals("ok", deny.get("write /work/file"));
    assertEquals("ok", deny.get("write /dev/shm/file"));
    assertEquals("not-found", results.get("shell", "verdict"), results.get("shell").toString());
    assertTrue(results.get("shell", "evidence").contains("/bin/sh"), results.get("shell").toString());
    assertEquals(127, results.get("shell").get("exitCode").asInt());
  }
}
