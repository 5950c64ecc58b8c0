package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.json.MalformedJsonException;
import org.chrootlite.testing.Command;
import org.jspecify.annotations.Nullable;

/**
 * Another tool that confines the same script, in a copy of the same rootfs, with the same secret and directory.
 *
 * @param command begins the sandbox and the script in it
 * @param options of the host program
 * @param facts what it is asked for and the script may thus try, a line each; without a fact a check is not made
 * @param afterwards removes what it leaves when it is killed; empty where that is nothing
 */
record Peer(String name, List<String> command, List<String> options, String facts, List<String> afterwards) {
  private static final String SAME =
      """
      hostname=box
      setuid=/setuid
      capable=/capable
      device=/device
      """;

  private static final String READ_ONLY =
      """
      cwd=/work
      root=deny
      readonly=/data
      """;

  /** The script is pid 1 itself there, and has none over it. */
  private static final String NO_INIT =
      "skip=pid-1-signals,pid-1-settings,pid-1-traced,pid-1-read,pid-1-capabilities,pid-1-directories\n";

  /** Before those who pass on which signals are ignored: without SIGCHLD nobody sees a child end. */
  private static final String SEES_CHILDREN = "env --default-signal=CHLD ";

  private static final String BUBBLEWRAP =
      SEES_CHILDREN
          + "bwrap --unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL"
          + " --clearenv --setenv PATH /usr/bin:/bin --hostname box --ro-bind ROOT / --ro-bind DATA /data"
          + " --proc /proc --dev /dev --tmpfs /tmp --tmpfs /work --chdir /work /bin/hostile";

  /** The capabilities of {@code runc spec}: CAP_KILL, CAP_NET_BIND_SERVICE and CAP_AUDIT_WRITE. */
  private static final long RUNC_CAPABILITIES = 1L << 5 | 1L << 10 | 1L << 29;

  /** bubblewrap, with the options for a strict sandbox that its manual page has. */
  static Peer bubblewrap(Ground ground) throws IOException {
    need("bwrap", "bubblewrap");
    Path root = root(ground, "bwrap-root");
    String command = BUBBLEWRAP.replace("ROOT", root.toString()).replace("DATA", ground.path("readonly").toString());
    String facts = SAME + READ_ONLY + "environment=PATH,PWD\nleader=1\n";
    return new Peer("bwrap", List.of(command.split(" ", -1)), List.of(), facts, List.of());
  }

  /** runc, with the configuration that {@code runc spec} writes, but for what is to be run and where. */
  static Peer runc(Ground ground) throws IOException, MalformedJsonException {
    need("runc", "runc");
    String id = "chroot-lite-peer-" + ProcessHandle.current().pid();
    Path bundle = Files.createDirectory(ground.path("runc"));
    Command.output("runc", "spec", "-b", bundle.toString());
    Path file = bundle.resolve("config.json");
    Map<String, @Nullable Object> configuration = new LinkedHashMap<>(JsonReader.readObject(Files.readAllBytes(file)));
    change(configuration, "process", Map.of("terminal", false, "args", List.of("/bin/hostile"), "cwd", "/work"));
    change(configuration, "root", Map.of("path", root(ground, "runc-root").toString()));
    change(configuration, "linux", Map.of("cgroupsPath", "/" + id));
    configuration.put("hostname", "box");
    List<@Nullable Object> mounts = new ArrayList<>((List<?>) Objects.requireNonNull(configuration.get("mounts")));
    for (String target : List.of("/tmp", "/work")) {
      mounts.add(Map.of("destination", target, "type", "tmpfs", "source", "tmpfs"));
    }
    String data = ground.path("readonly").toString();
    mounts.add(Map.of("destination", "/data", "type", "bind", "source", data, "options", List.of("rbind", "ro")));
    configuration.put("mounts", mounts);
    Files.writeString(file, JsonWriter.toJson(configuration));
    List<String> runc = List.of("runc", "--root", ground.path("runc-state").toString());
    List<String> command = new ArrayList<>(runc);
    command.addAll(List.of("run", "-b", bundle.toString(), id));
    List<String> afterwards = new ArrayList<>(runc);
    afterwards.addAll(List.of("delete", "-f", id));
    String facts =
        SAME + READ_ONLY + NO_INIT + "environment=PATH,TERM,HOME\nnofile=1024\n"
            + "granted=" + Long.toHexString(RUNC_CAPABILITIES) + "\n";
    return new Peer("runc", command, List.of(), facts, afterwards);
  }

  /** What root does by hand, with all of root's capabilities. */
  static Peer chroot(Ground ground) throws IOException {
    String root = root(ground, "chroot-root").toString();
    String command = SEES_CHILDREN + "-i PATH=/usr/sbin:/usr/bin:/bin chroot " + root + " /bin/hostile";
    String facts = SAME + "environment=PATH\ngranted=" + Long.toHexString(-1) + "\n";
    return new Peer("chroot", List.of(command.split(" ", -1)), List.of("root=" + root), facts, List.of());
  }

  private static void change(Map<String, @Nullable Object> all, String key, Map<String, Object> changes) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(all.get(key))).forEach((name, value) -> changed.put((String) name, value));
    changed.putAll(changes);
    all.put(key, changed);
  }

  /** A copy, with directories to mount on. */
  private static Path root(Ground ground, String name) throws IOException {
    Path root = ground.path(name);
    Command.output("cp", "-a", ground.path("rootfs").toString(), root.toString());
    Files.createDirectory(root.resolve("data"));
    Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    return root;
  }

  private static void need(String program, String source) {
    try {
      Command.output(program, "--version");
    } catch (AssertionError e) {
      throw new AssertionError(program + " is compared with, and cannot be run: apt-get install " + source, e);
    }
  }

  /** What came of the checks that the script and the host program made. */
  Map<String, String> answers(Programs programs, Ground ground) throws IOException, InterruptedException {
    Map<String, String> answers = answers(programs, ground, "end", "");
    for (String role : List.of("caller", "launcher")) {
      Map<String, String> killed = answers(programs, ground, "killed-" + role, "only=none\ndeaf=1\n");
      answers.put("dies-with-" + role, Peers.death(killed, "dies-with-" + role));
    }
    return answers;
  }

  private Map<String, String> answers(Programs programs, Ground ground, String mode, String more)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("mode=" + mode, "leak=20"));
    String told = "secret=" + ground.path("secret") + "\n" + facts + more;
    try {
      String text = programs.run(ground.path(""), all, command, told);
      if (text.lines().noneMatch("ready"::equals)) {
        throw new AssertionError(name + " did not run the script: " + text);
      }
      return new LinkedHashMap<>(Findings.answers(text));
    } finally {
      if (!afterwards.isEmpty()) {
        Command.output("", afterwards);
      }
    }
  }
}
