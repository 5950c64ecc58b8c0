package org.chrootlite.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.chrootlite.cgroup.Attempt;
import org.chrootlite.cgroup.Bounds;
import org.chrootlite.cgroup.ControlGroups;
import org.chrootlite.cgroup.Group;
import org.chrootlite.cgroup.Support;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.engine.Job;
import org.chrootlite.host.Host;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.model.Action;
import org.chrootlite.model.Gap;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Progress;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher's {@code /bin/true} beside bubblewrap's, in the same root directory and with the same namespaces. */
final class LauncherBenchmark {
  private static final int ROUNDS = Integer.getInteger("rounds", 500);
  private static final String MANIFEST =
      """
      apiVersion: chroot-lite/v1
      kind: Sandbox
      name: bench
      rootfs: {writes: %s}
      limits: {fileSize: 16MB, openFiles: 64, processes: 32, cpuTime: 20s}
      scripts: {nothing: {command: [/bin/true]}}
      """;

  @TempDir private Path directory;
  private final List<String> names = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();

  @Test
  void aLauncherBesideBubblewrap() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Host host = Host.current();
    StateDirectory state = StateDirectory.open(directory.resolve("home"), host.user().uid(), Waiting.UNTOLD);
    PreparedRootfs rootfs = new RootfsPreparer(state, Progress.NONE).prepare(new RootfsSource.Template("base"));
    Provisions provisions = provisions(host, rootfs, Given.NO_GROUP);
    Job denied = job("deny");
    JailPlan plan = JailPlanner.plan(denied.sandbox(), denied.script(), provisions);

    compileTime(denied, provisions, host);
    launcher("read-only root", run(), plan, host);
    bubblewrap(rootfs);
    report(alternate());
    Job discarding = job("discard");
    JailPlan layered = JailPlanner.plan(discarding.sandbox(), discarding.script(), provisions);
    launcher("throw-away layer", run(), layered, host);
    bubblewrap(rootfs);
    report(alternate());
    Path run = run();
    try (Group group = group(run)) {
      Provisions grouped = provisions(host, rootfs, powers(group));
      JailPlan joining = JailPlanner.plan(discarding.sandbox(), discarding.script(), grouped);
      launcher("throw-away layer, control group", run, joining, host);
      bubblewrap(rootfs);
      report(alternate());
    }
  }

  private Path run() throws IOException {
    Path run = Files.createTempDirectory(directory, "run");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx--x--x"));
    return run;
  }

  /** One for all rounds: a run's own is made and removed by the supervisor, not by the launcher. */
  private static Group group(Path run) throws IOException {
    Attempt attempt = ControlGroups.find().make(run.getFileName().toString(), run, Bounds.NONE);
    return switch (attempt) {
      case Attempt.Made(Group group) -> group;
      case Attempt.Refused(Gap gap) -> throw new AssertionError(gap);
    };
  }

  private static Powers powers(Group group) {
    Support.Groups support = group.support();
    Means means = support.version() == 1 ? Means.CGROUP_V1 : Means.CGROUP_V2;
    Powers.Group joined =
        new Powers.Group.Joined(
            means, support.controllers(), support.missing(), support.swap(), support.entrances());
    return new Powers(joined, Optional.empty());
  }

  private Job job(String writes) throws IOException {
    Path manifest = Files.writeString(directory.resolve("sandbox.yaml"), MANIFEST.formatted(writes));
    Sandbox sandbox = Manifests.read(List.of(manifest.toString()), Set.of("base")).sandboxes().getFirst();
    return Job.of(sandbox, Optional.empty(), "true", new Action.Command(List.of("/bin/true")));
  }

  private static Provisions provisions(Host host, PreparedRootfs rootfs, Powers powers) {
    SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture());
    Provisions.Identity identity =
        host.user().isRoot()
            ? new Provisions.Identity.Slot(2_000_000_000L, host.mapsOwners())
            : new Provisions.Identity.Caller(host.user().uid(), host.user().gid());
    return new Provisions(
        identity,
        rootfs.root(),
        true,
        Optional.empty(),
        new ScriptText(new byte[0]),
        Set.of(),
        "",
        new SyscallFilter(seccomp.bytes(), seccomp.summary()),
        host.hardLimits(),
        powers);
  }

  private void bubblewrap(PreparedRootfs rootfs) {
    String command =
        "/usr/bin/bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL --ro-bind "
            + rootfs.root()
            + " / --proc /proc --dev /dev --tmpfs /tmp --tmpfs /work --chdir /work /bin/true";
    add("bwrap --ro-bind", directory, command.split(" ", -1));
  }

  private static void compileTime(Job job, Provisions provisions, Host host) {
    long best = Long.MAX_VALUE;
    long[] times = new long[2000];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      Launcher.compile(JailPlanner.plan(job.sandbox(), job.script(), provisions), host.architecture());
      times[i] = System.nanoTime() - start;
      best = Math.min(best, times[i]);
    }
    Arrays.sort(times, times.length / 2, times.length);
    System.out.printf(
        Locale.ROOT,
        "compile of a warm plan: median %d us, best %d us%n",
        times[times.length * 3 / 4] / 1000,
        best / 1000);
  }

  private void launcher(String name, Path run, JailPlan plan, Host host) throws IOException {
    names.clear();
    commands.clear();
    String without = System.getProperty("without", "");
    Predicate<Step> kept = step -> without.isEmpty() || !step.getClass().getSimpleName().matches(without);
    JailPlan reduced =
        new JailPlan(
            plan.outer().stream().filter(kept).toList(),
            plan.init().stream().filter(kept).toList(),
            plan.script().stream().filter(kept).toList());
    Files.createFile(run.resolve("status"));
    long pid = ProcessHandle.current().pid();
    Files.createSymbolicLink(run.resolve(Launcher.SUPERVISOR), Path.of("/proc/%d/task/%d/stat".formatted(pid, pid)));
    Files.createDirectory(run.resolve("jail"));
    Files.write(run.resolve("launcher"), Launcher.compile(reduced, host.architecture()).executable());
    Files.setPosixFilePermissions(run.resolve("launcher"), PosixFilePermissions.fromString("rwx------"));
    add(name, run, "./launcher");
  }

  private void add(String name, Path where, String... command) {
    if (!commands.isEmpty()) {
      commands.add("--");
    }
    names.add(name);
    commands.add(where.toString());
    commands.addAll(List.of(command));
  }

  private List<String> alternate() throws IOException, InterruptedException {
    Path source = directory.resolve("alternate.c");
    try (InputStream code = LauncherBenchmark.class.getResourceAsStream("/benchmark/alternate.c")) {
      Files.write(source, Objects.requireNonNull(code).readAllBytes());
    }
    Path program = directory.resolve("alternate");
    execute(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
    List<String> command = new ArrayList<>(List.of(program.toString(), Integer.toString(ROUNDS)));
    command.addAll(commands);
    return execute(command).lines().toList();
  }

  private static String execute(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed");
    }
    return output;
  }

  private void report(List<String> lines) {
    double peer = Double.parseDouble(lines.getLast().split(" ", -1)[1]);
    System.out.println("medians of " + ROUNDS + " alternating runs, microseconds");
    for (int i = 0; i < lines.size(); i++) {
      String[] times = lines.get(i).split(" ", -1);
      double median = Double.parseDouble(times[1]);
      System.out.printf(
          Locale.ROOT,
          "%-40s %6s  min %6s  90%% %6s  %.2f of bwrap%n",
          names.get(i),
          times[1],
          times[0],
          times[2],
          median / peer);
    }
  }
}
