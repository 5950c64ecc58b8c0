package org.chrootlite.compile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.host.HostUser;
import org.chrootlite.linux.Resource;
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
import org.chrootlite.testing.Given;

/** Sandboxes and scripts of every kind that a manifest can describe and the planner takes. */
final class Sandboxes {
  /** A filter that allows everything. */
  static final SyscallFilter FILTER =
      new SyscallFilter(new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f}, "all allowed");

  /** What the sandboxes keep that keep something. */
  static final Path LAYER = Path.of("/var/lib/chroot-lite/layers/box");

  /** All that a plan is made from. */
  record Case(Sandbox sandbox, Script script, Provisions provisions) {}

  private record Root(Network network, Rootfs.Writes writes, User user, String workdir, List<Mount> mounts) {}

  private record Work(
      Action action, List<String> args, SortedMap<String, String> environment, Limits limits, int artifacts) {}

  private record Place(
      Provisions.Identity identity, String resolver, Map<Resource, Long> hardLimits, Powers powers, int seed) {}

  private Sandboxes() {}

  /** Any case. */
  static Arbitrary<Case> cases() {
    return Combinators.combine(roots(), works(), places()).as(Sandboxes::make).withoutEdgeCases();
  }

  /** A sandbox with these mounts and limits that runs {@code true}. */
  static Case of(List<Mount> mounts, List<Limit> limits) {
    Root root = new Root(Network.NONE, Rootfs.Writes.DISCARD, new User(65534, 65534), "/work", mounts);
    Action action = new Action.Command(List.of("/bin/true"));
    Work work = new Work(action, List.of(), new TreeMap<>(), new Limits(limits), 0);
    Provisions.Identity slot = new Provisions.Identity.Slot(2_000_000_000L, true);
    return make(root, work, new Place(slot, "", Map.of(), Given.NO_GROUP, 0));
  }

  /** Who sandboxes of this test's user are on this host. */
  static Provisions.Identity identity(Host host) {
    HostUser user = host.user();
    return user.isRoot()
        ? new Provisions.Identity.Slot(2_000_000_000L, true)
        : new Provisions.Identity.Caller(user.uid(), user.gid());
  }

  /** A sandbox that can be run on this host. */
  static Case on(
      Host host,
      Provisions.Identity identity,
      Path rootfs,
      Network network,
      Action action,
      List<Mount> mounts,
      List<Limit> limits) {
    Root root = new Root(network, Rootfs.Writes.DISCARD, new User(65534, 65534), "/work", mounts);
    Work work = new Work(action, List.of(), new TreeMap<>(), new Limits(limits), 0);
    Case made = make(root, work, new Place(identity, "nameserver 9.9.9.9\n", host.hardLimits(), Given.NO_GROUP, 0));
    Provisions p = made.provisions;
    Provisions here =
        new Provisions(
            identity, rootfs, false, p.layer(), p.script(), p.files(), p.resolver(), p.filter(), p.hardLimits(),
            p.powers());
    return new Case(made.sandbox, made.script, here);
  }

  private static Case make(Root root, Work work, Place place) {
    SortedMap<String, Setting<String>> environment = new TreeMap<>();
    work.environment.forEach((name, value) -> environment.put(name, setting(value, "environment." + name)));
    List<Setting<String>> artifacts = new ArrayList<>();
    for (int i = 0; i < work.artifacts; i++) {
      artifacts.add(setting(root.workdir + "/result-" + i, "artifacts"));
    }
    Script script =
        new Script(
            "hello",
            setting(work.action, "scripts.hello"),
            work.args,
            setting(new Stdin.Caller(), "stdin"),
            environment,
            work.limits,
            artifacts,
            line("scripts.hello"));
    Sandbox sandbox =
        new Sandbox(
            "sandbox.yaml",
            setting("box", "name"),
            "",
            new TreeMap<>(),
            setting(Isolation.STRICT, "isolation"),
            setting(FileLocks.ALLOW, "hardening.locks"),
            new Rootfs(setting(new RootfsSource.Template("base"), "rootfs"), setting(root.writes, "rootfs.writes")),
            work.limits,
            setting(root.network, "network"),
            root.mounts,
            environment,
            setting(root.workdir, "workdir"),
            setting(root.user, "user"),
            setting("box", "hostname"),
            List.of(script));
    String text =
        switch (work.action) {
          case Action.Shell shell -> shell.text();
          case Action.File file -> "#!/bin/sh\n" + "x".repeat(place.seed);
          case Action.Command command -> "";
        };
    Set<Path> files = new TreeSet<>();
    for (int i = 0; i < root.mounts.size(); i++) {
      if ((place.seed >> i & 1) == 1 && root.mounts.get(i) instanceof Mount.Bind bind && isLeaf(bind, root.mounts)) {
        files.add(bind.source());
      }
    }
    Provisions provisions =
        new Provisions(
            place.identity,
            Path.of("/var/lib/chroot-lite/rootfs/1"),
            place.resolver.isEmpty(),
            root.writes == Rootfs.Writes.KEEP ? Optional.of(LAYER) : Optional.empty(),
            new ScriptText(text.getBytes(StandardCharsets.UTF_8)),
            files,
            place.resolver,
            FILTER,
            place.hardLimits,
            place.powers);
    return new Case(sandbox, script, provisions);
  }

  private static boolean isLeaf(Mount mount, Collection<Mount> mounts) {
    return mounts.stream().noneMatch(other -> other.target().startsWith(mount.target() + "/"));
  }

  private static <T> Setting<T> setting(T value, String name) {
    return new Setting<>(value, line(name));
  }

  private static Origin line(String name) {
    return new Origin.Line("sandbox.yaml", 7, name);
  }

  private static Arbitrary<Root> roots() {
    Arbitrary<Long> ids = Arbitraries.of(0L, 1L, 1000L, 65534L, 4294967294L);
    Arbitrary<User> users = Combinators.combine(ids, ids).as(User::new);
    Arbitrary<String> workdirs = Arbitraries.of("/work", "/home/user", "/tmp/work", "/srv");
    return Combinators.combine(
            Arbitraries.of(Network.class),
            Arbitraries.of(Rootfs.Writes.class),
            users,
            workdirs,
            mounts())
        .as(Root::new);
  }

  /** Mounts with different targets, some inside others, a parent before its child as in a manifest. */
  private static Arbitrary<List<Mount>> mounts() {
    Arbitrary<String> names = Arbitraries.of("a", "a-b", "data", "tmp", "é", "z");
    Arbitrary<String> targets = names.list().ofMinSize(1).ofMaxSize(3).map(path -> "/" + String.join("/", path));
    Arbitrary<Mount> mounts =
        Combinators.combine(targets, Arbitraries.of(0, 1, 2), Arbitraries.longs().between(4096, 1L << 40))
            .as(
                (target, kind, size) ->
                    kind == 0
                        ? new Mount.Tmpfs(target, size, line("mounts"))
                        : new Mount.Bind(Path.of("/host" + target), target, kind == 1, line("mounts")));
    return mounts
        .list()
        .ofMaxSize(6)
        .uniqueElements(Mount::target)
        .map(list -> list.stream().sorted(Comparator.comparingInt(m -> m.target().length())).toList());
  }

  private static Arbitrary<Work> works() {
    Arbitrary<String> words = Arbitraries.of("1000", "-x", "two words", "é", "", "a\nb");
    Arbitrary<Action> actions =
        Arbitraries.oneOf(
            Arbitraries.of("echo hello\n", "", "exit 1").map(Action.Shell::new),
            Arbitraries.of(List.of("python3"), List.<String>of(), List.of("/usr/bin/env", "-i"))
                .map(interpreter -> new Action.File(Path.of("/host/primes.py"), interpreter)),
            Arbitraries.of(List.of("/bin/true"), List.of("ls", "-l"), List.of("./here"))
                .map(Action.Command::new));
    Arbitrary<SortedMap<String, String>> environments =
        Arbitraries.maps(Arbitraries.of("LANG", "MODE", "PATH", "HOME"), Arbitraries.of("C.UTF-8", "/bin:", "", "a=b"))
            .map(TreeMap::new);
    return Combinators.combine(
            actions, words.list().ofMaxSize(3), environments, limits(), Arbitraries.integers().between(0, 3))
        .as(Work::new);
  }

  static Arbitrary<Limits> limits() {
    Arbitrary<Limit> limits =
        Combinators.combine(Arbitraries.of(LimitKind.class), Arbitraries.longs().between(1, 1L << 50))
            .as(
                (kind, value) -> {
                  // As the manifest's reader bounds them: a tmpfs of size 0 would be one without a limit.
                  long least = kind == LimitKind.DISK ? 4096 : 0;
                  return new Limit(kind, Math.max(least, value), line("limits." + kind.key()));
                });
    return limits.list().ofMaxSize(10).uniqueElements(Limit::kind).map(Limits::new);
  }

  private static Arbitrary<Place> places() {
    Arbitrary<Provisions.Identity> identities =
        Arbitraries.of(
            new Provisions.Identity.Slot(2_000_000_017L, true),
            new Provisions.Identity.Slot(2_000_000_018L, false),
            new Provisions.Identity.Caller(1000, 1000));
    Arbitrary<Map<Resource, Long>> hardLimits =
        Arbitraries.maps(Arbitraries.of(Resource.class), Arbitraries.longs().between(0, 1L << 40)).ofMaxSize(4);
    return Combinators.combine(
            identities,
            Arbitraries.of("", "nameserver 9.9.9.9\n"),
            hardLimits,
            Arbitraries.of(Given.NO_GROUP, Given.GROUP),
            Arbitraries.integers().between(0, 10_000))
        .as(Place::new);
  }
}
