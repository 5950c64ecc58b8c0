package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Preparer;
import org.chrootlite.rootfs.Progress;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the templates promise inside them, with chroot(8). Trees are prepared by an ordinary user, and by root
 * where root runs the tests: each then runs programs in its own.
 */
class RootfsIT {
  private static final String NOBODY = "65534";

  /** With the host's /proc, in a mount namespace of its own: ps and free read it. */
  private static final String CHROOT = "mount --rbind /proc \"$0/proc\" && exec chroot $CHROOT_OPTION \"$0\" \"$@\"";

  /** What ends with 0 and does next to nothing; for all others {@code --version} does. */
  private static final Map<String, String> TRIVIAL =
      Map.ofEntries(
          Map.entry("[", "env [ 1 = 1 ]"),
          Map.entry("awk", "awk 'BEGIN {}'"),
          Map.entry("bunzip2", "bunzip2 --help"),
          Map.entry("bzip2", "bzip2 --help"),
          Map.entry("dash", "dash -c :"),
          Map.entry("false", "! env false"),
          Map.entry("gawk", "gawk 'BEGIN {}'"),
          Map.entry("kill", "env kill -l"),
          Map.entry("mawk", "mawk 'BEGIN {}'"),
          Map.entry("ps", "ps"),
          Map.entry("sh", "sh -c :"),
          Map.entry("which", "which sh"),
          Map.entry("which.debianutils", "which.debianutils sh"));

  /** Modules of other systems, and those that need Tk, which is a package of its own. */
  private static final String NOT_HERE =
      "_gdbm _msi _overlapped _scproxy _tkinter _winapi idlelib msilib msvcrt nt tkinter turtle turtledemo winreg"
          + " winsound";

  @TempDir static Path directory;
  private static final Map<String, Tree> TREES = new TreeMap<>();

  /** A prepared tree and what goes before a command line to run it there. */
  private record Tree(PreparedRootfs rootfs, List<String> chroot, String user, String group) {}

  @BeforeAll
  static void prepare() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    boolean root = HostUser.current().isRoot();
    List<String> ordinary =
        root ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups") : List.of();
    Path home = Files.createDirectory(directory.resolve("ordinary"));
    if (root) {
      run(List.of("chown", NOBODY + ":" + NOBODY, home.toString()), "");
    }
    for (String template : List.of("base", "python")) {
      List<String> command = new ArrayList<>(ordinary);
      command.addAll(List.of("sh", "-c", "umask 077; exec \"$@\"", "sh", "env", "-i"));
      command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp"));
      command.add(ClassPathCopy.at(directory.resolve("classpath")));
      command.addAll(List.of(Preparer.class.getName(), home.toString(), template));
      String tree = run(command, "").lines().toList().getLast();
      List<String> chroot = new ArrayList<>(ordinary);
      chroot.addAll(List.of("unshare", "-r", "-m", "sh", "-c", CHROOT));
      TREES.put(template + " of an ordinary user", new Tree(fromTemplate(template, tree), chroot, "root", "root"));
    }
    if (root) {
      StateDirectory state = StateDirectory.open(directory.resolve("root"), 0, Waiting.UNTOLD);
      RootfsPreparer preparer = new RootfsPreparer(state, Progress.NONE);
      for (String template : List.of("base", "python")) {
        PreparedRootfs rootfs = preparer.prepare(new RootfsSource.Template(template));
        List<String> chroot = List.of("unshare", "-m", "sh", "-c", CHROOT);
        TREES.put(template + " of root", new Tree(rootfs, chroot, "root", "root"));
        List<String> drop = new ArrayList<>(List.of("env", "CHROOT_OPTION=--userspec=" + NOBODY + ":" + NOBODY));
        drop.addAll(chroot);
        TREES.put(template + " of root, for another user", new Tree(rootfs, drop, "nobody", "nogroup"));
      }
    }
  }

  /** Before JUnit does, which warns of every link that leads out of the directory. */
  @AfterAll
  static void removeTrees() throws Exception {
    run(List.of("rm", "-rf", directory.resolve("ordinary").toString(), directory.resolve("root").toString()), "");
  }

  @Test
  void everyProgramRuns() throws Exception {
    for (Map.Entry<String, Tree> entry : TREES.entrySet()) {
      SortedSet<String> programs = entry.getValue().rootfs.commands(List.of("/usr/bin", "/bin"));
      assertTrue(programs.size() > 100, entry.getKey());
      StringBuilder script = new StringBuilder();
      for (String program : programs) {
        String trivial = TRIVIAL.getOrDefault(program, "env " + program + " --version");
        script.append("out=$( ( ").append(trivial).append(" ) 2>&1 ) || echo '");
        script.append(program).append("'\" $out\"\n");
      }
      assertEquals("", shell(entry.getValue(), script + "true"), entry.getKey());
    }
  }

  @Test
  void whatScriptsRelyOnIsThere() throws Exception {
    for (Map.Entry<String, Tree> entry : TREES.entrySet()) {
      String script =
          """
          id -un; id -gn; getent passwd nobody; getent hosts localhost | grep -c localhost
          test -x /bin/sh && test -x /usr/bin/env && /usr/bin/env sh -c 'echo env'
          echo 'b a' | tr ' ' '\\n' | sort | head -n 1
          echo packed | gzip | gunzip; echo x | awk '{ print $1 "y" }'
          LC_ALL=C.UTF-8 locale charmap; LC_ALL=C.UTF-8 bash -c 'echo ${#1}' - "h\u00e9"
          ls -d /proc /dev /tmp /work /run /root /home /var/tmp | wc -l; cd /var/run && pwd -P
          for none in /etc/ld.so.cache /etc/shadow /etc/ssh /etc/machine-id; do test ! -e $none || echo $none; done
          tar -C / -c etc/hosts | tar t
          """;
      assertEquals(
          """
          %s
          %s
          nobody:x:65534:65534:nobody:/nonexistent:/bin/sh
          1
          env
          a
          packed
          xy
          UTF-8
          2
          8
          /run
          etc/hosts
          """
              .formatted(entry.getValue().user, entry.getValue().group),
          shell(entry.getValue(), script + "true"),
          entry.getKey());
    }
  }

  @Test
  void pythonImportsItsWholeStandardLibrary() throws Exception {
    for (Map.Entry<String, Tree> entry : TREES.entrySet()) {
      if (entry.getKey().startsWith("python")) {
        String python =
            """
            import importlib, sys
            print(sys.prefix, [path for path in sys.path if not path.startswith("/usr/lib")])
            names = sys.stdlib_module_names - set("%s this antigravity".split())
            for name in sorted(names):
                try:
                    importlib.import_module(name)
                except Exception as error:
                    print(name, repr(error))
            print(len(names) > 200)
            import asyncio.events, concurrent.futures.process, ctypes, decimal, hashlib, json, sqlite3, ssl
            import multiprocessing.pool, email.mime.text, encodings.idna, xml.etree.ElementTree, zoneinfo
            print(json.dumps({"pi": str(decimal.Decimal("3.14"))}), hashlib.sha256(b"").hexdigest()[:8])
            print(sqlite3.connect(":memory:").execute("select 1 + 1").fetchone())
            print(ctypes.CDLL("libc.so.6").abs(-3), ssl.create_default_context().verify_mode.name)
            import threading
            thread = threading.Thread(target=lambda: print("thread"))
            thread.start(); thread.join()
            print(all(m.__cached__ is None or __import__("os").path.exists(m.__cached__)
                      for m in (json, decimal, ssl, sqlite3)))
            """
                .formatted(NOT_HERE);
        assertEquals(
            """
            /usr ['']
            True
            {"pi": "3.14"} e3b0c442
            (2,)
            3 CERT_REQUIRED
            thread
            True
            """,
            shell(entry.getValue(), "PYTHONDONTWRITEBYTECODE=1 python3 - <<'END'\n" + python + "END\n"),
            entry.getKey());
      }
    }
  }

  @Test
  void compiledModulesAreUpToDateSoThatPythonStartsFast() throws Exception {
    for (Map.Entry<String, Tree> entry : TREES.entrySet()) {
      if (entry.getKey().startsWith("python")) {
        String verbose = shell(entry.getValue(), "PYTHONDONTWRITEBYTECODE=1 python3 -v -c 'import json' 2>&1");
        assertTrue(verbose.contains("/json/__pycache__/__init__.cpython-"), entry.getKey());
        assertTrue(!verbose.contains("bytecode is stale"), entry.getKey());
      }
    }
  }

  private static String shell(Tree tree, String script) throws Exception {
    List<String> command = new ArrayList<>(tree.chroot);
    command.addAll(List.of(tree.rootfs.root().toString(), "/bin/sh", "-c", script));
    return run(command, script);
  }

  private static String run(List<String> command, String what) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(new File("/"));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    Process process = builder.redirectInput(new File("/dev/null")).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + " " + what + "\n" + output);
    return output;
  }

  private static PreparedRootfs fromTemplate(String template, String tree) {
    Path root = Path.of(tree);
    String name = String.valueOf(root.getFileName());
    return new PreparedRootfs.FromTemplate(template, name.substring(template.length() + 1), root);
  }
}
