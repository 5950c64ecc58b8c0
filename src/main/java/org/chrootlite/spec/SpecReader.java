package org.chrootlite.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
import org.jspecify.annotations.Nullable;

/** From a tree back to a sandbox; what it does not understand it refuses. */
final class SpecReader {
  /** 4294967295 is -1, which Linux takes for "leave it as it is". */
  private static final long LAST_ID = 4_294_967_294L;

  private final String file;
  private final SortedMap<String, Integer> lines;

  SpecReader(String file, SortedMap<String, Integer> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** The key that says what a script executes. */
  static String key(Action action) {
    return switch (action) {
      case Action.Shell _ -> "run";
      case Action.File _ -> "file";
      case Action.Command _ -> "command";
    };
  }

  Sandbox read(Spec spec) throws SpecException {
    SpecTree root = new SpecTree("", spec.tree());
    Limits limits = limits(root.tree("limits"), Limits.NONE);
    SortedMap<String, Setting<String>> environment = environment(root.tree("environment"));
    Sandbox sandbox =
        new Sandbox(
            file,
            text(root, "name"),
            root.has("description") ? root.text("description") : "",
            labels(root.tree("labels")),
            new Setting<>(root.choice("isolation", Isolation.values()), origin("isolation")),
            fileLocks(root),
            rootfs(root.tree("rootfs")),
            settled(limits),
            new Setting<>(root.choice("network", Network.values()), origin("network")),
            mounts(root),
            environment,
            text(root, "workdir"),
            user(root.tree("user")),
            text(root, "hostname"),
            scripts(root.tree("scripts"), environment, limits));
    root.only(
        "name", "description", "labels", "isolation", "hardening", "rootfs", "limits", "network", "mounts",
        "environment", "workdir", "user", "hostname", "scripts");
    return sandbox;
  }

  private Origin origin(String setting) {
    @Nullable Integer line = lines.get(setting);
    return line == null ? new Origin.Default(setting) : new Origin.Line(file, line, setting);
  }

  private Setting<String> text(SpecTree tree, String key) throws SpecException {
    return new Setting<>(tree.text(key), origin(tree.path(key)));
  }

  private static SortedMap<String, String> labels(SpecTree tree) throws SpecException {
    SortedMap<String, String> labels = new TreeMap<>();
    for (String name : tree.keys()) {
      labels.put(name, tree.text(name));
    }
    return labels;
  }

  private Setting<FileLocks> fileLocks(SpecTree root) throws SpecException {
    if (!root.has("hardening")) {
      return new Setting<>(FileLocks.ALLOW, origin("hardening.locks"));
    }
    SpecTree tree = root.tree("hardening");
    tree.only("locks");
    return new Setting<>(tree.choice("locks", FileLocks.values()), origin("hardening.locks"));
  }

  private Rootfs rootfs(SpecTree tree) throws SpecException {
    RootfsSource source =
        tree.has("directory")
            ? new RootfsSource.Directory(tree.hostPath("directory"))
            : new RootfsSource.Template(tree.text("template"));
    tree.only(tree.has("directory") ? "directory" : "template", "writes");
    return new Rootfs(
        new Setting<>(source, origin(SpecLines.setting(source))),
        new Setting<>(tree.choice("writes", Rootfs.Writes.values()), origin("rootfs.writes")));
  }

  /** The limits of {@code inherited}, each overridden by the tree's, with a wall time of 0 where there is none. */
  private Limits limits(SpecTree tree, Limits inherited) throws SpecException {
    List<String> known = new ArrayList<>();
    List<Limit> limits = new ArrayList<>();
    for (LimitKind kind : LimitKind.values()) {
      known.add(kind.key());
      String setting = tree.path(kind.key());
      Optional<Limit> same = inherited.get(kind);
      if (tree.has(kind.key())) {
        limits.add(new Limit(kind, tree.number(kind.key(), Long.MAX_VALUE), origin(setting)));
      } else if (same.isPresent()) {
        long value = same.get().value();
        limits.add(lines.containsKey(setting) ? new Limit(kind, value, origin(setting)) : same.get());
      }
    }
    tree.only(known.toArray(String[]::new));
    return new Limits(limits);
  }

  private static Limits settled(Limits limits) {
    return new Limits(
        limits.all().stream().filter(limit -> limit.kind() != LimitKind.WALL_TIME || limit.value() > 0).toList());
  }

  private List<Mount> mounts(SpecTree root) throws SpecException {
    List<Mount> mounts = new ArrayList<>();
    for (SpecTree tree : root.trees("mounts")) {
      if (tree.has("tmpfs")) {
        mounts.add(new Mount.Tmpfs(tree.text("tmpfs"), tree.number("size", Long.MAX_VALUE), origin(tree.path())));
        tree.only("tmpfs", "size");
      } else {
        // Written only where it is true, so that what was stored before there was such a setting means the same.
        boolean sockets = tree.has("sockets") && tree.flag("sockets");
        Path source = tree.hostPath("source");
        boolean readOnly = tree.flag("readOnly");
        mounts.add(new Mount.Bind(source, tree.text("target"), readOnly, sockets, origin(tree.path())));
        tree.only("source", "target", "readOnly", "sockets");
      }
    }
    return mounts;
  }

  private SortedMap<String, Setting<String>> environment(SpecTree tree) throws SpecException {
    SortedMap<String, Setting<String>> variables = new TreeMap<>();
    for (String name : tree.keys()) {
      variables.put(name, text(tree, name));
    }
    return variables;
  }

  private Setting<User> user(SpecTree tree) throws SpecException {
    User user = new User(tree.number("uid", LAST_ID), tree.number("gid", LAST_ID));
    tree.only("uid", "gid");
    return new Setting<>(user, origin("user"));
  }

  private List<Script> scripts(SpecTree tree, SortedMap<String, Setting<String>> environment, Limits limits)
      throws SpecException {
    List<Script> scripts = new ArrayList<>();
    for (String name : tree.keys()) {
      scripts.add(script(name, tree.tree(name), environment, limits));
    }
    scripts.sort(Comparator.comparingInt(script -> lines.getOrDefault(SpecPath.child("scripts", script.name()), 0)));
    return scripts;
  }

  private Script script(
      String name, SpecTree tree, SortedMap<String, Setting<String>> environment, Limits limits)
      throws SpecException {
    Action action = action(tree);
    Stdin stdin = stdin(tree);
    SortedMap<String, Setting<String>> variables = new TreeMap<>(environment);
    variables.putAll(environment(tree.tree("environment")));
    environment.forEach(
        (variable, setting) -> {
          String own = SpecPath.child(tree.path("environment"), variable);
          if (setting.equals(variables.get(variable)) && lines.containsKey(own)) {
            variables.put(variable, new Setting<>(setting.value(), origin(own)));
          }
        });
    List<Setting<String>> artifacts = new ArrayList<>();
    for (String path : tree.texts("artifacts")) {
      artifacts.add(new Setting<>(path, origin(SpecPath.item(tree.path("artifacts"), artifacts.size()))));
    }
    Script script =
        new Script(
            name,
            new Setting<>(action, origin(tree.path(key(action)))),
            tree.texts("args"),
            new Setting<>(stdin, origin(tree.path("stdin"))),
            variables,
            settled(limits(tree.tree("limits"), limits)),
            artifacts,
            origin(tree.path()));
    tree.only(key(action), action instanceof Action.File ? "interpreter" : key(action), "args", "stdin",
        "environment", "limits", "artifacts");
    return script;
  }

  private static Action action(SpecTree tree) throws SpecException {
    if (tree.has("run")) {
      return new Action.Shell(tree.text("run"));
    } else if (tree.has("file")) {
      return new Action.File(tree.hostPath("file"), tree.texts("interpreter"));
    }
    List<String> argv = tree.texts("command");
    if (argv.isEmpty()) {
      throw new SpecException(tree.path(), "has none of run, file and command");
    }
    return new Action.Command(argv);
  }

  private static Stdin stdin(SpecTree tree) throws SpecException {
    if (!tree.has("stdin")) {
      return new Stdin.Caller();
    } else if (tree.isText("stdin")) {
      return new Stdin.File(tree.hostPath("stdin"));
    }
    SpecTree text = tree.tree("stdin");
    text.only("text");
    return new Stdin.Text(text.text("text"));
  }
}
