package org.chrootlite.compile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.Program;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/** Turns steps into operations. Every step's meaning in system calls is said here, or in one of its six parts. */
final class Lowering {
  /** Descriptors with a fixed number, because they are the first that the launcher opens. */
  static final int STATUS = 3;

  static final int SUPERVISOR = 4;
  static final int LIFELINE_READ = 5;
  static final int LIFELINE_WRITE = 6;

  static final Target.Label FAIL = new Target.Label("fail");
  static final Target.Label EXIT = new Target.Label("exit");
  static final Target.Label INIT = new Target.Label("init");
  static final Target.Label SCRIPT = new Target.Label("script");

  final ProgramBuilder code = new ProgramBuilder(FAIL);
  private final MountLowering mounts = new MountLowering(this);
  private final DeviceLowering devices = new DeviceLowering(this, mounts);
  private final ArtifactLowering artifacts = new ArtifactLowering(this);
  private final PlaceLowering places = new PlaceLowering(this);
  private final ProcessLowering processes = new ProcessLowering(this);
  private final SupervisionLowering supervision = new SupervisionLowering(this);

  private Lowering() {}

  /**
   * A program, and which step each of its operations belongs to.
   *
   * @param steps for each operation the index of its step; -1 for what belongs to none
   */
  record Lowered(Program program, List<Integer> steps) {
    /** Copies the list. */
    Lowered {
      steps = List.copyOf(steps);
    }
  }

  static Lowered lower(JailPlan plan) {
    return new Lowering().lowerAll(plan);
  }

  private Lowered lowerAll(JailPlan plan) {
    List<Integer> stepOf = new ArrayList<>();
    code.set(Cells.FAILURE.at(0), Cells.FAILED);
    stepOf.add(-1);
    List<Step> steps = plan.steps();
    for (int i = 0; i < steps.size(); i++) {
      if (i == plan.outer().size()) {
        code.place(INIT);
      } else if (i == plan.outer().size() + plan.init().size()) {
        code.place(SCRIPT);
      }
      lower(steps.get(i));
      while (stepOf.size() < code.size()) {
        stepOf.add(i);
      }
    }
    code.place(FAIL);
    code.call(Syscall.WRITE, value(STATUS), Value.addressOf(Cells.FAILURE), value(Cells.FAILED_SIZE))
        .onError(EXIT)
        .emit();
    code.place(EXIT);
    code.call(Syscall.EXIT_GROUP, value(125)).onError(EXIT).when(0, EXIT).otherwise(EXIT).emit();
    while (stepOf.size() < code.size()) {
      stepOf.add(-1);
    }
    List<String> prefix = steps.getLast() instanceof Step.Execute execute ? execute.arguments() : List.of();
    return new Lowered(code.build(prefix, Cells.ARGV, Cells.FAILURE), stepOf);
  }

  private void lower(Step step) {
    switch (step) {
      case Step.CloseDescriptors() -> processes.closeFrom(STATUS);
      case Step.ResetSignals() -> processes.resetSignals();
      case Step.BlockSignals() -> processes.setSignalMask(-1);
      case Step.UnblockSignals() -> processes.setSignalMask(0);
      case Step.OpenStatus() -> processes.openStatus();
      case Step.OpenSupervisor() -> supervision.openSupervisor();
      case Step.JoinControlGroups join -> processes.join(join.entrances());
      case Step.OpenLifeline() -> processes.openLifeline();
      case Step.OpenArtifact open -> processes.openArtifact(open.index());
      case Step.NewNamespaces namespaces -> processes.unshare(namespaces.namespaces());
      case Step.NewTimeNamespace() -> processes.newTimeNamespace();
      case Step.MakeMountsPrivate() -> mounts.makePrivate();
      case Step.OpenOwnerMap map -> processes.openOwnerMap(map.hostUid());
      case Step.NewDeviceNodes nodes -> devices.makeNodes(nodes);
      case Step.TakeTree tree -> mounts.take(tree);
      case Step.OverlayTree overlay -> mounts.overlay(overlay);
      case Step.GiveStreams give -> processes.giveStreams(give.uid());
      case Step.BecomeHostUser user -> processes.become(user.uid());
      case Step.MapUser map -> processes.map(map);
      case Step.StartInit() -> supervision.startInit();
      case Step.DieWithCaller() -> supervision.dieWithCaller();
      case Step.DieWithOuter() -> supervision.dieWithOuter();
      case Step.NameProcess name -> processes.name(name.name());
      case Step.BringUpLoopback loopback -> processes.bringUpLoopback();
      case Step.SetHostname hostname -> processes.setHostname(hostname.name());
      case Step.MountScratch scratch -> mounts.scratch(scratch);
      case Step.NewDirectory directory -> mounts.directory(directory);
      case Step.NewTmpfs tmpfs -> mounts.tmpfs(tmpfs);
      case Step.MountRoot root -> mounts.root(root);
      case Step.BindRoot root -> mounts.bindRoot(root);
      case Step.NewDevices dev -> devices.devices(dev);
      case Step.MountDevices dev -> devices.mountDevices(dev);
      case Step.MountProc proc -> mounts.proc(proc.tree());
      case Step.HideProcFile file -> mounts.hideProcFile(file.name());
      case Step.HideProcDirectory directory -> mounts.hideProcDirectory(directory.name());
      case Step.FreezeProc freeze -> mounts.freezeProc(freeze.name());
      case Step.BoundUserCounters bounds -> processes.boundUserCounters(bounds.maxima());
      case Step.PlaceScript script -> mounts.placeScript(script);
      case Step.PivotRoot() -> mounts.pivot();
      case Step.Attach attach -> places.attach(attach);
      case Step.MakeTreeReadOnly readOnly -> mounts.makeReadOnly(readOnly.tree());
      case Step.WriteFile file -> mounts.writeFile(file);
      case Step.MakeRootReadOnly readOnly -> mounts.makeRootReadOnly();
      case Step.CloseTrees close -> processes.closeFrom(close.from());
      case Step.HoldScratch() -> mounts.holdScratch();
      case Step.OpenReportPipe() -> supervision.openReportPipe();
      case Step.ReportToInit() -> supervision.reportToInit();
      case Step.StartScript() -> supervision.startScript();
      case Step.DropCapabilities() -> processes.dropCapabilities();
      case Step.MakeUndumpable() -> processes.makeUndumpable();
      case Step.CloseStreams() -> processes.closeStreams();
      case Step.LimitWallTime limit -> supervision.setTimer(limit.nanoseconds());
      case Step.WaitForInit() -> supervision.waitForInit();
      case Step.WaitForScript wait -> supervision.waitForScript(wait.grace(), wait.pollingInterval());
      case Step.KillTheRest() -> supervision.killTheRest();
      case Step.MeasureScratch() -> mounts.measureScratch();
      case Step.CollectArtifact collect -> artifacts.collect(collect);
      case Step.ReportEnd() -> supervision.reportEnd();
      case Step.NewSession() -> code.run(Syscall.SETSID);
      case Step.SetLimit limit -> processes.limit(limit.resource(), limit.value());
      case Step.NewKeyring() -> processes.newKeyring();
      case Step.EmptyBoundingSet() -> processes.emptyBoundingSet();
      case Step.SetUmask umask -> code.run(Syscall.UMASK, value(umask.mask()));
      case Step.ChangeDirectory change -> places.changeDirectory(change.path());
      case Step.CloseOnExecute() -> processes.closeOnExecute();
      case Step.NoNewPrivileges() -> processes.noNewPrivileges();
      case Step.FilterSyscalls filter -> processes.filter(filter.filter());
      case Step.Execute execute -> processes.execute(execute);
    }
  }

  static Value value(long number) {
    return Value.of(number);
  }

  /** The address of these words. */
  static Value words(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      bytes.putLong(word);
    }
    return Value.addressOf(new Datum.Bytes(bytes.array()));
  }

  /** Makes a call that may fail with this error, and then goes on at {@code onTolerated}. */
  void tolerating(ProgramBuilder.Call call, Target onTolerated, Errno error) {
    Target.Label check = code.freshLabel("check");
    Target.Label done = code.freshLabel("done");
    call.onError(check).when(0, done).otherwise(done).emit();
    code.place(check);
    whenErrorIs(error, onTolerated, FAIL);
    code.place(done);
  }

  /** Goes on at {@code onEqual} when the operation that failed last failed with this error, else at {@code onElse}. */
  void whenErrorIs(Errno error, Target onEqual, Target onElse) {
    // An error is a negative number; the interpreter's extracts are not, so its low twelve bits are compared.
    code.branch(new Value.Contents(Cells.FAILURE.at(16)), 0, 0xfff, 0x1000 - error.number(), onEqual, onElse);
  }
}
