package org.chrootlite.compile.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Amount;
import org.chrootlite.model.Limit;
import org.chrootlite.model.Origin;

/** The one text rendering of plans: a step a line, with its process, its number and where it comes from. */
public final class StepText {
  /** What is longer pushes the next column aside, in its own line only. */
  private static final int WIDEST = 72;

  private static final int ACTOR_WIDTH = 6;
  private static final int NUMBER_WIDTH = 4;

  private StepText() {}

  /** A plan, a line for each step. */
  public static String of(JailPlan plan) {
    List<Step> steps = plan.steps();
    int what = 0;
    int where = 0;
    for (Step step : steps) {
      int length = of(step).length();
      what = length > WIDEST ? what : Math.max(what, length);
      where = Math.max(where, place(step.origin()).length());
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      String actor = plan.actorOf(i).name().toLowerCase(Locale.ROOT);
      String number = Integer.toString(i + 1);
      text.repeat(' ', ACTOR_WIDTH - actor.length()).append(actor);
      text.repeat(' ', NUMBER_WIDTH - number.length()).append(number).append("  ");
      pad(text, of(step), what);
      if (step.origin() instanceof Origin.Always) {
        text.append(place(step.origin()));
      } else {
        pad(text, place(step.origin()), where);
        text.append(step.origin().setting());
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static void pad(StringBuilder text, String column, int width) {
    text.append(column).repeat(' ', Math.max(0, width - column.length()) + 2);
  }

  /** Where a step comes from, such as {@code sandbox.yaml:15 limits.fileSize}. */
  public static String of(Origin origin) {
    return origin instanceof Origin.Always ? place(origin) : place(origin) + " " + origin.setting();
  }

  private static String place(Origin origin) {
    return switch (origin) {
      case Origin.Always always -> "always";
      case Origin.Default byDefault -> "default";
      case Origin.Line(String file, int line, String setting) -> file + ":" + line;
    };
  }

  /** What a step does, in a few words. */
  public static String of(Step step) {
    return switch (step) {
      case Step.CloseDescriptors() -> "close descriptors 3 and up";
      case Step.ResetSignals() -> "default dispositions of all signals";
      case Step.BlockSignals() -> "block all signals";
      case Step.UnblockSignals() -> "unblock all signals";
      case Step.OpenStatus() -> "open the status file";
      case Step.JoinControlGroups join -> joinGroups(join.limits());
      case Step.OpenSupervisor() -> "open the state of the supervisor";
      case Step.OpenLifeline() -> "open the pipe that tells init whether outer lives";
      case Step.OpenArtifact(int index, Origin origin) -> "open the copy of artifact " + (index + 1);
      case Step.NewNamespaces namespaces -> namespaces(namespaces);
      case Step.NewTimeNamespace() -> "new time namespace, same clocks";
      case Step.MakeMountsPrivate() -> "private mounts: no propagation from or to the host";
      case Step.OpenOwnerMap map -> "open the map by which root's files are the sandbox's, uid " + map.hostUid();
      case Step.TakeTree tree ->
          "take %s, %s, nosuid, nodev"
              .formatted(word(tree.source().toString()), tree.readOnly() ? "read-only" : "writable");
      case Step.OverlayTree overlay -> "read-only overlay over " + overlay.lower().name() + ", with inodes of its own";
      case Step.GiveStreams give -> "give the pipes of the three streams to host uid and gid " + give.uid();
      case Step.BecomeHostUser user -> "give up root for host uid and gid " + user.uid() + ", no other groups";
      case Step.MapUser map ->
          "map uid %d to %d, gid %d to %d".formatted(map.uid(), map.hostUid(), map.gid(), map.hostGid());
      case Step.StartInit() -> "fork init, pid 1 of the sandbox";
      case Step.DieWithCaller() -> "die with the caller";
      case Step.DieWithOuter() -> "die with outer";
      case Step.NameProcess name -> "name the process " + name.name();
      case Step.BringUpLoopback loopback -> "loopback up";
      case Step.SetHostname hostname -> "host name " + hostname.name() + ", no NIS domain";
      case Step.MountScratch scratch ->
          "memory for all that is written"
              + (scratch.holdsRoot() ? "" : " beside the root")
              + (scratch.size() == 0 ? "" : ", " + Amount.bytes(scratch.size()));
      case Step.NewDirectory directory ->
          "new directory %s, mode %04o".formatted(directory.tree().name(), directory.mode());
      case Step.NewTmpfs tmpfs -> "new tmpfs " + tmpfs.tree().name() + ", " + Amount.bytes(tmpfs.size());
      case Step.MountRoot root ->
          root.layer().isPresent() ? "the sandbox's own layer over the rootfs" : "throw-away layer over the rootfs";
      case Step.BindRoot root -> "read-only overlay over the rootfs as root";
      case Step.NewDeviceNodes nodes ->
          "make device nodes of the run's own: " + String.join(", ", nodes.devices().keySet());
      case Step.NewDevices devices ->
          "new /dev, with "
              + (devices.nodes().isPresent() ? "the run's " : "the host's ")
              + String.join(", ", devices.devices())
              + ", read-only";
      case Step.MountDevices devices -> "mount pts and the devices in /dev";
      case Step.MountProc proc -> "new /proc of the sandbox's processes";
      case Step.HideProcFile file -> "hide /proc/" + file.name();
      case Step.HideProcDirectory directory -> "hide /proc/" + directory.name();
      case Step.FreezeProc freeze -> "read-only /proc/" + freeze.name();
      case Step.BoundUserCounters bounds -> counters(bounds);
      case Step.PlaceScript script -> "copy in " + word(script.name()) + ", " + script.content();
      case Step.PivotRoot() -> "pivot into the new root, let go of the host's";
      case Step.Attach attach -> "mount " + attach.tree().name() + " on " + word(attach.target());
      case Step.MakeTreeReadOnly readOnly -> "read-only " + readOnly.tree().name();
      case Step.WriteFile file -> "write " + file.path();
      case Step.MakeRootReadOnly readOnly -> "read-only root";
      case Step.CloseTrees close -> "close descriptors " + close.from() + " and up";
      case Step.HoldScratch() -> "take hold of the scratch memory";
      case Step.OpenReportPipe() -> "open the pipe on which the script's process reports";
      case Step.ReportToInit() -> "report to init, let go of the status file";
      case Step.StartScript() -> "fork the script, pid 2 of the sandbox";
      case Step.DropCapabilities() -> "drop all capabilities";
      case Step.MakeUndumpable() -> "not dumpable: not to be traced or read";
      case Step.CloseStreams() -> "close the streams";
      case Step.LimitWallTime limit -> "limit wall time to " + Amount.duration(limit.nanoseconds());
      case Step.WaitForInit() -> "wait for init, pass SIGTERM and SIGUSR1 on";
      case Step.WaitForScript wait ->
          "wait for the script; SIGTERM, then SIGKILL after " + Amount.duration(wait.grace());
      case Step.KillTheRest() -> "kill and reap all that is left";
      case Step.MeasureScratch() -> "read how much of the scratch memory is in use";
      case Step.CollectArtifact artifact ->
          "collect " + word(artifact.path()) + ", at most " + Amount.bytes(artifact.limit());
      case Step.ReportEnd() -> "report how it ended and what it used";
      case Step.NewSession() -> "new session, no terminal";
      case Step.SetLimit limit -> limit(limit);
      case Step.NewKeyring() -> "new session keyring";
      case Step.EmptyBoundingSet() -> "empty the bounding set, lock the securebits";
      case Step.SetUmask umask -> "umask %03o".formatted(umask.mask());
      case Step.ChangeDirectory change -> "change to " + word(change.path());
      case Step.CloseOnExecute() -> "close descriptors 3 and up on execution";
      case Step.NoNewPrivileges() -> "no new privileges";
      case Step.FilterSyscalls filter -> filter.filter().summary();
      case Step.Execute execute -> execute(execute);
    };
  }

  private static String namespaces(Step.NewNamespaces step) {
    String names = step.namespaces().stream().map(Namespace::label).collect(Collectors.joining(", "));
    return "new " + names + (step.namespaces().size() == 1 ? " namespace" : " namespaces");
  }

  private static String counters(Step.BoundUserCounters bounds) {
    return bounds.maxima().entrySet().stream()
        .map(entry -> "user." + entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", ", "bound ", ""));
  }

  private static String limit(Step.SetLimit limit) {
    String value = Long.toString(limit.value());
    String text =
        switch (limit.resource()) {
          case CPU -> "limit CPU time to " + value + " s";
          case FSIZE -> "limit file size to " + Amount.bytes(limit.value());
          case STACK -> "limit stack to " + Amount.bytes(limit.value());
          case CORE -> "limit core dumps to " + Amount.bytes(limit.value());
          case NPROC -> "limit processes to " + value + ", two of them ours";
          case NOFILE -> "limit open files to " + value;
          case SIGPENDING -> "limit queued signals and timers to " + value;
          case MSGQUEUE -> "limit POSIX message queues to " + Amount.bytes(limit.value());
          case AS -> "limit address space to " + Amount.bytes(limit.value());
        };
    return text + " (" + limit.resource().constant() + ")";
  }

  private static String execute(Step.Execute execute) {
    StringBuilder text = new StringBuilder("execute");
    for (String argument : execute.arguments()) {
      text.append(' ').append(word(argument));
    }
    return text + (execute.paths().size() == 1 ? "" : ", looked up in PATH");
  }

  /** A word of the user's that cannot be taken for several, or for something else: in quotes where it needs them. */
  private static String word(String text) {
    StringBuilder quoted = new StringBuilder();
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= c > ' ' && c != '"' && c != '\\' && c != 0x7f;
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return plain ? text : "\"" + quoted + "\"";
  }

  /** Which group keeps which limit is the host's affair. */
  private static String joinGroups(List<Limit> limits) {
    String what = "join the run's control groups";
    if (limits.isEmpty()) {
      return what;
    }
    List<String> kept = new ArrayList<>();
    for (Limit limit : limits) {
      kept.add(limit.kind().key() + " " + limit.kind().unit().describe(limit.value()));
    }
    return what + ": " + String.join(", ", kept);
  }
}
