package org.chrootlite.spec;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.model.Action;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;

/** From a sandbox to its tree. */
final class SpecWriter {
  private SpecWriter() {}

  static Spec write(Sandbox sandbox) {
    SortedMap<String, Object> tree = new TreeMap<>();
    tree.put("name", sandbox.name().value());
    if (!sandbox.description().isEmpty()) {
      tree.put("description", sandbox.description());
    }
    putFull(tree, "labels", sandbox.labels());
    tree.put("isolation", id(sandbox.isolation().value()));
    // Only where it is denied, so that what was stored before there was such a setting means the same.
    if (sandbox.fileLocks().value() == FileLocks.DENY) {
      tree.put("hardening", new TreeMap<>(Map.of("locks", id(FileLocks.DENY))));
    }
    SortedMap<String, Object> rootfs = new TreeMap<>();
    switch (sandbox.rootfs().source().value()) {
      case RootfsSource.Template(String name) -> rootfs.put("template", name);
      case RootfsSource.Directory directory -> rootfs.put("directory", directory.path().toString());
    }
    rootfs.put("writes", id(sandbox.rootfs().writes().value()));
    tree.put("rootfs", rootfs);
    tree.put("limits", limits(sandbox.limits()));
    tree.put("network", id(sandbox.network().value()));
    putFull(tree, "mounts", sandbox.mounts().stream().map(SpecWriter::mount).toList());
    putFull(tree, "environment", values(sandbox.environment()));
    tree.put("workdir", sandbox.workdir().value());
    tree.put("user", new TreeMap<>(Map.of("uid", sandbox.user().value().uid(), "gid", sandbox.user().value().gid())));
    tree.put("hostname", sandbox.hostname().value());
    SortedMap<String, Object> scripts = new TreeMap<>();
    sandbox.scripts().forEach(script -> scripts.put(script.name(), script(script, sandbox)));
    putFull(tree, "scripts", scripts);
    return new Spec(tree);
  }

  /** How a manifest writes one of several names. */
  static String id(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void putFull(SortedMap<String, Object> tree, String key, Map<String, ?> value) {
    if (!value.isEmpty()) {
      tree.put(key, value);
    }
  }

  private static void putFull(SortedMap<String, Object> tree, String key, List<?> value) {
    if (!value.isEmpty()) {
      tree.put(key, value);
    }
  }

  /** All limits, and that there is none of the wall time: a manifest that says nothing has one. */
  private static SortedMap<String, Object> limits(Limits limits) {
    SortedMap<String, Object> tree = new TreeMap<>();
    tree.put(LimitKind.WALL_TIME.key(), 0L);
    limits.all().forEach(limit -> tree.put(limit.kind().key(), limit.value()));
    return tree;
  }

  private static SortedMap<String, Object> mount(Mount mount) {
    SortedMap<String, Object> tree = new TreeMap<>();
    switch (mount) {
      case Mount.Bind bind -> {
        tree.put("source", bind.source().toString());
        tree.put("target", bind.target());
        tree.put("readOnly", bind.readOnly());
        if (bind.sockets()) {
          tree.put("sockets", true);
        }
      }
      case Mount.Tmpfs tmpfs -> {
        tree.put("tmpfs", tmpfs.target());
        tree.put("size", tmpfs.size());
      }
    }
    return tree;
  }

  private static SortedMap<String, String> values(SortedMap<String, Setting<String>> settings) {
    SortedMap<String, String> values = new TreeMap<>();
    settings.forEach((name, setting) -> values.put(name, setting.value()));
    return values;
  }

  private static SortedMap<String, Object> script(Script script, Sandbox sandbox) {
    SortedMap<String, Object> tree = new TreeMap<>();
    switch (script.action().value()) {
      case Action.Shell(String text) -> tree.put("run", text);
      case Action.File file -> {
        tree.put("file", file.path().toString());
        putFull(tree, "interpreter", file.interpreter());
      }
      case Action.Command command -> tree.put("command", command.argv());
    }
    putFull(tree, "args", script.args());
    switch (script.stdin().value()) {
      case Stdin.Caller _ -> {}
      case Stdin.Text(String text) -> tree.put("stdin", new TreeMap<>(Map.of("text", text)));
      case Stdin.File file -> tree.put("stdin", file.path().toString());
    }
    putFull(tree, "environment", ownVariables(script, sandbox));
    putFull(tree, "limits", ownLimits(script, sandbox.limits()));
    putFull(tree, "artifacts", script.artifacts().stream().map(Setting::value).toList());
    return tree;
  }

  private static SortedMap<String, String> ownVariables(Script script, Sandbox sandbox) {
    SortedMap<String, String> own = values(script.environment());
    sandbox
        .environment()
        .forEach(
            (name, setting) -> {
              if (!own.containsKey(name)) {
                throw notMerged(script, "environment", name);
              }
              own.remove(name, setting.value());
            });
    return own;
  }

  private static SortedMap<String, Object> ownLimits(Script script, Limits sandbox) {
    SortedMap<String, Object> own = new TreeMap<>();
    for (LimitKind kind : LimitKind.values()) {
      Optional<Long> inherited = sandbox.get(kind).map(Limit::value);
      Optional<Long> value = script.limits().get(kind).map(Limit::value);
      if (value.isPresent()) {
        if (!value.equals(inherited)) {
          own.put(kind.key(), value.get());
        }
      } else if (inherited.isPresent()) {
        if (kind != LimitKind.WALL_TIME) {
          throw notMerged(script, "limits", kind.key());
        }
        own.put(kind.key(), 0L);
      }
    }
    return own;
  }

  private static IllegalArgumentException notMerged(Script script, String setting, String key) {
    return new IllegalArgumentException(
        "script " + script.name() + " lacks " + SpecPath.child(setting, key) + " of its sandbox");
  }
}
