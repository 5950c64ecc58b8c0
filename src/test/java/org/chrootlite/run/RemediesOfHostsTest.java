package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Origin;
import org.junit.jupiter.api.Test;

/** Causes that look alike in a launcher are told apart by what the kernel says of its settings. */
class RemediesOfHostsTest {
  private static final Step ALL = new Step.NewNamespaces(EnumSet.allOf(Namespace.class), Origin.ALWAYS);
  private static final Step MAP = new Step.MapUser(0, 0, 1000, 1000, Origin.ALWAYS);
  private static final Step PROC = new Step.MountProc(new Tree("proc"));
  private static final Step TAKE =
      new Step.TakeTree(new Tree("rootfs"), Path.of("/r"), true, false, true, Origin.ALWAYS);
  private static final Step PRIVATE = new Step.MakeMountsPrivate();
  private static final Step BECOME = new Step.BecomeHostUser(2_000_000_000L);

  private static final String STATUS = "/proc/self/status";
  private static final String MOUNTS = "/proc/self/mountinfo";
  private static final String UID_MAP = "/proc/self/uid_map";
  private static final String ROOT_MOUNT = "21 1 8:1 / / rw - ext4 /dev/sda1 rw";

  /** Settings: a file and its content in turn. */
  private static HostSettings host(String... filesAndContents) {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < filesAndContents.length; i += 2) {
      files.put(filesAndContents[i], filesAndContents[i + 1]);
    }
    return file -> Optional.ofNullable(files.get(file));
  }

  private static Gap gap(Step step, Errno errno, HostSettings host) {
    return Remedies.gap(step, errno.number(), host).orElseThrow();
  }

  private static void assertRemedy(String start, Gap gap) {
    assertTrue(gap.remedy().startsWith(start), gap.toString());
  }

  @Test
  void theSwitchOfDebianIsNamedWhereItIsOff() {
    Gap gap = gap(ALL, Errno.EPERM, host("/proc/sys/kernel/unprivileged_userns_clone", "0", MOUNTS, ROOT_MOUNT));
    assertEquals("unprivileged user namespaces are switched off: kernel.unprivileged_userns_clone is 0", gap.why());
    assertEquals(
        "sudo sysctl -w kernel.unprivileged_userns_clone=1; to keep it: echo 'kernel.unprivileged_userns_clone = 1'"
            + " | sudo tee /etc/sysctl.d/60-chroot-lite.conf",
        gap.remedy());
  }

  @Test
  void theRestrictionOfUbuntuIsNamedWhereItIsOnAndWhicheverStepItStops() {
    HostSettings ubuntu = host("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", MOUNTS, ROOT_MOUNT);
    for (Step step : List.of(ALL, MAP)) {
      Gap gap = gap(step, Errno.EPERM, ubuntu);
      assertTrue(gap.why().startsWith("AppArmor restricts unprivileged user namespaces"), gap.why());
      assertRemedy("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0;", gap);
    }
    HostSettings off = host("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0", MOUNTS, ROOT_MOUNT);
    assertEquals("unprivileged user namespaces are not allowed here", gap(ALL, Errno.EPERM, off).why());
  }

  @Test
  void theKindOfNamespaceIsNamedThatThereMayBeNoneOf() {
    Gap user = gap(ALL, Errno.ENOSPC, host("/proc/sys/user/max_user_namespaces", "0"));
    assertRemedy("sudo sysctl -w user.max_user_namespaces=15000;", user);
    Gap mount = gap(ALL, Errno.ENOSPC, host("/proc/sys/user/max_mnt_namespaces", "0"));
    assertEquals("mount namespaces are switched off: user.max_mnt_namespaces is 0", mount.why());
    Gap time = gap(new Step.NewTimeNamespace(), Errno.ENOSPC, host("/proc/sys/user/max_time_namespaces", "0"));
    assertRemedy("sudo sysctl -w user.max_time_namespaces=15000;", time);
    Gap exhausted = gap(ALL, Errno.ENOSPC, host("/proc/sys/user/max_user_namespaces", "63000"));
    assertTrue(exhausted.why().startsWith("no more namespaces are allowed"), exhausted.why());
    assertTrue(gap(ALL, Errno.EUSERS, HostSettings.UNKNOWN).why().startsWith("no more"), "32 levels");
    assertTrue(gap(ALL, Errno.EINVAL, HostSettings.UNKNOWN).remedy().contains("CONFIG_"), "a kernel without");
  }

  @Test
  void theFilterOfAContainerIsNamedWhateverItAnswers() {
    HostSettings container = host(STATUS, "Uid:\t1000\t1000\nSeccomp:\t2", MOUNTS, ROOT_MOUNT);
    for (Errno errno : List.of(Errno.EPERM, Errno.ENOSYS)) {
      assertTrue(gap(ALL, errno, container).remedy().contains("--security-opt seccomp=unconfined"), errno.name());
      assertTrue(gap(TAKE, errno, container).remedy().contains("--security-opt seccomp=unconfined"), errno.name());
    }
    Gap old = gap(TAKE, Errno.ENOSYS, host(STATUS, "Seccomp:\t0"));
    assertEquals("use Linux 5.12 or later", old.remedy());
  }

  @Test
  void aChrootIsNamed() {
    Gap gap = gap(ALL, Errno.EPERM, host(MOUNTS, "30 21 8:1 /jail/proc /proc rw - proc proc rw"));
    assertTrue(gap.why().startsWith("this is a chroot"), gap.why());
  }

  @Test
  void whatCoversProcIsNamed() {
    String mounts =
        ROOT_MOUNT
            + "\n22 21 0:5 / /proc rw - proc proc rw"
            + "\n23 22 0:6 / /proc/sys/fs/binfmt_misc rw - autofs none rw"
            + "\n24 22 0:7 / /proc/kcore rw - tmpfs tmpfs rw"
            + "\n25 22 0:5 /sys /proc/sys ro - proc proc rw";
    Gap gap = gap(PROC, Errno.EPERM, host(MOUNTS, mounts));
    assertEquals("parts of the host's /proc are covered, as in a container (/proc/kcore, /proc/sys)", gap.why());
    assertTrue(gap.remedy().contains("systempaths=unconfined") && gap.remedy().contains("unmask=ALL"), gap.remedy());
  }

  @Test
  void theRootOfAContainerIsNotToldToAskTheKernel() {
    HostSettings rootless = host(STATUS, "Uid:\t0\t0\t0\t0\nSeccomp:\t0", UID_MAP, "0 1000 1\n1 100000 65536");
    for (Step step : List.of(TAKE, new Step.OpenOwnerMap(1))) {
      assertTrue(gap(step, Errno.EPERM, rootless).remedy().contains("--user 1000"), step.toString());
    }
    assertTrue(gap(BECOME, Errno.EINVAL, rootless).why().contains("/proc/self/uid_map"));
    HostSettings docker =
        host(
            STATUS,
            "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\nSeccomp:\t0",
            UID_MAP,
            "         0          0 4294967295");
    assertTrue(gap(TAKE, Errno.EPERM, docker).why().contains("CAP_SYS_ADMIN"));
    assertEquals(Optional.empty(), Remedies.gap(BECOME, Errno.EINVAL.number(), docker));
    HostSettings whole =
        host(
            STATUS,
            "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0",
            UID_MAP,
            "         0          0 4294967295");
    assertEquals(Optional.empty(), Remedies.gap(TAKE, Errno.EPERM.number(), whole));
  }

  @Test
  void aSourceThatIsGoneOrClosedIsNamed() {
    for (Errno errno : List.of(Errno.ENOENT, Errno.ENOTDIR)) {
      assertEquals("/r is not there any more", gap(TAKE, errno, HostSettings.UNKNOWN).why());
    }
    assertRemedy("put it there again, or change always", gap(TAKE, Errno.ENOENT, HostSettings.UNKNOWN));
    Gap closed = gap(TAKE, Errno.EACCES, HostSettings.UNKNOWN);
    assertEquals("this user may not search /r or a directory in which it lies", closed.why());
    assertRemedy("chmod a+x those directories", closed);
    Gap armor = gap(TAKE, Errno.EACCES, host("/proc/self/attr/current", "docker-default (enforce)"));
    assertEquals("the AppArmor profile docker-default is in force here", armor.why());
  }

  @Test
  void theNumberOfOpenFilesIsTold() {
    String limits =
        "Limit                     Soft Limit           Hard Limit           Units\n"
            + "Max open files            1024                 4096                 files";
    Gap known = gap(TAKE, Errno.EMFILE, host("/proc/self/limits", limits));
    assertEquals("each mount takes an open file, and this process may have no more of them, 4096", known.why());
    Gap unknown = gap(TAKE, Errno.EMFILE, HostSettings.UNKNOWN);
    assertEquals("each mount takes an open file, and this process may have no more of them", unknown.why());
    assertRemedy("raise the hard limit", unknown);
  }

  @Test
  void aLauncherThatCannotBeStartedHasTheRemedyOfItsError() {
    String failed = "Cannot run program \"./launcher\": Exec failed, error: %s ";
    Gap closed = Remedies.ofStart(new IOException(failed.formatted("13 (Permission denied)")));
    assertRemedy("let programs be executed where the state directory is", closed);
    assertTrue(closed.why().endsWith("error: 13 (Permission denied)"), closed.why());
    Gap many = Remedies.ofStart(new IOException("error=11, Resource temporarily unavailable"));
    assertRemedy("end some of this user's processes", many);
    assertRemedy("find out what refuses it", Remedies.ofStart(new IOException("error: 5 (Input/output error)")));
  }

  @Test
  void aSecurityModuleThatConfinesTheProcessIsNamed() {
    Gap armor = gap(PRIVATE, Errno.EACCES, host("/proc/self/attr/current", "docker-default (enforce)"));
    assertEquals("the AppArmor profile docker-default is in force here", armor.why());
    assertRemedy("run the container with --security-opt apparmor=unconfined", armor);
    String label = "system_u:system_r:container_t:s0:c1,c2\0";
    assertRemedy("run it with --security-opt label=disable",
        gap(PRIVATE, Errno.EACCES, host("/proc/self/attr/current", label)));
    assertEquals(
        Optional.empty(),
        Remedies.gap(PRIVATE, Errno.EACCES.number(), host("/proc/self/attr/current", "unconfined")));
    assertEquals(
        Optional.empty(),
        Remedies.gap(PRIVATE, Errno.ENOMEM.number(), host("/proc/self/attr/current", "docker-default (enforce)")));
  }

  @Test
  void theHostsOwnSettingsAreRead() {
    assertTrue(HostSettings.OF_HOST.read(STATUS).orElseThrow().contains("Uid:"));
    assertEquals(Optional.empty(), HostSettings.OF_HOST.read("/proc/self/no-such-file"));
  }
}
