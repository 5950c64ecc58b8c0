package org.chrootlite.doctor;

import org.chrootlite.compile.step.Step;

/** What a jail is made of, as people call it: each step of a launcher belongs to one. In the order of the trial. */
enum Feature {
  LAUNCHER("launcher", "starts in the state directory, forks, waits, reports", false),
  GROUP("joining a control group", "by the launcher itself, before all else", true),
  OWNERS("files of root's owner", "appear as the sandbox user's, in the lower layer of an overlay too", true),
  TREES("mounts by descriptor", "open_tree, mount_setattr: read-only, nosuid, nodev in one step", false),
  HOST_USER("host user of a run", "root gives itself up for a user who owns nothing", false),
  NAMESPACES("namespaces", "", false),
  PRIVACY("private mounts", "no propagation from or to the host", false),
  NETWORK("host name and loopback", "of the sandbox's own", true),
  SCRATCH("memory for writes", "a tmpfs that is bounded in bytes and inodes", false),
  ROOT("overlay", "a throw-away layer over a root directory, as an ordinary user", false),
  DEVICES("/dev", "six devices of the host, terminals of its own", false),
  PROC("/proc", "of the sandbox's processes only, the host's parts hidden", true),
  PIVOT("new root", "pivot_root, openat2: no path leads back to the host", false),
  LIMITS("resource limits", "prlimit, hard and soft", true),
  KEYRING("session keyring", "new and empty", true),
  PRIVILEGES("no privileges", "no capabilities, no_new_privs, not traceable", false),
  FILTER("system call filter", "seccomp, with a list of what is allowed", true),
  EXECUTION("execution", "of a program in the sandbox's root", false);

  private final String about;
  private final String detail;
  private final boolean detachable;

  Feature(String about, String detail, boolean detachable) {
    this.about = about;
    this.detail = detail;
    this.detachable = detachable;
  }

  String about() {
    return about;
  }

  /** How it works where it does. */
  String detail() {
    return detail;
  }

  /** Whether all others can be tried without it. Only what is executed then is ours, so it may lack protection. */
  boolean isDetachable() {
    return detachable;
  }

  /** What a step is for. */
  static Feature of(Step step) {
    return switch (step) {
      case Step.CloseDescriptors s -> LAUNCHER;
      case Step.ResetSignals s -> LAUNCHER;
      case Step.BlockSignals s -> LAUNCHER;
      case Step.UnblockSignals s -> LAUNCHER;
      case Step.OpenStatus s -> LAUNCHER;
      case Step.OpenSupervisor s -> LAUNCHER;
      case Step.OpenLifeline s -> LAUNCHER;
      case Step.OpenArtifact s -> LAUNCHER;
      case Step.StartInit s -> LAUNCHER;
      case Step.DieWithCaller s -> LAUNCHER;
      case Step.DieWithOuter s -> LAUNCHER;
      case Step.NameProcess s -> LAUNCHER;
      case Step.OpenReportPipe s -> LAUNCHER;
      case Step.ReportToInit s -> LAUNCHER;
      case Step.StartScript s -> LAUNCHER;
      case Step.CloseStreams s -> LAUNCHER;
      case Step.LimitWallTime s -> LAUNCHER;
      case Step.WaitForInit s -> LAUNCHER;
      case Step.WaitForScript s -> LAUNCHER;
      case Step.KillTheRest s -> LAUNCHER;
      case Step.HoldScratch s -> LAUNCHER;
      case Step.MeasureScratch s -> LAUNCHER;
      case Step.CollectArtifact s -> LAUNCHER;
      case Step.ReportEnd s -> LAUNCHER;
      case Step.NewSession s -> LAUNCHER;
      case Step.SetUmask s -> LAUNCHER;
      case Step.CloseTrees s -> LAUNCHER;
      case Step.CloseOnExecute s -> LAUNCHER;
      case Step.JoinControlGroups s -> GROUP;
      case Step.OpenOwnerMap s -> OWNERS;
      case Step.TakeTree s -> TREES;
      case Step.GiveStreams s -> HOST_USER;
      case Step.BecomeHostUser s -> HOST_USER;
      case Step.NewNamespaces s -> NAMESPACES;
      case Step.MapUser s -> NAMESPACES;
      case Step.NewTimeNamespace s -> NAMESPACES;
      case Step.MakeMountsPrivate s -> PRIVACY;
      case Step.BringUpLoopback s -> NETWORK;
      case Step.SetHostname s -> NETWORK;
      case Step.MountScratch s -> SCRATCH;
      case Step.NewDirectory s -> SCRATCH;
      case Step.NewTmpfs s -> SCRATCH;
      case Step.MountRoot s -> ROOT;
      case Step.BindRoot s -> ROOT;
      case Step.OverlayTree s -> ROOT;
      case Step.NewDeviceNodes s -> LAUNCHER;
      case Step.NewDevices s -> DEVICES;
      case Step.MountDevices s -> DEVICES;
      case Step.MountProc s -> PROC;
      case Step.HideProcFile s -> PROC;
      case Step.HideProcDirectory s -> PROC;
      case Step.FreezeProc s -> PROC;
      case Step.BoundUserCounters s -> PROC;
      case Step.Attach attach ->
          switch (attach.target()) {
            case "/dev" -> DEVICES;
            case "/proc" -> PROC;
            default -> PIVOT;
          };
      case Step.PlaceScript s -> PIVOT;
      case Step.PivotRoot s -> PIVOT;
      case Step.MakeTreeReadOnly s -> PIVOT;
      case Step.WriteFile s -> PIVOT;
      case Step.MakeRootReadOnly s -> PIVOT;
      case Step.ChangeDirectory s -> PIVOT;
      case Step.SetLimit s -> LIMITS;
      case Step.NewKeyring s -> KEYRING;
      case Step.DropCapabilities s -> PRIVILEGES;
      case Step.EmptyBoundingSet s -> PRIVILEGES;
      case Step.MakeUndumpable s -> PRIVILEGES;
      case Step.NoNewPrivileges s -> PRIVILEGES;
      case Step.FilterSyscalls s -> FILTER;
      case Step.Execute s -> EXECUTION;
    };
  }
}
