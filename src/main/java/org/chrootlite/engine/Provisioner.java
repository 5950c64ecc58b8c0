package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.HostMounts;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Places;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.Accounting;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.FinishedRoot;
import org.chrootlite.rootfs.PreparedRootfs;

/** Finds out what a plan needs to know of the host. */
final class Provisioner {
  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  private final Host host;

  /** One for all launchers that need it, made for the first of them: many commands need none. */
  private final Map<Accounting, SyscallFilter> filters = new EnumMap<>(Accounting.class);

  private final Map<Accounting, SyscallFilter> filtersWithoutLocks = new EnumMap<>(Accounting.class);

  Provisioner(Host host) {
    this.host = host;
  }

  Provisions provide(
      Sandbox sandbox,
      Limits limits,
      ScriptText script,
      PreparedRootfs rootfs,
      Optional<Path> layer,
      Provisions.Identity identity,
      Powers powers)
      throws IOException {
    FinishedRoot root = new FinishedRoot(sandbox, rootfs.root(), layer.map(one -> one.resolve("upper")));
    HostMounts hostMounts = hostMounts(sandbox);
    boolean isTemplate = rootfs instanceof PreparedRootfs.FromTemplate;
    return new Provisions(
        identity,
        rootfs.root(),
        isTemplate,
        layer.isPresent() ? Optional.of(real(layer.get())) : layer,
        script,
        files(sandbox, hostMounts),
        resolver(sandbox),
        filter(accounting(sandbox, limits, powers), sandbox.fileLocks().value()),
        host.hardLimits(),
        powers,
        new Places(root.places()),
        hostMounts);
  }

  /** The way to a layer is the caller's own, links and all; a launcher follows none. */
  private static Path real(Path layer) throws IOException {
    Path parent = layer.getParent();
    return parent != null && Files.isDirectory(parent) ? parent.toRealPath().resolve(layer.getFileName()) : layer;
  }

  private static Accounting accounting(Sandbox sandbox, Limits limits, Powers powers) {
    boolean isSampled =
        limits.get(LimitKind.MEMORY).isPresent()
            && Enforcement.of(LimitKind.MEMORY, sandbox.rootfs().writes().value(), powers)
                instanceof Enforcement.Enforced(Means means)
            && means == Means.SAMPLED;
    return isSampled ? Accounting.SAMPLED : Accounting.KERNEL;
  }

  private synchronized SyscallFilter filter(Accounting accounting, FileLocks locks) {
    Map<Accounting, SyscallFilter> made =
        switch (locks) {
          case ALLOW -> filters;
          case DENY -> filtersWithoutLocks;
        };
    return made.computeIfAbsent(accounting, each -> make(each, locks));
  }

  private SyscallFilter make(Accounting accounting, FileLocks locks) {
    SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture(), accounting, locks);
    return new SyscallFilter(seccomp.bytes(), seccomp.summary());
  }

  private HostMounts hostMounts(Sandbox sandbox) throws IOException {
    boolean isAsked =
        sandbox.mounts().stream()
            .anyMatch(mount -> mount instanceof Mount.Bind bind && bind.readOnly() && !bind.sockets());
    return isAsked ? new MountSources(MountTable.current(), host.user()).of(sandbox.mounts()) : HostMounts.PLAIN;
  }

  private static Set<Path> files(Sandbox sandbox, HostMounts hostMounts) {
    Set<Path> files = new HashSet<>();
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Bind bind && !Files.isDirectory(bind.source())) {
        files.add(bind.source());
      }
    }
    for (List<Path> points : hostMounts.below().values()) {
      points.stream().filter(point -> !Files.isDirectory(point)).forEach(files::add);
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
