package org.chrootlite.compile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;

/** Decides on the steps of a run. */
public final class JailPlanner {
  /** Between the signal that asks a script to end and the one that ends it, in nanoseconds. */
  public static final long GRACE = 1_000_000_000L;

  /** How often init looks whether the supervisor is stopped, in nanoseconds. */
  private static final long POLLING_INTERVAL = 10_000_000L;

  /** outer and init: they run as the script's user and in the run's control group, so the kernel counts them too. */
  public static final int OUR_PROCESSES = 2;

  /** One sendfile(2) copies no more. */
  private static final long LARGEST_ARTIFACT = 0x7ffff000L;

  private static final Tree ROOTFS = new Tree("rootfs");
  private static final Tree LAYER = new Tree("layer");
  private static final Tree DEV = new Tree("dev");
  private static final Tree NODES = new Tree("nodes");
  private static final Tree PROC = new Tree("proc");
  private static final Tree RUN = new Tree("run");
  private static final Tree TMP = new Tree("tmp");
  private static final Tree WORK = new Tree("work");

  private static final String TEMPORARY = "/tmp";
  private static final String CONFIGURATION = "/etc";

  /** What every template has as a directory, beside those that hold what every sandbox has. */
  private static final Set<String> MOUNT_POINTS = Set.of("/tmp", "/work");

  /**
   * Far below what the kernel grants a user (128 inotify instances), and enough for a build that watches its files. The
   * filter refuses fanotify, and each counter costs some 17 microseconds.
   */
  private static final SortedMap<String, Long> USER_COUNTERS =
      new TreeMap<>(Map.of("max_inotify_instances", 16L, "max_inotify_watches", 4096L));

  private final Sandbox sandbox;
  private final Script script;
  private final Provisions provisions;

  /** In the order in which they are mounted: a parent before what is mounted in it. */
  private final List<Step.Attach> attachments;

  private JailPlanner(Sandbox sandbox, Script script, Provisions provisions) {
    this.sandbox = sandbox;
    this.script = script;
    this.provisions = provisions;
    this.attachments = attachments();
  }

  /** The steps of a run of this script, the same for the same input. */
  public static JailPlan plan(Sandbox sandbox, Script script, Provisions provisions) {
    JailPlanner planner = new JailPlanner(sandbox, script, provisions);
    return new JailPlan(planner.outer(), planner.init(), planner.script());
  }

  private List<Step> outer() {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.CloseDescriptors());
    steps.add(new Step.ResetSignals());
    steps.add(new Step.BlockSignals());
    steps.add(new Step.OpenStatus());
    steps.add(new Step.OpenSupervisor());
    if (!provisions.powers().entrances().isEmpty()) {
      steps.add(new Step.JoinControlGroups(provisions.powers().entrances(), grouped()));
    }
    steps.add(new Step.OpenLifeline());
    for (int i = 0; i < script.artifacts().size(); i++) {
      steps.add(new Step.OpenArtifact(i, script.artifacts().get(i).origin()));
    }
    Provisions.Identity identity = provisions.identity();
    Origin user = sandbox.user().origin();
    long uid = sandbox.user().value().uid();
    long gid = sandbox.user().value().gid();
    Step map = new Step.MapUser(uid, gid, identity.uid(), identity.gid(), user);
    switch (identity) {
      case Provisions.Identity.Slot(long slot, boolean mapsOwners) -> {
        // Root reaches the host's files before it gives itself up. From there on both ways are one.
        boolean maps = mapsOwners && !(isBare() && sandbox.mounts().isEmpty());
        if (maps) {
          steps.add(new Step.OpenOwnerMap(slot));
        }
        takeTrees(steps, maps);
        steps.add(new Step.NewDeviceNodes(NODES, Devices.NUMBERS));
        steps.add(new Step.GiveStreams(slot));
        steps.add(new Step.BecomeHostUser(slot));
        steps.add(new Step.NewNamespaces(namespaces(), sandbox.network().origin()));
        steps.add(map);
        // No private mounts: with the user namespace they propagate nothing to the host, and no tree is shared.
        steps.add(new Step.NewTimeNamespace());
      }
      case Provisions.Identity.Caller caller -> {
        steps.add(new Step.NewNamespaces(namespaces(), sandbox.network().origin()));
        steps.add(map);
        steps.add(new Step.NewTimeNamespace());
        steps.add(new Step.MakeMountsPrivate());
        takeTrees(steps, false);
      }
    }
    steps.add(new Step.StartInit());
    steps.add(new Step.MakeUndumpable());
    steps.add(new Step.DropCapabilities());
    steps.add(new Step.DieWithCaller());
    steps.add(new Step.CloseStreams());
    steps.add(new Step.WaitForInit());
    return steps;
  }

  /** The limits that the run's control groups keep. */
  private List<Limit> grouped() {
    List<Limit> kept = new ArrayList<>();
    for (Limit limit : script.limits().all()) {
      if (Enforcement.of(limit.kind(), writes().value(), provisions.powers()).isByGroup()) {
        kept.add(limit);
      }
    }
    return kept;
  }

  private Set<Namespace> namespaces() {
    return switch (sandbox.network().value()) {
      case NONE -> EnumSet.allOf(Namespace.class);
      case HOST -> EnumSet.complementOf(EnumSet.of(Namespace.NETWORK));
    };
  }

  private void takeTrees(List<Step> steps, boolean mapped) {
    steps.add(new Step.TakeTree(ROOTFS, provisions.rootfs(), true, mapped, true, sandbox.rootfs().source().origin()));
    // Never mapped: the layer belongs to who the sandbox is on the host, not to root.
    layer().ifPresent(path -> steps.add(new Step.TakeTree(LAYER, path, false, false, true, writes().origin())));
    binds().forEach(bind -> steps.addAll(bind.taken(mapped)));
  }

  private List<Step> init() {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.DieWithOuter());
    // A SIGSTOP for the caller's process group must not stop the process that has to react to it.
    steps.add(new Step.NewSession());
    steps.add(new Step.NameProcess("init"));
    if (sandbox.network().value() == Network.NONE) {
      steps.add(new Step.BringUpLoopback(sandbox.network().origin()));
    }
    steps.add(new Step.SetHostname(sandbox.hostname().value(), sandbox.hostname().origin()));
    scratch(steps);
    steps.add(root(writes().origin()));
    steps.add(new Step.NewDevices(DEV, Devices.NAMES, nodes()));
    steps.add(new Step.MountProc(PROC));
    steps.add(new Step.PivotRoot());
    attach(steps);
    steps.add(new Step.CloseTrees(Lowering.LIFELINE_WRITE + 1 + script.artifacts().size()));
    steps.add(new Step.HoldScratch());
    steps.add(new Step.OpenReportPipe());
    steps.add(new Step.MakeUndumpable());
    // Before there is a script: its process begins with nothing, and never finds an init that holds something.
    steps.add(new Step.EmptyBoundingSet());
    steps.add(new Step.DropCapabilities());
    steps.add(new Step.StartScript());
    steps.add(new Step.CloseStreams());
    limit(LimitKind.WALL_TIME)
        .filter(limit -> limit.value() > 0)
        .ifPresent(limit -> steps.add(new Step.LimitWallTime(limit.value(), limit.origin())));
    steps.add(new Step.WaitForScript(GRACE, POLLING_INTERVAL));
    steps.add(new Step.KillTheRest());
    steps.add(new Step.MeasureScratch());
    collect(steps);
    steps.add(new Step.ReportEnd());
    return steps;
  }

  private Optional<Tree> nodes() {
    return provisions.identity() instanceof Provisions.Identity.Slot ? Optional.of(NODES) : Optional.empty();
  }

  private Step root(Origin origin) {
    return isBare()
        ? new Step.BindRoot(ROOTFS, origin)
        : new Step.MountRoot(ROOTFS, layer().map(path -> LAYER), parents(), origin);
  }

  private Setting<Rootfs.Writes> writes() {
    return sandbox.rootfs().writes();
  }

  /** Where on the host the layer is that is kept. */
  private Optional<Path> layer() {
    return switch (writes().value()) {
      case DISCARD, DENY -> Optional.empty();
      case KEEP -> {
        if (provisions.layer().isEmpty()) {
          throw new IllegalArgumentException("a sandbox that keeps what is written needs a layer");
        }
        yield provisions.layer();
      }
    };
  }

  private Optional<Limit> limit(LimitKind kind) {
    return script.limits().get(kind);
  }

  private void scratch(List<Step> steps) {
    long size = script.limits().value(LimitKind.DISK).orElse(0);
    Origin origin = limit(LimitKind.DISK).map(Limit::origin).orElse(Origin.ALWAYS);
    steps.add(new Step.MountScratch(size, layer().isEmpty(), origin));
    if (!isMounted(TEMPORARY)) {
      steps.add(new Step.NewDirectory(TMP, 01777, Origin.ALWAYS));
    }
    if (!isWorkdirInMount()) {
      steps.add(new Step.NewDirectory(WORK, 0755, sandbox.workdir().origin()));
    }
    for (int i = 0; i < sandbox.mounts().size(); i++) {
      if (sandbox.mounts().get(i) instanceof Mount.Tmpfs tmpfs) {
        steps.add(new Step.NewTmpfs(mounted(i), tmpfs.size(), 01777, tmpfs.origin()));
      }
    }
    binds().forEach(bind -> steps.addAll(bind.overlays()));
    if (hasFile()) {
      Origin from = script.action().origin();
      steps.add(new Step.PlaceScript(RUN, Execution.scriptName(script), provisions.script(), from));
    }
  }

  /**
   * Whether the rootfs itself can be the root, without a layer: nothing may be written to it, everybody may read it,
   * and it has all the directories that something is mounted on.
   */
  private boolean isBare() {
    boolean isDenied = writes().value() == Rootfs.Writes.DENY;
    boolean hasPlaces =
        (isWorkdirInMount() || MOUNT_POINTS.contains(workdir()))
            && sandbox.mounts().stream().allMatch(mount -> MOUNT_POINTS.contains(place(mount.target())));
    return isDenied && hasPlaces && provisions.isTemplate() && !writesResolver();
  }

  /** Whether the script is a file, empty or not, that is put into the sandbox. */
  private boolean hasFile() {
    return !(script.action().value() instanceof Action.Command);
  }

  private List<Step.Attach> attachments() {
    List<Step.Attach> all = new ArrayList<>();
    for (int i = 0; i < sandbox.mounts().size(); i++) {
      if (sandbox.mounts().get(i) instanceof Mount.Tmpfs tmpfs) {
        all.add(new Step.Attach(mounted(i), place(tmpfs.target()), true, tmpfs.origin()));
      }
    }
    binds().forEach(bind -> all.addAll(bind.attachments()));
    if (!isMounted(TEMPORARY)) {
      all.add(new Step.Attach(TMP, place(TEMPORARY), true, Origin.ALWAYS));
    }
    if (!isWorkdirInMount()) {
      all.add(new Step.Attach(WORK, workdir(), true, sandbox.workdir().origin()));
    }
    if (hasFile()) {
      all.add(new Step.Attach(RUN, Execution.SCRIPT_DIRECTORY, true, script.action().origin()));
    }
    all.sort((a, b) -> (a.target() + "/").compareTo(b.target() + "/"));
    return List.copyOf(all);
  }

  private List<BindPlanner> binds() {
    List<BindPlanner> binds = new ArrayList<>();
    for (int i = 0; i < sandbox.mounts().size(); i++) {
      if (sandbox.mounts().get(i) instanceof Mount.Bind bind) {
        binds.add(new BindPlanner(bind, mounted(i), place(bind.target()), provisions));
      }
    }
    return binds;
  }

  /** The tree of the manifest's mount of this index. */
  private Tree mounted(int index) {
    return new Tree((sandbox.mounts().get(index) instanceof Mount.Bind ? "mount-" : "tmpfs-") + index);
  }

  private boolean isMounted(String target) {
    return sandbox.mounts().stream().anyMatch(mount -> place(mount.target()).equals(place(target)));
  }

  private boolean isWorkdirInMount() {
    return isMounted(sandbox.workdir().value()) || isInBind(workdir());
  }

  /** Where a path lies in the finished root, with no link on the way. */
  private String place(String path) {
    return provisions.places().of(path);
  }

  private boolean isInBind(String path) {
    return sandbox.mounts().stream()
        .anyMatch(mount -> mount instanceof Mount.Bind && (path + "/").startsWith(place(mount.target()) + "/"));
  }

  private String workdir() {
    return place(sandbox.workdir().value());
  }

  /** The file itself may be a link of the rootfs, which is replaced. */
  private String resolver() {
    return place(CONFIGURATION) + "/resolv.conf";
  }

  /** The directories that hold what something will be mounted on, but for the root itself. */
  private List<String> parents() {
    SortedSet<String> parents = new TreeSet<>();
    for (Step.Attach each : attachments) {
      addParents(each.target(), parents);
    }
    if (writesResolver()) {
      addParents(resolver(), parents);
    }
    return List.copyOf(parents);
  }

  private static void addParents(String path, SortedSet<String> parents) {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      parents.add(path.substring(0, slash));
    }
  }

  /** Not where a part of the host is mounted: that file would be the host's. */
  private boolean writesResolver() {
    boolean isOfHost = isInBind(resolver());
    return sandbox.network().value() == Network.HOST && !provisions.resolver().isEmpty() && !isOfHost;
  }

  private void attach(List<Step> steps) {
    // By place, an outer mount first. The sandbox's own /dev and /proc come last: nothing can be mounted in them.
    steps.addAll(attachments);
    if (writesResolver()) {
      steps.add(new Step.WriteFile(resolver(), provisions.resolver(), sandbox.network().origin()));
    }
    if (hasFile()) {
      steps.add(new Step.MakeTreeReadOnly(RUN, script.action().origin()));
    }
    steps.add(new Step.Attach(DEV, "/dev", true, Origin.ALWAYS));
    steps.add(new Step.MountDevices(Devices.NAMES));
    steps.add(new Step.Attach(PROC, "/proc", true, Origin.ALWAYS));
    steps.add(new Step.BoundUserCounters(USER_COUNTERS));
    ProcPolicy.HIDDEN_FILES.forEach(name -> steps.add(new Step.HideProcFile(name)));
    ProcPolicy.HIDDEN_DIRECTORIES.forEach(name -> steps.add(new Step.HideProcDirectory(name)));
    ProcPolicy.FROZEN.forEach(name -> steps.add(new Step.FreezeProc(name)));
    if (writes().value() == Rootfs.Writes.DENY && !isBare()) {
      steps.add(new Step.MakeRootReadOnly(writes().origin()));
    }
  }

  private void collect(List<Step> steps) {
    long limit = Math.min(LARGEST_ARTIFACT, script.limits().value(LimitKind.DISK).orElse(LARGEST_ARTIFACT));
    for (int i = 0; i < script.artifacts().size(); i++) {
      Setting<String> artifact = script.artifacts().get(i);
      steps.add(new Step.CollectArtifact(i, place(artifact.value()), limit, artifact.origin()));
    }
  }

  private List<Step> script() {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.ReportToInit());
    steps.add(new Step.NewSession());
    // Before the limits: the directory is opened, and the script may be allowed no more open files than there are.
    steps.add(new Step.ChangeDirectory(workdir(), sandbox.workdir().origin()));
    steps.addAll(new ResourceLimits(provisions).steps(script.limits()));
    steps.add(new Step.NewKeyring());
    steps.add(new Step.SetUmask(022));
    steps.add(new Step.CloseOnExecute());
    steps.add(new Step.UnblockSignals());
    steps.add(new Step.NoNewPrivileges());
    steps.add(new Step.FilterSyscalls(provisions.filter()));
    steps.add(Execution.step(sandbox, script));
    return steps;
  }
}
