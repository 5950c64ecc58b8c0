package org.chrootlite.scenario;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.rootfs.Progress;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.run.Judge;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Start;
import org.chrootlite.run.Supervisor;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;

/**
 * A program: runs the first script of a manifest with a layer of its own, as whoever starts it. Prints what the script
 * prints, then a line with the verdict and the evidence.
 */
final class KeptRun {
  private static final long UID = 2_000_004_000L;

  private KeptRun() {}

  /** Takes the state directory, the layer's directory and the manifest. */
  public static void main(String[] arguments) throws Exception {
    Path layer = Path.of(arguments[1]);
    Host host = Host.current();
    if (!Files.exists(layer)) {
      make(layer, host.user().isRoot());
    }
    Reading reading = Manifests.read(List.of(arguments[2]), Set.of("base"));
    if (reading.hasErrors()) {
      throw new IllegalArgumentException(reading.diagnostics().toString());
    }
    Sandbox sandbox = reading.sandboxes().getFirst();
    StateDirectory state = StateDirectory.open(Path.of(arguments[0]), host.user().uid(), Waiting.UNTOLD);
    PreparedRootfs rootfs = new RootfsPreparer(state, Progress.NONE).prepare(sandbox.rootfs().source().value());
    Script script = sandbox.scripts().getFirst();
    Launcher launcher =
        Launcher.compile(
            JailPlanner.plan(sandbox, script, provisions(host, rootfs, layer, script)), host.architecture());
    Judgement judgement = run(launcher, layer, script);
    System.out.println();
    System.out.println(judgement.verdict().name().toLowerCase(Locale.ROOT) + " " + judgement.evidence());
  }

  /** A root that has given itself up must still find its way into the directory. */
  private static void make(Path layer, boolean isRoot) throws IOException {
    Files.createDirectories(layer);
    Files.setPosixFilePermissions(layer, PosixFilePermissions.fromString("rwx--x--x"));
    for (String name : List.of("upper", "work")) {
      Path directory = Files.createDirectory(layer.resolve(name));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      if (isRoot) {
        Files.setAttribute(directory, "unix:uid", (int) UID);
        Files.setAttribute(directory, "unix:gid", (int) UID);
      }
    }
  }

  private static Provisions provisions(Host host, PreparedRootfs rootfs, Path layer, Script script) {
    SeccompFilter seccomp = SeccompFilter.forArchitecture(host.architecture());
    Provisions.Identity identity =
        host.user().isRoot()
            ? new Provisions.Identity.Slot(UID, host.mapsOwners())
            : new Provisions.Identity.Caller(host.user().uid(), host.user().gid());
    String text = script.action().value() instanceof Action.Shell shell ? shell.text() : "";
    return new Provisions(
        identity,
        rootfs.root(),
        rootfs instanceof PreparedRootfs.FromTemplate,
        Optional.of(layer),
        new ScriptText(text.getBytes(StandardCharsets.UTF_8)),
        Set.of(),
        "nameserver 192.0.2.1\n",
        new SyscallFilter(seccomp.bytes(), seccomp.summary()),
        host.hardLimits());
  }

  private static Judgement run(Launcher launcher, Path layer, Script script) throws Exception {
    Path directory = Files.createTempDirectory(layer.getParent(), "run-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    Files.createFile(directory.resolve("status"));
    Files.createDirectory(directory.resolve("jail"));
    Path executable = Files.write(directory.resolve("launcher"), launcher.executable());
    Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("r-xr-xr-x"));
    Start start =
        new Start(
            launcher,
            "./launcher",
            directory,
            Optional.of(layer),
            List.of(),
            script.limits(),
            Optional.empty(),
            System.out,
            System.out);
    return Judge.judge(Supervisor.start(start).await(), script.limits());
  }
}
