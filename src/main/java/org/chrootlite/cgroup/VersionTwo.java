package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.linux.Controller;
import org.chrootlite.linux.Errno;
import org.chrootlite.model.Gap;

/**
 * Version 2: one hierarchy, in which each group decides which controllers the groups in it have. See the kernel's
 * documentation, admin-guide/cgroup-v2.
 *
 * <p>A run's group is made in the caller's own group, or, as root, in the root of the hierarchy: wherever it has the
 * most controllers. The kernel gives a group's children none while the group itself has processes, as the caller's own
 * always has: the caller. Where that group was delegated, its processes are moved into one that is made for them,
 * {@link #CALLERS}; they stay there, and what they start is there too. So for a later caller the group above counts as
 * its own.
 *
 * @param swap whether the host has any
 */
record VersionTwo(Hierarchy hierarchy, boolean swap) implements Version {
  /** The group, in the caller's own, that processes in the way are moved into. */
  static final String CALLERS = "chroot-lite-callers";

  private static final List<Controller> CONTROLLERS = List.of(Controller.MEMORY, Controller.PIDS, Controller.CPU);
  private static final String SWAP = "memory.swap.max";

  /** How often processes are moved: some start others meanwhile. */
  private static final int ROUNDS = 10;

  /** Where a group is made. */
  private record Choice(Place place, boolean moving) {
    Set<Controller> controllers() {
      return place.promises(moving);
    }

    boolean isBetterThan(Choice other) {
      return controllers().size() > other.controllers().size();
    }
  }

  /** Either where a group is made, or why it cannot be. */
  private record Finding(Optional<Choice> choice, Lacks lacks) {}

  @Override
  public Support support() throws IOException {
    Finding finding = find();
    if (finding.choice().isEmpty()) {
      return new Support.None(finding.lacks().gap().orElseThrow());
    }
    Choice choice = finding.choice().get();
    Set<Controller> controllers = choice.controllers();
    // Only groups that have the controller tell whether it counts swap; the root of the hierarchy never does.
    GroupDirectory parent = new GroupDirectory(choice.place().path());
    boolean counts = parent.has(SWAP) || !parent.has("memory.max");
    return groups(controllers, missing(choice.place(), controllers), counts);
  }

  private Support.Groups groups(Set<Controller> controllers, Optional<Gap> missing, boolean counts) {
    String entrance = ControlGroups.LINKS + "/" + hierarchy.link() + "/" + GroupDirectory.PROCESSES;
    return new Support.Groups(2, controllers, missing, swapGap(controllers, counts), List.of(entrance));
  }

  private Finding find() throws IOException {
    Lacks lacks = new Lacks();
    if (hierarchy.mount().isEmpty()) {
      lacks.add("control groups of version 2 are not mounted", Remedies.MOUNT_TWO);
      return new Finding(Optional.empty(), lacks);
    }
    Path top = hierarchy.mount().get().point();
    if (hierarchy.mount().get().readOnly()) {
      lacks.add(top + " is mounted read-only", Remedies.READ_ONLY);
      return new Finding(Optional.empty(), lacks);
    }
    Optional<Choice> best = Optional.empty();
    for (Place place : places(top)) {
      if (!place.open()) {
        // The caller's own comes first, and is the one to tell about.
        if (lacks.isEmpty()) {
          lacks.add("mkdir in " + place.path() + ": " + Errno.EACCES.text(), Remedies.delegate());
        }
        continue;
      }
      Choice choice = new Choice(place, false);
      if (best.isEmpty() || choice.isBetterThan(best.get())) {
        best = Optional.of(choice);
      }
    }
    if (best.isPresent()) {
      best = Optional.of(orMoving(best.get(), top));
    }
    if (best.isEmpty() && lacks.isEmpty()) {
      lacks.add(top + " does not show the group of this process", Remedies.OUTSIDE);
    }
    return new Finding(best, lacks);
  }

  /** Processes are moved only where that gains something that nothing else does. */
  private Choice orMoving(Choice still, Path top) throws IOException {
    Choice best = still;
    for (Place place : places(top)) {
      Choice moving = new Choice(place, true);
      if (place.open() && moving.isBetterThan(best)) {
        best = moving;
      }
    }
    return best;
  }

  private List<Place> places(Path top) throws IOException {
    List<Place> places = new ArrayList<>();
    Optional<Path> own = hierarchy.own().map(VersionTwo::aboveCallers);
    if (own.isPresent() && Files.isDirectory(own.get())) {
      places.add(Place.look(own.get(), top));
    }
    if (own.isEmpty() || !own.get().equals(top)) {
      places.add(Place.look(top, top));
    }
    return places;
  }

  private static Path aboveCallers(Path own) {
    Path parent = own.getParent();
    return own.endsWith(CALLERS) && parent != null ? parent : own;
  }

  private static Optional<Gap> missing(Place place, Set<Controller> controllers) {
    List<String> unknown = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Controller controller : CONTROLLERS) {
      if (!controllers.contains(controller)) {
        (place.available().contains(controller) ? refused : unknown).add(controller.id());
      }
    }
    Lacks lacks = new Lacks();
    if (!unknown.isEmpty()) {
      String names = String.join(", ", unknown);
      lacks.add(
          place.path() + "/cgroup.controllers has no " + names,
          place.root() ? Remedies.boot(unknown) : Remedies.delegate(names));
    }
    if (!refused.isEmpty()) {
      String why = place.path() + "/" + Place.CONTROL + " has no " + String.join(", ", refused);
      lacks.add(
          place.isBlocked()
              ? why + ", and takes none while the group has processes, which may not be moved: it was not delegated"
              : why,
          Remedies.delegate());
    }
    return lacks.gap();
  }

  private Optional<Gap> swapGap(Set<Controller> controllers, boolean counts) {
    return swap && !counts && controllers.contains(Controller.MEMORY)
        ? Optional.of(new Gap("the host swaps, and its kernel does not count that: no " + SWAP, Remedies.SWAP))
        : Optional.empty();
  }

  @Override
  public Attempt make(Path directory, Bounds bounds) throws IOException {
    Finding finding = find();
    if (finding.choice().isEmpty()) {
      return new Attempt.Refused(finding.lacks().gap().orElseThrow());
    }
    Choice choice = finding.choice().get();
    Lacks lacks = new Lacks();
    Set<Controller> controllers = enable(choice, lacks);
    missing(choice.place(), controllers).filter(gap -> lacks.isEmpty()).ifPresent(lacks::add);
    Links links = Links.of(directory);
    CounterFiles files = new CounterFiles();
    Optional<GroupDirectory> made = Optional.empty();
    try {
      links.makeDirectory();
      Path path = links.make(hierarchy.link(), choice.place().path());
      try {
        made = Optional.of(GroupDirectory.make(path));
      } catch (IOException e) {
        if (!Reason.isRefusal(e)) {
          throw new IOException("cannot make the control group " + path + ": " + Reason.of(e), e);
        }
        remove(made, links);
        return new Attempt.Refused(new Gap("mkdir " + path + ": " + Reason.of(e), Remedies.delegate()));
      }
      GroupDirectory group = made.get();
      boolean counts = bound(group, controllers, bounds);
      Support.Groups support = groups(controllers, lacks.gap(), counts);
      return new Attempt.Made(new VersionTwoGroup(this, group, links, files, support));
    } catch (IOException e) {
      try (files) {
        remove(made, links);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Enables what the choice promises; the result is what groups there really have then. */
  private static Set<Controller> enable(Choice choice, Lacks lacks) throws IOException {
    GroupDirectory parent = new GroupDirectory(choice.place().path());
    Set<Controller> wanted = EnumSet.copyOf(choice.controllers());
    wanted.removeAll(choice.place().enabled());
    wanted.remove(Controller.CPUACCT);
    for (Controller controller : wanted) {
      Optional<IOException> refusal = enable(parent, controller, choice.moving());
      if (refusal.isPresent()) {
        lacks.add(Reason.of(refusal.get()), Remedies.delegate(controller.id()));
      }
    }
    Set<Controller> enabled = EnumSet.of(Controller.CPUACCT);
    enabled.addAll(Place.controllers(parent, Place.CONTROL));
    return enabled;
  }

  private static Optional<IOException> enable(GroupDirectory parent, Controller controller, boolean moving) {
    Optional<IOException> refusal = Optional.empty();
    for (int round = 0; round < (moving ? ROUNDS : 1); round++) {
      try {
        if (moving) {
          moveCallers(parent);
        }
        parent.write(Place.CONTROL, "+" + controller.id());
        return Optional.empty();
      } catch (IOException e) {
        refusal = Optional.of(e);
      }
    }
    return refusal;
  }

  /** Moves all processes of a group into one within it; others may be doing the same. */
  private static void moveCallers(GroupDirectory parent) throws IOException {
    GroupDirectory callers = new GroupDirectory(parent.path().resolve(CALLERS));
    List<String> processes = Mount.lines(parent.read(GroupDirectory.PROCESSES));
    if (!processes.isEmpty() && !Files.isDirectory(callers.path())) {
      try {
        GroupDirectory.make(callers.path());
      } catch (FileAlreadyExistsException e) {
        // Another caller was faster.
      }
    }
    IOException failure = null;
    for (String process : processes) {
      try {
        callers.write(GroupDirectory.PROCESSES, process);
      } catch (IOException e) {
        failure = e;
      }
    }
    // One that has ended meanwhile cannot be moved, and is no obstacle.
    if (failure != null && !parent.read(GroupDirectory.PROCESSES).isEmpty()) {
      throw failure;
    }
  }

  /** Sets bounds; false where the one for memory does not hold for swap. */
  private static boolean bound(GroupDirectory group, Set<Controller> controllers, Bounds bounds) throws IOException {
    if (controllers.contains(Controller.PIDS) && bounds.processes().isPresent()) {
      group.write("pids.max", Bounds.processes(bounds.processes().getAsLong()));
    }
    if (controllers.contains(Controller.CPU) && bounds.millicpus().isPresent()) {
      Bandwidth bandwidth = Bandwidth.of(bounds.millicpus().getAsLong());
      group.write("cpu.max", bandwidth.quota() + " " + bandwidth.period());
    }
    if (!controllers.contains(Controller.MEMORY)) {
      return true;
    }
    boolean counts = group.has(SWAP);
    if (bounds.memory().isPresent()) {
      group.write("memory.max", Long.toString(bounds.memory().getAsLong()));
      if (counts) {
        group.write(SWAP, "0");
      }
    }
    return counts;
  }

  /** Removes the group, then the link to it. */
  void remove(Optional<GroupDirectory> group, Links links) throws IOException {
    if (group.isPresent()) {
      group.get().remove();
    }
    links.remove(hierarchy.link());
    links.removeDirectory();
  }
}
