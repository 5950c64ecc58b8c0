package org.chrootlite.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Origin;

/** What a failed step tells of the host or the rootfs, and what to do about it, where experience knows it. */
public final class Remedies {
  private Remedies() {}

  /** The cause of a launcher that could not be started, and its remedy. */
  public static Gap ofStart(IOException failure) {
    String remedy;
    if (Supervisor.isErrno(failure, Errno.EACCES) || Supervisor.isErrno(failure, Errno.EPERM)) {
      remedy =
          "let programs be executed where the state directory is (sudo mount -o remount,exec), or name another with"
              + " --home DIR";
    } else if (Supervisor.isErrno(failure, Errno.EAGAIN)) {
      remedy = "end some of this user's processes, or raise how many there may be (ulimit -u, pids.max)";
    } else {
      remedy = "find out what refuses it: a security module, a lack of memory or of open files, a failing disk";
    }
    return new Gap("a launcher cannot be started: " + String.valueOf(failure.getMessage()).strip(), remedy);
  }

  /**
   * The cause of a failed step, and its remedy; empty where there is none better than the error itself.
   *
   * @param settings to tell causes apart that look alike
   */
  public static Optional<Gap> gap(Step step, int errno, HostSettings settings) {
    boolean refused = is(errno, Errno.EPERM) || is(errno, Errno.EACCES);
    Confinement confinement = new Confinement(settings);
    if (is(errno, Errno.ENOSYS)) {
      return Optional.of(
          confinement
              .filter()
              .orElse(new Gap("the kernel is too old, or made without it", "use Linux 5.12 or later")));
    }
    if (is(errno, Errno.EMFILE)) {
      return Optional.of(ofOpenFiles(settings));
    }
    Optional<Gap> special =
        switch (step) {
          case Step.NewNamespaces namespaces -> ofNamespaces(namespaces, errno, settings);
          case Step.NewTimeNamespace time when is(errno, Errno.ENOSPC) || is(errno, Errno.EUSERS) ->
              Optional.of(new UserNamespaces(settings).exhausted("time"));
          case Step.MapUser map when refused -> Optional.of(ofMap(settings));
          case Step.GiveStreams give -> confinement.ofNamespacesRoot();
          case Step.BecomeHostUser user -> confinement.ofNamespacesRoot();
          case Step.OpenOwnerMap map -> confinement.ofNamespacesRoot();
          case Step.TakeTree take when is(errno, Errno.ELOOP) -> Optional.of(ofLink(take));
          case Step.Attach attach when isOfTheSandbox(attach) && isOfAnotherKind(errno) ->
              Optional.of(
                  new Gap(
                      attach.target() + " of the rootfs is no directory of its own",
                      "make it one, not a link or a file"));
          case Step.Attach attach when is(errno, Errno.ELOOP) -> Optional.of(ofLink(attach.target()));
          case Step.ChangeDirectory change when is(errno, Errno.ELOOP) -> Optional.of(ofLink(change.path()));
          case Step.TakeTree take when refused -> confinement.ofNamespacesRoot();
          case Step.MountProc proc when refused -> Optional.of(ofProc(settings));
          default -> ofTrees(step, errno, refused);
        };
    Optional<Gap> known = special.isEmpty() && refused ? confinement.of(step) : special;
    return known.isEmpty() && step instanceof Step.TakeTree take ? ofSource(take, errno) : known;
  }

  private static Optional<Gap> ofNamespaces(Step.NewNamespaces step, int errno, HostSettings settings) {
    UserNamespaces users = new UserNamespaces(settings);
    if (is(errno, Errno.ENOSPC) || is(errno, Errno.EUSERS)) {
      return Optional.of(users.exhausted(step.namespaces()));
    }
    if (is(errno, Errno.EINVAL)) {
      return Optional.of(
          new Gap(
              "the kernel is made without such namespaces", "use a kernel with CONFIG_NAMESPACES and all its kinds"));
    }
    boolean refused = is(errno, Errno.EPERM) || is(errno, Errno.EACCES);
    return refused && step.namespaces().contains(Namespace.USER) ? Optional.of(users.refused()) : Optional.empty();
  }

  private static Optional<Gap> ofSource(Step.TakeTree take, int errno) {
    if (is(errno, Errno.ENOENT) || is(errno, Errno.ENOTDIR)) {
      return Optional.of(ofMissing(take.source(), take.origin()));
    }
    return is(errno, Errno.EACCES) ? Optional.of(ofClosed(take.source(), take.origin())) : Optional.empty();
  }

  /** A source that was there when the manifest was applied. */
  public static Gap ofMissing(Path source, Origin origin) {
    return new Gap(
        source + " is not there any more",
        "put it there again, or change %s and apply the manifest again".formatted(StepText.of(origin)));
  }

  /** A source that this user cannot reach. */
  public static Gap ofClosed(Path source, Origin origin) {
    return new Gap(
        "this user may not search " + source + " or a directory in which it lies",
        "chmod a+x those directories, or change %s; a FUSE file system lets other users in, root too, only with its"
                .formatted(StepText.of(origin))
            + " option allow_other");
  }

  /** Each tree that is taken is an open file until it is mounted. */
  private static Gap ofOpenFiles(HostSettings settings) {
    String most = "";
    for (String line : settings.read("/proc/self/limits").orElse("").split("\n", -1)) {
      // See proc_pid_limits(5): the soft limit, then the hard one, which ours is raised to.
      String[] fields = line.split("\\s+", -1);
      most = line.startsWith("Max open files") && fields.length > 4 ? ", " + fields[4] : most;
    }
    return new Gap(
        "each mount takes an open file, and this process may have no more of them" + most,
        "raise the hard limit (ulimit -Hn; LimitNOFILE= of a systemd service), or mount fewer sources");
  }

  private static Gap ofMap(HostSettings settings) {
    UserNamespaces users = new UserNamespaces(settings);
    return users
        .byAppArmor()
        .orElse(
            new Gap(
                "the user namespace may be made, but not used",
                "on Ubuntu, sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; in a container, run it with"
                    + " --security-opt apparmor=unconfined"));
  }

  private static Gap ofLink(Step.TakeTree take) {
    return new Gap(
        take.source() + " is a link or lies behind one, which it did not when it was applied; a script that may write"
            + " there may have made it",
        "put there what was there before; or, if the link is your own, apply the manifest again");
  }

  private static Gap ofLink(String place) {
    return new Gap(
        "a link lies on the way to " + place + " in a mount, or in what earlier runs have kept; a script may have made"
            + " it",
        "put a directory there, or mount it elsewhere");
  }

  private static Gap ofProc(HostSettings settings) {
    StringBuilder covered = new StringBuilder();
    for (String line : settings.read("/proc/self/mountinfo").orElse("").split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      // See proc_pid_mountinfo(5). What lies on an empty directory made for it covers nothing.
      if (fields.length > 4 && fields[4].startsWith("/proc/") && !fields[4].startsWith("/proc/sys/fs/binfmt_misc")) {
        covered.append(covered.isEmpty() ? " (" : ", ").append(fields[4]);
      }
    }
    return new Gap(
        "parts of the host's /proc are covered, as in a container" + (covered.isEmpty() ? "" : covered + ")"),
        "run the container with --security-opt systempaths=unconfined (Docker) or --security-opt unmask=ALL (Podman);"
            + " elsewhere, umount what covers them");
  }

  /** What the rootfs, the layer or the mounts are to blame for. */
  private static Optional<Gap> ofTrees(Step step, int errno, boolean refused) {
    return switch (step) {
      case Step.MountRoot root when root.layer().isPresent() && isMissing(errno) ->
          Optional.of(
              new Gap(
                  "the directory upper or work of the sandbox's layer is missing, or no directory",
                  "chroot-lite apply makes it again"));
      case Step.MountRoot root when root.layer().isPresent() && (is(errno, Errno.EINVAL) || refused) ->
          Optional.of(
              new Gap(
                  "the sandbox's layer cannot be laid over the rootfs: neither may lie on an overlay itself, nor the"
                      + " layer on NFS or the like; the rootfs may have no other file systems mounted inside",
                  "name a state directory on a disk's own file system, with --home DIR"));
      case Step.MountRoot root when is(errno, Errno.ENODEV) ->
          Optional.of(new Gap("the kernel has no overlay file system", "sudo modprobe overlay"));
      case Step.MountRoot root when is(errno, Errno.EINVAL) || refused ->
          Optional.of(
              new Gap(
                  "the rootfs cannot be the lower layer of an overlay: it may have other file systems mounted inside,"
                      + " or lie on an overlay itself",
                  "copy it to a plain directory"));
      case Step.OverlayTree overlay when is(errno, Errno.EINVAL) || refused ->
          Optional.of(
              new Gap(
                  "no overlay can be laid over this source: it may lie on an overlay itself, or in a file system that"
                      + " cannot be a layer of one",
                  "copy it elsewhere; or add sockets: true to the mount, which then shares its files' inodes with the"
                      + " host"));
      case Step.Attach attach when is(errno, Errno.EINVAL) || is(errno, Errno.ENOTDIR) ->
          Optional.of(
              new Gap(
                  attach.target() + " is of another kind in the rootfs, or in what earlier runs made of it",
                  "have a file where a file is mounted, and a directory where a directory is"));
      case Step.Attach attach when is(errno, Errno.EROFS) ->
          Optional.of(
              new Gap(
                  "there is no " + attach.target() + ", and the mount in which it lies is read-only",
                  "make it in what is mounted there, or mount it elsewhere"));
      case Step.WriteFile file when is(errno, Errno.EISDIR) ->
          Optional.of(
              new Gap(
                  file.path() + " is a directory in the rootfs, or in what earlier runs made of it",
                  "remove it there"));
      case Step.ChangeDirectory change when refused ->
          Optional.of(
              new Gap(
                  "the sandbox's user may not enter " + change.path() + " or what it lies in: the rootfs, or what"
                      + " earlier runs made of it, forbids that",
                  "chmod a+rx what it lies in"));
      case Step.PivotRoot pivot when is(errno, Errno.EINVAL) ->
          Optional.of(
              new Gap(
                  "the host's root is its initial ramdisk, which cannot be pivoted away from",
                  "switch_root to another file system first"));
      default -> Optional.empty();
    };
  }

  /** What is mounted on these directories is the sandbox's own. */
  private static boolean isOfTheSandbox(Step.Attach attach) {
    return Set.of("/dev", "/proc", "/run").contains(attach.target());
  }

  private static boolean isOfAnotherKind(int errno) {
    return is(errno, Errno.EINVAL) || is(errno, Errno.ENOTDIR) || is(errno, Errno.ELOOP);
  }

  private static boolean is(int number, Errno errno) {
    return number == errno.number();
  }

  private static boolean isMissing(int errno) {
    return is(errno, Errno.ENOENT) || is(errno, Errno.ENOTDIR) || is(errno, Errno.ELOOP);
  }
}
