package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemediesTest {
  private static final Step USERS = new Step.NewNamespaces(EnumSet.of(Namespace.USER), Origin.ALWAYS);
  private static final Step MOUNTS = new Step.NewNamespaces(EnumSet.of(Namespace.MOUNT), Origin.ALWAYS);
  private static final Step MAP = new Step.MapUser(0, 0, 1000, 1000, Origin.ALWAYS);
  private static final Step PROC = new Step.MountProc(new Tree("proc"));
  private static final Step ROOT = root(Optional.empty());
  private static final Step KEPT = root(Optional.of(new Tree("layer")));
  private static final Step DATA = new Step.Attach(new Tree("mount-0"), "/data", true, Origin.ALWAYS);
  private static final Step RESOLVER = new Step.WriteFile("/etc/resolv.conf", "", Origin.ALWAYS);
  private static final Step WORK = new Step.ChangeDirectory("/work", Origin.ALWAYS);
  private static final Step PIVOT = new Step.PivotRoot();

  /** Advice that is given has {@code word} in it; no word means no advice. */
  record Case(Step step, Errno errno, String word) {}

  private static Step root(Optional<Tree> layer) {
    return new Step.MountRoot(new Tree("rootfs"), layer, List.of(), Origin.ALWAYS);
  }

  static List<Case> cases() {
    return List.of(
        new Case(USERS, Errno.EPERM, "kernel.unprivileged_userns_clone"),
        new Case(USERS, Errno.EACCES, "kernel.apparmor_restrict_unprivileged_userns"),
        new Case(USERS, Errno.ENOSPC, "max_*_namespaces"),
        new Case(MOUNTS, Errno.ENOSPC, "max_*_namespaces"),
        new Case(MOUNTS, Errno.EPERM, ""),
        new Case(USERS, Errno.ENOMEM, ""),
        new Case(MAP, Errno.EPERM, "kernel.apparmor_restrict_unprivileged_userns"),
        new Case(MAP, Errno.EINVAL, ""),
        new Case(PROC, Errno.EPERM, "systempaths=unconfined"),
        new Case(PROC, Errno.ENOMEM, ""),
        new Case(ROOT, Errno.EINVAL, "overlay"),
        new Case(ROOT, Errno.EPERM, "overlay"),
        new Case(ROOT, Errno.ENOSPC, ""),
        new Case(ROOT, Errno.ENOENT, ""),
        new Case(KEPT, Errno.ENOENT, "missing"),
        new Case(KEPT, Errno.ENOTDIR, "no directory"),
        new Case(KEPT, Errno.ELOOP, "no directory"),
        new Case(KEPT, Errno.EINVAL, "layer"),
        new Case(KEPT, Errno.EPERM, "layer"),
        new Case(KEPT, Errno.ENOSPC, ""),
        new Case(DATA, Errno.ENOTDIR, "/data"),
        new Case(DATA, Errno.EINVAL, "/data"),
        new Case(DATA, Errno.EROFS, "no /data, and the mount in which it lies is read-only"),
        new Case(DATA, Errno.ENOENT, ""),
        new Case(RESOLVER, Errno.EISDIR, "/etc/resolv.conf"),
        new Case(RESOLVER, Errno.EROFS, ""),
        new Case(WORK, Errno.EACCES, "earlier runs"),
        new Case(WORK, Errno.ENOENT, ""),
        new Case(PIVOT, Errno.EINVAL, "ramdisk"),
        new Case(PIVOT, Errno.EPERM, ""),
        new Case(PIVOT, Errno.ENOSYS, "5.12"),
        new Case(new Step.NewSession(), Errno.EPERM, ""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void adviceIsGivenWhereExperienceHasSome(Case given) {
    Optional<String> advice =
        Remedies.gap(given.step(), given.errno().number(), HostSettings.UNKNOWN).map(Gap::toString);
    assertEquals(!given.word().isEmpty(), advice.isPresent(), advice.toString());
    assertTrue(advice.orElse("").contains(given.word()), advice.toString());
  }
}
