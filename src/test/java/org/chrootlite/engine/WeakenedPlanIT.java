package org.chrootlite.engine;

import static org.chrootlite.engine.ProbeJail.changing;
import static org.chrootlite.engine.ProbeJail.without;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.host.HostUser;
import org.chrootlite.linux.Namespace;
import org.chrootlite.model.Sandbox;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.Outside;
import org.chrootlite.probe.Promise;
import org.chrootlite.probe.PromiseProbe;
import org.chrootlite.probe.GuaranteeStatus;
import org.chrootlite.testing.Given;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A verification that always said yes would prove nothing: of a jail that lacks a step it says what is broken. */
final class WeakenedPlanIT {
  private static final Sandbox SANDBOX =
      Given.sandboxes("name: box\nhostname: inside\nenvironment: {LANG: C.UTF-8}\n").getFirst();

  private static final int ATTEMPTS = 20;

  @TempDir Path directory;

  @Test
  void ofAWholePlanAllPromisesHold() throws Exception {
    Map<String, Guarantee> guarantees = new ProbeJail(directory).promises(SANDBOX, UnaryOperator.identity());
    assertEquals(Map.of(), broken(guarantees));
    assertEquals(Promise.values().length, guarantees.size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("weakened")
  void ofAWeakenedPlanItIsSaidWhatIsBroken(String name, UnaryOperator<JailPlan> change, Set<Promise> expected)
      throws Exception {
    Map<String, Guarantee> guarantees = new ProbeJail(directory).promises(SANDBOX, change);
    Set<String> ids = new TreeSet<>();
    expected.forEach(promise -> ids.add(promise.id()));
    assertEquals(ids, new TreeSet<>(broken(guarantees).keySet()), () -> broken(guarantees).toString());
  }

  static Stream<Arguments> weakened() throws IOException {
    List<Arguments> all = new ArrayList<>();
    all.add(
        arguments(
            "no filter", without(Set.of(Step.FilterSyscalls.class)),
            EnumSet.of(
                Promise.PROCESSES, Promise.NAMESPACES, Promise.PRIVILEGES, Promise.FILTER, Promise.OTHER_ABI,
                Promise.KEYS, Promise.KERNEL, Promise.SOCKETS, Promise.TERMINAL)));
    all.add(
        arguments(
            "no filter, and new privileges", without(Set.of(Step.FilterSyscalls.class, Step.NoNewPrivileges.class)),
            EnumSet.of(
                Promise.PROCESSES, Promise.NAMESPACES, Promise.PRIVILEGES, Promise.FILTER, Promise.OTHER_ABI,
                Promise.KEYS, Promise.KERNEL, Promise.SOCKETS, Promise.TERMINAL)));
    all.add(
        arguments(
            "a bounding set", without(Set.of(Step.EmptyBoundingSet.class)), EnumSet.of(Promise.CAPABILITIES)));
    all.add(arguments("another umask", without(Set.of(Step.SetUmask.class)), EnumSet.of(Promise.START)));
    all.add(arguments("blocked signals", without(Set.of(Step.UnblockSignals.class)), EnumSet.of(Promise.START)));
    all.add(arguments("the caller's session", without(Set.of(Step.NewSession.class)), EnumSet.of(Promise.TERMINAL)));
    all.add(
        arguments(
            "an unwatched supervisor", changing(step -> Optional.of(unwatched(step))),
            EnumSet.of(Promise.SUPERVISION)));
    all.add(
        arguments(
            "another directory", without(Set.of(Step.ChangeDirectory.class)),
            EnumSet.of(Promise.HOST_FILES, Promise.START)));
    all.add(arguments("the host's name", without(Set.of(Step.SetHostname.class)), EnumSet.of(Promise.HOSTNAME)));
    all.add(arguments("interrupts", without(new Step.HideProcFile("interrupts")), EnumSet.of(Promise.PROC)));
    all.add(arguments("a writable /proc/sys", without(new Step.FreezeProc("sys")), EnumSet.of(Promise.PROC)));
    all.add(arguments("a writable script", without(Set.of(Step.MakeTreeReadOnly.class)), EnumSet.of(Promise.MOUNTS)));
    all.add(
        arguments(
            "the host's network",
            changing(
                step ->
                    step instanceof Step.BringUpLoopback
                        ? Optional.empty()
                        : Optional.of(sharing(step, Namespace.NETWORK))),
            EnumSet.of(Promise.NAMESPACES, Promise.NETWORK)));
    all.add(
        arguments(
            "the host's messages", changing(step -> Optional.of(sharing(step, Namespace.IPC))),
            EnumSet.of(Promise.NAMESPACES)));
    all.add(
        arguments(
            "the host's control groups", changing(step -> Optional.of(sharing(step, Namespace.CGROUP))),
            EnumSet.of(Promise.NAMESPACES)));
    all.add(
        arguments(
            "the host's time namespace", without(Set.of(Step.NewTimeNamespace.class)),
            EnumSet.of(Promise.NAMESPACES)));
    all.add(
        arguments("no bounds for its user", without(Set.of(Step.BoundUserCounters.class)), EnumSet.of(Promise.KERNEL)));
    all.add(
        arguments(
            "a variable more",
            changing(
                step ->
                    Optional.of(
                        step instanceof Step.Execute execute ? ProbeJail.withVariable(execute, "SECRET", "1") : step)),
            EnumSet.of(Promise.ENVIRONMENT)));
    all.add(
        arguments(
            "a device more", changing(step -> Optional.of(withDevice(step, "kmsg"))), EnumSet.of(Promise.DEVICES)));
    if (HostUser.current().isRoot()) {
      all.add(
          arguments(
              "the host's devices", changing(step -> Optional.of(withDevicesOfTheHost(step))),
              EnumSet.of(Promise.DEVICES)));
      all.add(
          arguments(
              "streams that are root's", without(Set.of(Step.GiveStreams.class)), EnumSet.of(Promise.DESCRIPTORS)));
      all.add(
          arguments(
              "root on the host", changing(step -> asRoot(step)), EnumSet.of(Promise.DESCRIPTORS, Promise.USER)));
    }
    return all.stream();
  }

  private static Step sharing(Step step, Namespace shared) {
    if (step instanceof Step.NewNamespaces namespaces) {
      EnumSet<Namespace> others = EnumSet.copyOf(namespaces.namespaces());
      others.remove(shared);
      return new Step.NewNamespaces(others, namespaces.origin());
    }
    return step;
  }

  /** Init waits for the script longer than the probe takes. */
  private static Step unwatched(Step step) {
    return step instanceof Step.WaitForScript wait ? new Step.WaitForScript(wait.grace(), Long.MAX_VALUE / 2) : step;
  }

  private static Step withDevicesOfTheHost(Step step) {
    return step instanceof Step.NewDevices devices
        ? new Step.NewDevices(devices.tree(), devices.devices(), Optional.empty())
        : step;
  }

  private static Step withDevice(Step step, String device) {
    return switch (step) {
      case Step.NewDevices devices ->
          new Step.NewDevices(devices.tree(), with(devices.devices(), device), devices.nodes());
      case Step.MountDevices devices -> new Step.MountDevices(with(devices.devices(), device));
      default -> step;
    };
  }

  private static List<String> with(List<String> devices, String another) {
    List<String> all = new ArrayList<>(devices);
    all.add(another);
    return all;
  }

  private static Optional<Step> asRoot(Step step) {
    return switch (step) {
      case Step.BecomeHostUser user -> Optional.empty();
      case Step.MapUser map -> Optional.of(new Step.MapUser(map.uid(), map.gid(), 0, 0, map.origin()));
      default -> Optional.of(step);
    };
  }

  /** Until init has dropped its capabilities it is out of reach all the same: the probe may have looked too early. */
  @Test
  void anInitThatCanBeReadIsSeen() throws Exception {
    ProbeJail jail = new ProbeJail(directory);
    boolean seen = false;
    for (int i = 0; i < ATTEMPTS && !seen; i++) {
      seen = broken(jail.promises(SANDBOX, without(Set.of(Step.MakeUndumpable.class)))).containsKey("processes");
    }
    assertTrue(seen);
  }

  /** The jail's filter is the usual one, which lets programs lock files. */
  @Test
  void aFilterThatLetsFilesBeLockedIsSeenWhereLocksAreDenied() throws Exception {
    Sandbox sandbox = Given.sandboxes("name: box\nhardening: {locks: deny}\n").getFirst();
    Map<String, Guarantee> broken = broken(new ProbeJail(directory).promises(sandbox, UnaryOperator.identity()));
    assertEquals(Set.of(Promise.FILTER.id()), broken.keySet());
  }

  /** Its user 0 would have all of them again with the next program. */
  @Test
  void aUserZeroThatKeepsItsCapabilitiesIsSeen() throws Exception {
    Sandbox sandbox = Given.sandboxes("name: box\nuser: {uid: 0, gid: 0}\n").getFirst();
    UnaryOperator<JailPlan> keeping = without(Set.of(Step.EmptyBoundingSet.class, Step.DropCapabilities.class));
    Map<String, Guarantee> broken = broken(new ProbeJail(directory).promises(sandbox, keeping));
    assertTrue(broken.containsKey(Promise.CAPABILITIES.id()), () -> broken.toString());
    Guarantee.Tried fromTheHost = broken.get(Promise.CAPABILITIES.id()).tried().getLast();
    assertEquals(new Guarantee.Tried("seen from the host", "some, or not seen", false), fromTheHost);
  }

  /** Its mounts are put over the host's directories then; nobody but the jail sees them there. */
  @Test
  void aJailThatKeepsTheHostsRootIsSeen() throws Exception {
    Sandbox sandbox = Given.sandboxes("name: box\nworkdir: /var\n").getFirst();
    Map<String, Guarantee> broken =
        broken(new ProbeJail(directory).promises(sandbox, without(Set.of(Step.PivotRoot.class))));
    Guarantee files = broken.get(Promise.HOST_FILES.id());
    assertTrue(files != null, broken::toString);
    assertEquals(new Guarantee.Tried("statx /", "the host's root", false), files.tried().getFirst());
  }

  private Sandbox withMounts() throws IOException {
    Path source = directory.resolve("source");
    for (Path each : List.of(source, source.resolve("way"), source.resolve("way/inner"))) {
      Files.createDirectory(each);
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return Given.sandboxes(
            "name: box\nmounts:\n  - {source: %s, target: /data}\n  - {tmpfs: /data/way/inner}\n".formatted(source))
        .getFirst();
  }

  private void assertMountIsBroken(Sandbox sandbox, UnaryOperator<JailPlan> change, String what, String came)
      throws Exception {
    Map<String, Guarantee> broken = broken(new ProbeJail(directory).promises(sandbox, change));
    assertEquals(Set.of(Promise.MOUNTS.id()), broken.keySet(), broken::toString);
    List<Guarantee.Tried> tried = Optional.ofNullable(broken.get(Promise.MOUNTS.id())).orElseThrow().tried();
    assertTrue(tried.contains(new Guarantee.Tried(what, came, false)), tried::toString);
  }

  @Test
  void ofAWholePlanWithMountsAllPromisesHold() throws Exception {
    Sandbox sandbox = withMounts();
    Map<String, Guarantee> guarantees = new ProbeJail(directory).promises(sandbox, UnaryOperator.identity());
    assertEquals(Map.of(), broken(guarantees));
    List<Guarantee.Tried> tried = Optional.ofNullable(guarantees.get(Promise.MOUNTS.id())).orElseThrow().tried();
    assertTrue(tried.contains(new Guarantee.Tried("device of /data", "the run's own", true)), tried::toString);
  }

  /** Locks, watches, sockets and FIFOs of the host are within reach then. */
  @Test
  void aReadOnlyMountThatSharesItsInodesIsSeen() throws Exception {
    UnaryOperator<JailPlan> sharing =
        changing(
            step ->
                switch (step) {
                  case Step.OverlayTree overlay -> Optional.empty();
                  case Step.TakeTree tree when tree.tree().name().equals("below mount-0") ->
                      Optional.of(
                          new Step.TakeTree(
                              new Tree("mount-0"), tree.source(), true, tree.mapped(), true, tree.origin()));
                  default -> Optional.of(step);
                });
    assertMountIsBroken(withMounts(), sharing, "device of /data", "the host's");
  }

  /** As where a link that a script has left was followed on the way to the target. */
  @Test
  void aMountBelowAnotherOneThatIsElsewhereIsSeen() throws Exception {
    UnaryOperator<JailPlan> elsewhere =
        changing(
            step ->
                Optional.of(
                    step instanceof Step.Attach attach && attach.target().equals("/data/way/inner")
                        ? new Step.Attach(attach.tree(), "/data/way", true, attach.origin())
                        : step));
    assertMountIsBroken(withMounts(), elsewhere, "statx /data/way/inner", "ENOENT");
  }

  /** The probe's own program, started as any program is. */
  @Test
  void outsideOfAnyJailHardlyAPromiseHolds() throws Exception {
    HostUser user = HostUser.current();
    PromiseProbe probe =
        PromiseProbe.of(SANDBOX, ProbeObserver.host(List.of(directory.toString()), SANDBOX), UnderFilter.HOST);
    Path file = Files.write(directory.resolve("verify"), probe.executable());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process process = new ProcessBuilder(file.toString()).redirectInput(Path.of("/dev/null").toFile()).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    List<Guarantee> guarantees = probe.judge(output, List.of(), new Outside(List.of(), false, false, 0));
    Set<String> held = new TreeSet<>();
    guarantees.stream()
        .filter(guarantee -> guarantee.status() == GuaranteeStatus.HOLDS)
        .forEach(one -> held.add(one.id()));
    assertTrue(Set.of("start").containsAll(held), () -> user + ": " + held);
  }

  private static Map<String, Guarantee> broken(Map<String, Guarantee> guarantees) {
    Map<String, Guarantee> broken = new TreeMap<>(guarantees);
    broken.values().removeIf(guarantee -> guarantee.status() != GuaranteeStatus.BROKEN);
    return broken;
  }
}
