package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.host.Host;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.plan.Layer;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.store.Layers;
import org.chrootlite.store.UidSlots;
import org.jspecify.annotations.Nullable;

/** Compiles launchers for this host: the same input always gives the same bytes. */
final class LauncherCompiler {
  private final Host host;
  private final Layers layers;
  private final Provisioner provisioner;

  /** What limits will be kept by; found out for the first launcher that is compiled ahead of its run. */
  private @Nullable Powers expected;

  LauncherCompiler(Host host, Layers layers) {
    this.host = host;
    this.layers = layers;
    this.provisioner = new Provisioner(host);
  }

  /**
   * Compiles a launcher.
   *
   * @param content what the script executes; empty for a command
   */
  Launcher compile(
      Sandbox sandbox,
      Script script,
      ScriptText content,
      PreparedRootfs tree,
      Provisions.Identity identity)
      throws IOException {
    return compile(sandbox, script, content, tree, identity, expected());
  }

  private synchronized Powers expected() throws IOException {
    Powers known = expected;
    if (known == null) {
      known = RunGroup.expected(host);
      expected = known;
    }
    return known;
  }

  /** The same, for limits that can be kept by this. */
  Launcher compile(
      Sandbox sandbox,
      Script script,
      ScriptText content,
      PreparedRootfs tree,
      Provisions.Identity identity,
      Powers powers)
      throws IOException {
    Optional<Path> kept =
        sandbox.rootfs().keeps() ? Optional.of(layers.of(sandbox.name().value())) : Optional.empty();
    Provisions provisions = provisioner.provide(sandbox, script.limits(), content, tree, kept, identity, powers);
    return Launcher.compile(JailPlanner.plan(sandbox, script, provisions), host.architecture());
  }

  /**
   * Who the runs of a sandbox are on the host. One with a layer is always the same; of others, each run of root is
   * somebody else, and this is who it is where no other run goes on.
   */
  Provisions.Identity identity(Optional<Layer> layer) {
    if (!host.user().isRoot()) {
      return new Provisions.Identity.Caller(host.user().uid(), host.user().gid());
    }
    return slot(layer.map(Layer::uid).orElse(UidSlots.FIRST_UID));
  }

  /** A run of root, as this user of the host. */
  Provisions.Identity slot(long uid) {
    return new Provisions.Identity.Slot(uid, host.mapsOwners());
  }
}
