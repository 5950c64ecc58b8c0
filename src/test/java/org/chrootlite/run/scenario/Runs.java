package org.chrootlite.run.scenario;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.cgroup.Group;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.Accounting;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.run.Observation;
import org.chrootlite.run.Start;
import org.chrootlite.run.Supervisor;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Given;

/** Runs a program of the test resources in sandboxes, in this process, without a control group. */
final class Runs {
  /** What was seen of a run, and what it printed. */
  record Seen(Observation observation, String output) {}

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

  /** Runs it with these arguments, and these limits: a flow mapping of YAML. */
  Seen run(String limits, Optional<Group> group, String... arguments) throws Exception {
    Sandbox sandbox =
        Given.sandboxes(
                "name: box\nlimits: {wallTime: 20s, disk: 64MB%s}\nscripts: {run: {command: [/bin/usage, '%s']}}\n"
                    .formatted(limits.isEmpty() ? "" : ", " + limits, String.join("', '", arguments)))
            .getFirst();
    return run(sandbox, sandbox.scripts().getFirst(), group);
  }

  Seen run(String limits, String... arguments) throws Exception {
    return run(limits, Optional.empty(), arguments);
  }

  private Seen run(Sandbox sandbox, Script script, Optional<Group> group) throws Exception {
    count++;
    Path run = Files.createDirectory(directory.resolve("run-" + count));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    Launcher launcher =
        Launcher.compile(JailPlanner.plan(sandbox, script, provisions()), host.architecture());
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
            Optional.empty(),
            output,
            output);
    return new Seen(Supervisor.start(start).await(), output.toString(StandardCharsets.UTF_8));
  }

  private Provisions provisions() {
    SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture(), Accounting.SAMPLED);
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
        Given.NO_GROUP);
  }
}
