package org.chrootlite.cgroup;

import java.io.IOException;
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
 * Version 1: each controller has a hierarchy of its own, or shares it with some; a run has a group in each, below the
 * caller's own. See the kernel's documentation, admin-guide/cgroup-v1.
 *
 * @param hierarchies those with controllers of ours
 * @param swap whether the host has any
 */
record VersionOne(List<Hierarchy> hierarchies, boolean swap) implements Version {
  /** Who writes "0" here joins as a thread, at once; by way of cgroup.procs the kernel waits for all CPUs first. */
  private static final String JOIN = "tasks";

  private static final String MEMORY = "memory.limit_in_bytes";
  static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";

  /** Buffers of network sockets, of TCP, UDP and others: a book of its own in this version. */
  private static final String SOCKETS = "memory.kmem.tcp.limit_in_bytes";

  private static final String QUOTA = "cpu.cfs_quota_us";
  private static final String PERIOD = "cpu.cfs_period_us";

  VersionOne {
    hierarchies = List.copyOf(hierarchies);
  }

  /** A group of the run in one hierarchy. */
  record Member(Hierarchy hierarchy, GroupDirectory directory) {}

  @Override
  public Support support() {
    Lacks lacks = new Lacks();
    List<Hierarchy> usable = usable(lacks);
    if (usable.isEmpty()) {
      return new Support.None(lacks.gap().orElseThrow());
    }
    boolean counts = true;
    for (Hierarchy hierarchy : usable) {
      if (hierarchy.controllers().contains(Controller.MEMORY)) {
        counts = new GroupDirectory(hierarchy.own().orElseThrow()).has(MEMORY_AND_SWAP);
      }
    }
    return groups(usable, lacks, counts);
  }

  private Support.Groups groups(List<Hierarchy> all, Lacks lacks, boolean counts) {
    List<String> entrances = new ArrayList<>();
    for (Hierarchy hierarchy : all) {
      entrances.add(ControlGroups.LINKS + "/" + hierarchy.link() + "/" + JOIN);
    }
    return new Support.Groups(1, controllers(all), lacks.gap(), swapGap(counts), entrances);
  }

  /** Those that seem to be open to the caller. */
  private List<Hierarchy> usable(Lacks lacks) {
    List<Hierarchy> usable = new ArrayList<>();
    List<Path> closed = new ArrayList<>();
    for (Hierarchy hierarchy : hierarchies) {
      String name = names(hierarchy.controllers());
      if (hierarchy.mount().isEmpty()) {
        lacks.add("the hierarchy of " + name + " is not mounted", Remedies.notMounted(name));
      } else if (hierarchy.mount().get().readOnly()) {
        lacks.add(hierarchy.mount().get().point() + " is mounted read-only", Remedies.READ_ONLY);
      } else if (hierarchy.own().isEmpty()) {
        lacks.add(hierarchy.mount().get().point() + " does not show the group of this process", Remedies.OUTSIDE);
      } else if (!new GroupDirectory(hierarchy.own().get()).isWritable("")) {
        closed.add(hierarchy.own().get());
      } else {
        usable.add(hierarchy);
      }
    }
    for (Path path : closed) {
      Errno errno = Files.isDirectory(path) ? Errno.EACCES : Errno.ENOENT;
      lacks.add("mkdir in " + path + ": " + errno.text(), Remedies.giveAway(closed));
    }
    EnumSet<Controller> unknown = EnumSet.allOf(Controller.class);
    unknown.removeAll(controllers(hierarchies));
    if (!unknown.isEmpty()) {
      lacks.add("this kernel has no hierarchy of version 1 for " + names(unknown), Remedies.NO_CGROUPS);
    }
    return usable;
  }

  private static Set<Controller> controllers(List<Hierarchy> hierarchies) {
    Set<Controller> all = EnumSet.noneOf(Controller.class);
    hierarchies.forEach(hierarchy -> all.addAll(hierarchy.controllers()));
    return all;
  }

  private static String names(Set<Controller> controllers) {
    List<String> names = new ArrayList<>();
    for (Controller controller : Controller.values()) {
      if (controllers.contains(controller)) {
        names.add(controller.id());
      }
    }
    return String.join(",", names);
  }

  Optional<Gap> swapGap(boolean counts) {
    return swap && !counts
        ? Optional.of(
            new Gap("the host swaps, and its kernel does not count that: no " + MEMORY_AND_SWAP, Remedies.SWAP))
        : Optional.empty();
  }

  @Override
  public Attempt make(Path directory, Bounds bounds) throws IOException {
    Lacks lacks = new Lacks();
    List<Hierarchy> usable = usable(lacks);
    if (usable.isEmpty()) {
      return new Attempt.Refused(lacks.gap().orElseThrow());
    }
    Links links = Links.of(directory);
    List<Member> members = new ArrayList<>();
    CounterFiles files = new CounterFiles();
    try {
      links.makeDirectory();
      for (Hierarchy hierarchy : usable) {
        make(hierarchy, links, lacks).ifPresent(members::add);
      }
      if (members.isEmpty()) {
        links.removeDirectory();
        return new Attempt.Refused(lacks.gap().orElseThrow());
      }
      boolean counts = true;
      List<Hierarchy> made = new ArrayList<>();
      for (Member member : members) {
        counts &= bound(member, bounds);
        made.add(member.hierarchy());
      }
      return new Attempt.Made(new VersionOneGroup(members, links, files, groups(made, lacks, counts)));
    } catch (IOException e) {
      try (files) {
        remove(members, links);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /** Empty, and nothing left, where the kernel refuses it. */
  private static Optional<Member> make(Hierarchy hierarchy, Links links, Lacks lacks) throws IOException {
    Path parent = hierarchy.own().orElseThrow();
    Path path = links.make(hierarchy.link(), parent);
    try {
      return Optional.of(new Member(hierarchy, GroupDirectory.make(path)));
    } catch (IOException e) {
      links.remove(hierarchy.link());
      if (!Reason.isRefusal(e)) {
        throw new IOException("cannot make the control group " + path + ": " + Reason.of(e), e);
      }
      lacks.add("mkdir " + path + ": " + Reason.of(e), Remedies.giveAway(List.of(parent)));
      return Optional.empty();
    }
  }

  /** Sets bounds; false where the one for memory does not hold for swap. */
  private static boolean bound(Member member, Bounds bounds) throws IOException {
    Set<Controller> controllers = member.hierarchy().controllers();
    GroupDirectory group = member.directory();
    if (controllers.contains(Controller.PIDS) && bounds.processes().isPresent()) {
      group.write("pids.max", Bounds.processes(bounds.processes().getAsLong()));
    }
    if (controllers.contains(Controller.CPU) && bounds.millicpus().isPresent()) {
      boundCpu(member, Bandwidth.of(bounds.millicpus().getAsLong()));
    }
    if (!controllers.contains(Controller.MEMORY)) {
      return true;
    }
    boolean counts = group.has(MEMORY_AND_SWAP);
    if (bounds.memory().isPresent()) {
      // In this order: the one for memory alone must never be the larger.
      String bytes = Long.toString(bounds.memory().getAsLong());
      group.write(MEMORY, bytes);
      if (counts) {
        group.write(MEMORY_AND_SWAP, bytes);
      }
      // Without a bound of their own the kernel does not count them here at all, but only what all of the host has.
      if (group.has(SOCKETS)) {
        group.write(SOCKETS, bytes);
      }
    }
    return counts;
  }

  /**
   * The kernel refuses a group more than the nearest one above it with a quota has, which holds for all below it: then
   * there is nothing to set.
   */
  private static void boundCpu(Member member, Bandwidth wanted) throws IOException {
    Path top = member.hierarchy().mount().orElseThrow().point();
    Path above = member.directory().path().getParent();
    while (above != null && above.startsWith(top)) {
      GroupDirectory group = new GroupDirectory(above);
      // The root of the hierarchy has no quota, and on some kernels no file for one.
      if (group.has(QUOTA)) {
        long quota = Long.parseLong(group.read(QUOTA).strip());
        if (quota > 0) {
          if (wanted.exceeds(quota, Long.parseLong(group.read(PERIOD).strip()))) {
            return;
          }
          break;
        }
      }
      above = above.getParent();
    }
    member.directory().write(PERIOD, Long.toString(wanted.period()));
    member.directory().write(QUOTA, Long.toString(wanted.quota()));
  }

  /** Removes all groups, then the links to them; what one of them refuses does not keep the others. */
  static void remove(List<Member> members, Links links) throws IOException {
    IOException failure = null;
    for (Member member : members) {
      try {
        member.directory().remove();
        links.remove(member.hierarchy().link());
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    links.removeDirectory();
  }
}
