package org.chrootlite.run;

import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Namespace;

/** What to do about a step that the host refuses, where experience knows it. */
final class Remedies {
  private Remedies() {}

  /** Advice for a failed step; empty where there is none better than the error itself. */
  static Optional<String> of(Step step, int errno) {
    if (errno == Errno.ENOSYS.number()) {
      return Optional.of("the kernel is too old: Linux 5.12 or later is needed");
    }
    boolean refused = errno == Errno.EPERM.number() || errno == Errno.EACCES.number();
    return switch (step) {
      case Step.NewNamespaces namespaces when errno == Errno.ENOSPC.number() ->
          Optional.of("no more namespaces are allowed: raise /proc/sys/user/max_*_namespaces");
      case Step.NewNamespaces namespaces when refused && namespaces.namespaces().contains(Namespace.USER) ->
          Optional.of(
              "unprivileged user namespaces are not allowed here: sysctl -w kernel.unprivileged_userns_clone=1"
                  + " (Debian), sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), or in a container"
                  + " run it with --security-opt seccomp=unconfined");
      case Step.MapUser map when refused ->
          Optional.of(
              "the user namespace may not be used: on Ubuntu,"
                  + " sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
      case Step.MountProc proc when refused ->
          Optional.of(
              "parts of the host's /proc are covered, as in a container: run the container with"
                  + " --security-opt systempaths=unconfined (Docker) or --security-opt unmask=ALL (Podman)");
      case Step.MountRoot root when root.layer().isPresent() && isMissing(errno) ->
          Optional.of("the directory upper or work of the sandbox's layer is missing, or no directory");
      case Step.MountRoot root when root.layer().isPresent() && (errno == Errno.EINVAL.number() || refused) ->
          Optional.of(
              "the sandbox's layer cannot be laid over the rootfs: neither may lie on an overlay itself, nor the layer"
                  + " on NFS or the like; the rootfs may have no other file systems mounted inside");
      case Step.MountRoot root when errno == Errno.EINVAL.number() || refused ->
          Optional.of(
              "the rootfs cannot be the lower layer of an overlay: it may have other file systems mounted inside,"
                  + " or lie on an overlay itself; copy it to a plain directory");
      case Step.Attach attach when errno == Errno.EINVAL.number() && !attach.followsLink() ->
          Optional.of(attach.target() + " of the rootfs must be a directory, not a link or a file");
      case Step.Attach attach when errno == Errno.EINVAL.number() || errno == Errno.ENOTDIR.number() ->
          Optional.of(
              attach.target()
                  + " is of another kind in the rootfs, or in what earlier runs made of it: a file where a directory"
                  + " belongs, or the other way round");
      case Step.WriteFile file when errno == Errno.EISDIR.number() ->
          Optional.of(file.path() + " is a directory in the rootfs, or in what earlier runs made of it");
      case Step.ChangeDirectory change when refused ->
          Optional.of(
              "the sandbox's user may not enter it or what it lies in: the rootfs, or what earlier runs made of it,"
                  + " forbids that");
      case Step.PivotRoot pivot when errno == Errno.EINVAL.number() ->
          Optional.of("the host's root is its initial ramdisk, which cannot be pivoted away from");
      default -> Optional.empty();
    };
  }

  private static boolean isMissing(int errno) {
    return errno == Errno.ENOENT.number() || errno == Errno.ENOTDIR.number() || errno == Errno.ELOOP.number();
  }
}
