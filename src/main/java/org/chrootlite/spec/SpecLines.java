package org.chrootlite.spec;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.model.Limit;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Origin;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.jspecify.annotations.Nullable;

/** Collects the lines that the values of a sandbox come from. */
final class SpecLines {
  private final SortedMap<String, Integer> lines = new TreeMap<>();

  private SpecLines() {}

  static SortedMap<String, Integer> of(Sandbox sandbox) {
    SpecLines collected = new SpecLines();
    collected.add(sandbox);
    return collected.lines;
  }

  /** What the setting is called that says what the root is made from. */
  static String setting(RootfsSource source) {
    return switch (source) {
      case RootfsSource.Template _ -> "rootfs.template";
      case RootfsSource.Directory _ -> "rootfs.directory";
    };
  }

  private void add(Sandbox sandbox) {
    add("name", sandbox.name().origin());
    add("isolation", sandbox.isolation().origin());
    add("hardening.locks", sandbox.fileLocks().origin());
    add(setting(sandbox.rootfs().source().value()), sandbox.rootfs().source().origin());
    add("rootfs.writes", sandbox.rootfs().writes().origin());
    add("limits", sandbox.limits(), Limits.NONE);
    add("network", sandbox.network().origin());
    List<Mount> mounts = sandbox.mounts();
    for (int index = 0; index < mounts.size(); index++) {
      add(SpecPath.item("mounts", index), mounts.get(index).origin());
    }
    add("environment", sandbox.environment(), new TreeMap<>());
    add("workdir", sandbox.workdir().origin());
    add("user", sandbox.user().origin());
    add("hostname", sandbox.hostname().origin());
    sandbox.scripts().forEach(script -> add(script, sandbox));
  }

  private void add(Script script, Sandbox sandbox) {
    String path = SpecPath.child("scripts", script.name());
    add(path, script.origin());
    add(path + "." + SpecReader.key(script.action().value()), script.action().origin());
    add(path + ".stdin", script.stdin().origin());
    add(path + ".environment", script.environment(), sandbox.environment());
    add(path + ".limits", script.limits(), sandbox.limits());
    List<Setting<String>> artifacts = script.artifacts();
    for (int index = 0; index < artifacts.size(); index++) {
      add(SpecPath.item(path + ".artifacts", index), artifacts.get(index).origin());
    }
  }

  private void add(
      String path, SortedMap<String, Setting<String>> variables, SortedMap<String, Setting<String>> inherited) {
    variables.forEach(
        (name, setting) -> {
          if (!isSame(setting, inherited.get(name))) {
            add(SpecPath.child(path, name), setting.origin());
          }
        });
  }

  /** What is inherited is the very same object; only where it is not is it worth a closer look. */
  private static boolean isSame(Setting<String> setting, @Nullable Setting<String> inherited) {
    return inherited != null && Objects.equals(setting, inherited);
  }

  private void add(String path, Limits limits, Limits inherited) {
    for (Limit limit : limits.all()) {
      if (!inherited.get(limit.kind()).equals(Optional.of(limit))) {
        add(SpecPath.child(path, limit.kind().key()), limit.origin());
      }
    }
  }

  private void add(String setting, Origin origin) {
    switch (origin) {
      case Origin.Line line -> lines.put(setting, line.line());
      case Origin.Default _, Origin.Always _ -> {}
    }
  }
}
