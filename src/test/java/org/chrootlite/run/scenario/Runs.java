package org.chrootlite.run.scenario;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
import org.chrootlite.compile.seccomp.Accounting;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.run.Input;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Start;
import org.chrootlite.run.Supervisor;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Given;

/** Runs a program of the test resources in sandboxes, in this process. */
final class Runs {
  /** What was seen of a run with these limits, and what it printed. */
  record Seen(Observation observation, Limits limits, String output) {}

  private final Host host;
  private final Path directory;
  private final Path rootfs;
  private int count;

  /** Has the program {@code usage} in its root directory. */
  Runs(Path directory) throws Exception {
    this.host = Host.current();
    this.directory = directory;
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    rootfs = Files.createDirectory(directory.resolve("rootfs"));
    for (String name : List.of("bin", "dev", "proc", "run", "tmp", "work")) {
      Files.createDirectory(rootfs.resolve(name));
    }
    Command.compileC(Path.of("src/test/resources/scenario/usage.c"), program());
  }

  Path program() {
    return rootfs.resolve("bin/usage");
  }

  /** Runs it with these arguments and limits, a flow mapping of YAML, without a control group. */
  Seen run(String limits, String... arguments) throws Exception {
    Sandbox sandbox = sandbox(limits, arguments);
    return run(sandbox, newDirectory(), Optional.empty(), Given.NO_GROUP);
  }

  /** The same in a control group, as the one who may make one. */
  Seen runInGroup(String limits, String... arguments) throws Exception {
    Sandbox sandbox = sandbox(limits, arguments);
    Path run = newDirectory();
    String id = String.valueOf(run.getFileName());
    // Far more than there is: some counters only count what is bounded.
    Bounds bounds = new Bounds(OptionalLong.of(1L << 40), OptionalLong.empty(), OptionalLong.empty());
    if (!(ControlGroups.find().make(id, run, bounds) instanceof Attempt.Made(Group group))) {
      throw new AssertionError("no control group");
    }
    try (group) {
      Support.Groups support = group.support();
      Powers.Group joined =
          new Powers.Group.Joined(
              support.version() == 1 ? Means.CGROUP_V1 : Means.CGROUP_V2,
              support.controllers(),
              support.missing(),
              support.swap(),
              support.entrances());
      return run(sandbox, run, Optional.of(group), new Powers(joined, Optional.empty()));
    }
  }

  private static Sandbox sandbox(String limits, String... arguments) {
    String manifest =
        "name: box\nlimits: {wallTime: 20s, disk: 64MB%s}\nscripts: {run: {command: [/bin/usage, '%s']}}\n"
            .formatted(limits.isEmpty() ? "" : ", " + limits, String.join("', '", arguments));
    return Given.sandboxes(manifest).getFirst();
  }

  private Path newDirectory() throws IOException {
    count++;
    Path run = Files.createDirectory(directory.resolve("watched-" + ProcessHandle.current().pid() + "-" + count));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    return run;
  }

  private Seen run(Sandbox sandbox, Path run, Optional<Group> group, Powers powers) throws Exception {
    Script script = sandbox.scripts().getFirst();
    Launcher launcher =
        Launcher.compile(JailPlanner.plan(sandbox, script, provisions(powers)), host.architecture());
    Path executable = Files.write(run.resolve("launcher"), launcher.executable());
    Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(run.resolve("status"));
    Files.createDirectory(run.resolve("jail"));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Start start =
        new Start(
            launcher,
            "./launcher",
            run,
            Optional.empty(),
            group,
            List.of(),
            script.limits(),
            new Input.Nothing(),
            output,
            output,
            Optional.empty());
    return new Seen(Supervisor.start(start).await(), script.limits(), output.toString(StandardCharsets.UTF_8));
  }

  private Provisions provisions(Powers powers) {
    boolean isSampled = powers.group() instanceof Powers.Group.None;
    SeccompFilter seccomp =
        SeccompFilter.forArchitecture(
            host.architecture(), isSampled ? Accounting.SAMPLED : Accounting.KERNEL, FileLocks.ALLOW);
    Provisions.Identity identity =
        host.user().isRoot()
            ? new Provisions.Identity.Slot(2_000_000_100L, host.mapsOwners())
            : new Provisions.Identity.Caller(host.user().uid(), host.user().gid());
    return new Provisions(
        identity,
        rootfs,
        false,
        Optional.empty(),
        new ScriptText(new byte[0]),
        Set.of(),
        "",
        new SyscallFilter(seccomp.bytes(), seccomp.summary()),
        host.hardLimits(),
        powers);
  }
}
