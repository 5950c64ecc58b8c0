package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.Action;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.rootfs.PreparedRootfs;

/** Finds out what a plan needs to know of the host. */
final class Provisioner {
  /** A script is part of its launcher; what is larger belongs into a mount. */
  private static final long LARGEST_SCRIPT = 64L << 20;

  private static final Path RESOLVER = Path.of("/etc/resolv.conf");

  private final Host host;
  private final SyscallFilter filter;

  Provisioner(Host host) {
    this.host = host;
    SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture());
    this.filter = new SyscallFilter(seccomp.bytes(), seccomp.summary());
  }

  Provisions provide(Sandbox sandbox, Script script, PreparedRootfs rootfs, Provisions.Identity identity)
      throws IOException, EngineException {
    ScriptText text = new ScriptText(content(script));
    boolean isTemplate = rootfs instanceof PreparedRootfs.FromTemplate;
    return new Provisions(
        identity,
        rootfs.root(),
        isTemplate,
        Optional.empty(),
        text,
        files(sandbox),
        resolver(sandbox),
        filter,
        host.hardLimits());
  }

  private static byte[] content(Script script) throws IOException, EngineException {
    return switch (script.action().value()) {
      case Action.Shell(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Action.File file -> read(file.path());
      case Action.Command command -> new byte[0];
    };
  }

  private static byte[] read(Path file) throws IOException, EngineException {
    if (!Files.isRegularFile(file)) {
      throw new EngineException(file + " is not a file that could be run");
    }
    long size = Files.size(file);
    if (size > LARGEST_SCRIPT) {
      throw new EngineException(
          "%s has %d bytes, more than the %d that a script may have: mount its directory instead"
              .formatted(file, size, LARGEST_SCRIPT));
    }
    if (size == 0) {
      throw new EngineException(file + " is empty: there is nothing to run");
    }
    return Files.readAllBytes(file);
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
