package org.chrootlite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.linux.Controller;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;

/** Sandboxes and launchers for tests, from manifests as users write them. */
public final class Given {
  /** A host without control groups. */
  public static final Powers NO_GROUP =
      new Powers(new Powers.Group.None(new Gap("there are no control groups", "mount them")), Optional.empty());

  /** A host with control groups of version 1. */
  public static final Powers GROUP =
      new Powers(
          new Powers.Group.Joined(
              Means.CGROUP_V1,
              Set.of(Controller.values()),
              Optional.empty(),
              Optional.empty(),
              List.of("cgroup/memory/tasks", "cgroup/pids/tasks")),
          Optional.empty());

  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\n";

  private Given() {}

  /** The sandboxes of a manifest's text; between its documents the head of each is added. */
  public static List<Sandbox> sandboxes(String... documents) {
    try {
      Path file = Files.createTempFile("given-", ".yaml");
      try {
        Files.writeString(file, HEAD + String.join("---\n" + HEAD, documents));
        return sandboxes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sandboxes of a manifest, which must be without errors. */
  public static List<Sandbox> sandboxes(Path manifest) {
    Reading reading = Manifests.read(List.of(manifest.toString()), Set.of("base", "python"));
    if (reading.hasErrors()) {
      throw new AssertionError(reading.diagnostics().toString());
    }
    return reading.sandboxes();
  }

  /** The launcher of a script for a fixed host, whose caller is this. */
  public static Launcher launcher(Sandbox sandbox, Script script, Provisions.Identity identity, ScriptText text) {
    SeccompFilter filter = SeccompFilter.forArchitecture(Architecture.X86_64);
    Provisions provisions =
        new Provisions(
            identity,
            Path.of("/state/rootfs/base-1"),
            true,
            layer(sandbox),
            text,
            Set.of(Path.of("/etc/passwd")),
            "nameserver 192.0.2.1\n",
            new SyscallFilter(filter.bytes(), filter.summary()),
            Map.of(),
            identity instanceof Provisions.Identity.Slot ? GROUP : NO_GROUP);
    return Launcher.compile(JailPlanner.plan(sandbox, script, provisions), Architecture.X86_64);
  }

  private static Optional<Path> layer(Sandbox sandbox) {
    return sandbox.rootfs().keeps() ? Optional.of(Path.of("/state/layers", sandbox.name().value())) : Optional.empty();
  }

  /** The launcher of the first script of a manifest's text, which is a command. */
  public static Launcher launcher(String document) {
    Sandbox sandbox = sandboxes(document).getFirst();
    Provisions.Identity caller = new Provisions.Identity.Caller(1000, 1000);
    return launcher(sandbox, sandbox.scripts().getFirst(), caller, new ScriptText(new byte[0]));
  }
}
