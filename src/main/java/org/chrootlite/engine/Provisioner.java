package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.PreparedRootfs;
import org.jspecify.annotations.Nullable;

/** Finds out what a plan needs to know of the host. */
final class Provisioner {
  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  private final Host host;

  /** One for all launchers, made for the first of them: many commands need none. */
  private @Nullable SyscallFilter filter;

  Provisioner(Host host) {
    this.host = host;
  }

  Provisions provide(
      Sandbox sandbox,
      ScriptText script,
      PreparedRootfs rootfs,
      Optional<Path> layer,
      Provisions.Identity identity,
      Powers powers)
      throws IOException {
    boolean isTemplate = rootfs instanceof PreparedRootfs.FromTemplate;
    return new Provisions(
        identity,
        rootfs.root(),
        isTemplate,
        layer,
        script,
        files(sandbox),
        resolver(sandbox),
        filter(),
        host.hardLimits(),
        powers);
  }

  private synchronized SyscallFilter filter() {
    SyscallFilter made = filter;
    if (made == null) {
      SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture());
      made = new SyscallFilter(seccomp.bytes(), seccomp.summary());
      filter = made;
    }
    return made;
  }

  private static Set<Path> files(Sandbox sandbox) {
    Set<Path> files = new HashSet<>();
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Bind bind && !Files.isDirectory(bind.source())) {
        files.add(bind.source());
      }
    }
    return files;
  }

  private static String resolver(Sandbox sandbox) throws IOException {
    if (sandbox.network().value() != Network.HOST) {
      return "";
    }
    try {
      return Files.readString(RESOLVER);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
