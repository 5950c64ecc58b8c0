package org.chrootlite.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.chrootlite.model.Action;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.model.User;

/** Sandboxes of every kind, as the manifest's reader makes them: complete, and with its names for settings. */
public final class AnySandbox {
  static final String FILE = "manifests/any.yaml";

  private static final Arbitrary<String> TEXTS =
      Arbitraries.of("", "C.UTF-8", "two words", "é", "a\nb", "a\nc\n", "\"quoted\"", "1000", "[x, y]", "\u202e");

  private static final Arbitrary<String> NAMES = Arbitraries.of("LANG", "MODE", "a.b", "x\"y", "n\no", "é");

  /** Limits, the lines of those that are written, and which script has none of the wall time. */
  private record Work(
      Action action,
      List<String> args,
      Stdin stdin,
      Map<String, String> environment,
      Map<LimitKind, Long> limits,
      boolean timeless,
      List<String> artifacts) {}

  private record Strictness(Isolation isolation, FileLocks fileLocks) {}

  private record Root(
      RootfsSource source,
      Rootfs.Writes writes,
      Network network,
      Strictness strictness,
      User user,
      List<Mount> mounts,
      String workdir,
      int written) {}

  private record Words(String name, String description, Map<String, String> labels, String hostname) {}

  private AnySandbox() {}

  /** Any sandbox. */
  public static Arbitrary<Sandbox> sandboxes() {
    return Combinators.combine(
            words(),
            roots(),
            environments(),
            limits(),
            Arbitraries.maps(Arbitraries.of("hello", "primes", "_1", "v-2", "a.b"), works()).ofMaxSize(3))
        .as(AnySandbox::sandbox)
        .withoutEdgeCases();
  }

  private static Sandbox sandbox(
      Words words, Root root, Map<String, String> environment, Map<LimitKind, Long> limits, Map<String, Work> works) {
    Lines lines = new Lines(root.written);
    SortedMap<String, Setting<String>> variables = new TreeMap<>();
    environment.forEach(
        (name, value) -> variables.put(name, lines.written(SpecPath.child("environment", name), value)));
    List<Limit> all = new ArrayList<>();
    limits.forEach((kind, value) -> all.add(new Limit(kind, value, lines.maybe("limits." + kind.key()))));
    List<Mount> mounts = new ArrayList<>();
    for (Mount mount : root.mounts) {
      Origin origin = lines.next("mounts[" + mounts.size() + "]");
      mounts.add(
          switch (mount) {
            case Mount.Bind bind -> new Mount.Bind(bind.source(), bind.target(), bind.readOnly(), origin);
            case Mount.Tmpfs tmpfs -> new Mount.Tmpfs(tmpfs.target(), tmpfs.size(), origin);
          });
    }
    List<Script> scripts = new ArrayList<>();
    works.forEach((name, work) -> scripts.add(script(name, work, variables, new Limits(all), lines)));
    return new Sandbox(
        FILE,
        lines.written("name", words.name),
        words.description,
        new TreeMap<>(words.labels),
        lines.setting("isolation", root.strictness.isolation),
        lines.setting("hardening.locks", root.strictness.fileLocks),
        new Rootfs(
            lines.setting(SpecLines.setting(root.source), root.source), lines.setting("rootfs.writes", root.writes)),
        new Limits(all),
        lines.setting("network", root.network),
        mounts,
        variables,
        lines.setting("workdir", root.workdir),
        lines.setting("user", root.user),
        lines.setting("hostname", words.hostname),
        scripts);
  }

  private static Script script(
      String name, Work work, SortedMap<String, Setting<String>> variables, Limits limits, Lines lines) {
    String path = SpecPath.child("scripts", name);
    Origin origin = lines.next(path);
    SortedMap<String, Setting<String>> environment = new TreeMap<>(variables);
    work.environment.forEach(
        (key, value) -> environment.put(key, lines.written(SpecPath.child(path + ".environment", key), value)));
    List<Limit> own = new ArrayList<>();
    work.limits.forEach((kind, value) -> own.add(new Limit(kind, value, lines.next(path + ".limits." + kind.key()))));
    List<Limit> all = new ArrayList<>(limits.with(new Limits(own)).all());
    if (work.timeless) {
      all.removeIf(limit -> limit.kind() == LimitKind.WALL_TIME);
    }
    List<Setting<String>> artifacts = new ArrayList<>();
    work.artifacts.forEach(
        artifact -> artifacts.add(lines.written(path + ".artifacts[" + artifacts.size() + "]", artifact)));
    boolean callers = work.stdin instanceof Stdin.Caller;
    return new Script(
        name,
        lines.written(path + "." + SpecReader.key(work.action), work.action),
        work.args,
        new Setting<>(work.stdin, callers ? new Origin.Default(path + ".stdin") : lines.next(path + ".stdin")),
        environment,
        new Limits(all),
        artifacts,
        origin);
  }

  /** Hands out lines, each one to one setting, and none to settings that are defaults. */
  private static final class Lines {
    private final int pattern;
    private int line;

    Lines(int pattern) {
      this.pattern = pattern;
    }

    Origin next(String setting) {
      line++;
      return new Origin.Line(FILE, line, setting);
    }

    Origin maybe(String setting) {
      return (pattern >> line % 16 & 1) == 0 ? next(setting) : new Origin.Default(setting);
    }

    <T> Setting<T> written(String setting, T value) {
      return new Setting<>(value, next(setting));
    }

    <T> Setting<T> setting(String setting, T value) {
      return new Setting<>(value, maybe(setting));
    }
  }

  private static Arbitrary<Words> words() {
    return Combinators.combine(
            Arbitraries.of("box", "grader-2", "a"),
            TEXTS,
            Arbitraries.maps(NAMES, TEXTS).ofMaxSize(2),
            Arbitraries.of("box", "Host.example", "h"))
        .as(Words::new);
  }

  private static Arbitrary<Root> roots() {
    Arbitrary<RootfsSource> sources =
        Arbitraries.of(
            new RootfsSource.Template("base"),
            new RootfsSource.Template("python"),
            new RootfsSource.Directory(Path.of("/srv/root fs")),
            new RootfsSource.Directory(Path.of("/base")));
    Arbitrary<Long> ids = Arbitraries.of(0L, 1000L, 65534L, 4294967294L);
    return Combinators.combine(
            sources,
            Arbitraries.of(Rootfs.Writes.class),
            Arbitraries.of(Network.class),
            Combinators.combine(Arbitraries.of(Isolation.class), Arbitraries.of(FileLocks.class)).as(Strictness::new),
            Combinators.combine(ids, ids).as(User::new),
            mounts(),
            Arbitraries.of("/work", "/home/user"),
            Arbitraries.integers().between(0, 0xffff))
        .as(Root::new);
  }

  private static Arbitrary<List<Mount>> mounts() {
    Origin none = Origin.ALWAYS;
    Arbitrary<Mount> mounts =
        Combinators.combine(
                Arbitraries.of("/a", "/data", "/data/x y", "/z]", "/é"),
                Arbitraries.of(0, 1, 2),
                Arbitraries.of(4096L, 64L << 20, 16_000_000L))
            .as(
                (target, kind, size) ->
                    kind == 0
                        ? new Mount.Tmpfs(target, size, none)
                        : new Mount.Bind(Path.of("/host" + size), target, kind == 1, none));
    return mounts.list().ofMaxSize(3).uniqueElements(Mount::target);
  }

  private static Arbitrary<Map<String, String>> environments() {
    return Arbitraries.maps(NAMES, TEXTS).ofMaxSize(3);
  }

  private static Arbitrary<Map<LimitKind, Long>> limits() {
    Arbitrary<Long> values = Arbitraries.of(1L, 4096L, 128_000_000L, 60_000_000_000L, 1L << 50, Long.MAX_VALUE);
    return Arbitraries.maps(Arbitraries.of(LimitKind.class), values).ofMaxSize(4);
  }

  private static Arbitrary<Work> works() {
    Arbitrary<Action> actions =
        Arbitraries.of(
            new Action.Shell("echo hello\n"),
            new Action.Shell("echo hello"),
            new Action.Shell("set -u\necho one\necho two\n"),
            new Action.File(Path.of("/host/primes.py"), List.of()),
            new Action.File(Path.of("/host/primes.py"), List.of("python3", "-u")),
            new Action.Command(List.of("/bin/true")),
            new Action.Command(List.of("ls", "", "a, b")));
    Arbitrary<Stdin> inputs =
        Arbitraries.of(new Stdin.Caller(), new Stdin.Text(""), new Stdin.Text("1 2\n"), new Stdin.File(Path.of("/i")));
    return Combinators.combine(
            actions,
            TEXTS.list().ofMaxSize(2),
            inputs,
            environments(),
            limits(),
            Arbitraries.of(true, false),
            Arbitraries.of("/work/a", "/work/b c").list().ofMaxSize(2))
        .as(Work::new);
  }

  /** The same, with its scripts in the order in which a spec gives them back. */
  static Sandbox sorted(Sandbox sandbox) {
    List<Script> scripts = new ArrayList<>(sandbox.scripts());
    scripts.sort(
        Comparator.<Script>comparingInt(script -> script.origin() instanceof Origin.Line line ? line.line() : 0)
            .thenComparing(Script::name));
    return new Sandbox(
        sandbox.file(),
        sandbox.name(),
        sandbox.description(),
        sandbox.labels(),
        sandbox.isolation(),
        sandbox.fileLocks(),
        sandbox.rootfs(),
        sandbox.limits(),
        sandbox.network(),
        sandbox.mounts(),
        sandbox.environment(),
        sandbox.workdir(),
        sandbox.user(),
        sandbox.hostname(),
        scripts);
  }
}
