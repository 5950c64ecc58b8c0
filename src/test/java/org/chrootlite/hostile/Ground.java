package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chrootlite.compile.Means;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Gap;
import org.chrootlite.testing.Command;
import org.chrootlite.testing.Given;

/**
 * The files of a host on which runs are tried, one run at a time: a secret, a rootfs with traps, what is granted, and
 * a place for the run's own directory.
 */
final class Ground implements AutoCloseable {
  private static final String CAPABILITY_XATTR =
      "import os,sys; os.setxattr(sys.argv[1], 'security.capability',"
          + " bytes.fromhex('0100000200200000002000000000000000000000'))";

  /** A hierarchy of version 1, or version 2. */
  private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");

  private static final boolean IS_FIRST_VERSION = Files.exists(PIDS.resolve("tasks"));
  private static final Path GROUPS = IS_FIRST_VERSION ? PIDS : Path.of("/sys/fs/cgroup");
  private static final String ENTRANCE = IS_FIRST_VERSION ? "tasks" : "cgroup.procs";

  private final Path directory;
  private final Optional<Path> group;
  private final Who who;
  private final Provisions.Identity identity;
  private String listing;
  private int runs;

  private Ground(Path directory, Who who, Provisions.Identity identity) throws IOException {
    this.directory = directory;
    this.who = who;
    this.identity = identity;
    this.group = who.isRoot() ? Optional.of(newGroup(identity)) : Optional.empty();
    this.listing = list();
  }

  /** Makes one in an empty directory that everybody may enter. */
  static Ground make(Path directory, Programs programs, Who who, Provisions.Identity identity) throws IOException {
    Files.writeString(directory.resolve("secret"), "secret of the host\n");
    Path rootfs = Files.createDirectory(directory.resolve("rootfs"));
    for (String name : List.of("bin", "dev", "etc", "proc", "run", "tmp", "usr", "work")) {
      Files.createDirectory(rootfs.resolve(name));
    }
    // Everybody may write there, whoever everybody is on the host.
    Files.setPosixFilePermissions(rootfs.resolve("usr"), PosixFilePermissions.fromString("rwxrwxrwx"));
    copy(programs.script(), rootfs.resolve("bin/hostile"), "rwxr-xr-x");
    copy(programs.script(), rootfs.resolve("bin/unpermitted"), "-----x---");
    Files.writeString(Files.createDirectory(directory.resolve("readonly")).resolve("file"), "granted\n");
    Files.createDirectory(directory.resolve("writable"));
    Files.writeString(directory.resolve("granted"), "granted\n");
    standInProc(Files.createDirectory(directory.resolve("proc")));
    who.own(directory);
    traps(rootfs, programs);
    return new Ground(directory, who, identity);
  }

  /** Root's, whoever uses the rootfs. */
  private static void traps(Path rootfs, Programs programs) throws IOException {
    copy(programs.script(), rootfs.resolve("setuid"), "rwxr-xr-x");
    copy(programs.script(), rootfs.resolve("capable"), "rwxr-xr-x");
    Command.output("chmod", "6755", rootfs.resolve("setuid").toString());
    if (HostUser.current().isRoot()) {
      Command.output("python3", "-c", CAPABILITY_XATTR, rootfs.resolve("capable").toString());
      Command.output("mknod", "-m", "666", rootfs.resolve("device").toString(), "c", "1", "5");
    }
  }

  /** All of /proc that is covered or read-only, because no kernel has all of it. */
  private static void standInProc(Path proc) throws IOException {
    for (String name : List.of("kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug")) {
      Files.writeString(proc.resolve(name), "of the host\n");
    }
    Files.writeString(proc.resolve("interrupts"), "of the host\n");
    Files.writeString(proc.resolve("sysrq-trigger"), "");
    for (String name : List.of("acpi", "asound", "scsi", "bus", "fs", "irq", "sys")) {
      Files.writeString(Files.createDirectory(proc.resolve(name)).resolve("file"), "of the host\n");
    }
  }

  private static void copy(Path from, Path to, String mode) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(mode));
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** What the host program is told of who starts the run, and in which control group. */
  List<String> options() {
    List<String> options = new ArrayList<>(who.options());
    group.ifPresent(directory -> options.add("group=" + directory.getFileName()));
    return options;
  }

  /** Root has a control group, that keeps no limits: what is kept by one is tried elsewhere. */
  Powers powers() {
    if (group.isEmpty()) {
      return Given.NO_GROUP;
    }
    Gap none = new Gap("the group keeps nothing", "");
    List<String> entrances = List.of("cgroup/" + ENTRANCE);
    Optional<Gap> missing = Optional.of(none);
    return new Powers(
        new Powers.Group.Joined(Means.CGROUP_V1, Set.of(), missing, Optional.empty(), entrances), Optional.empty());
  }

  Provisions.Identity identity() {
    return identity;
  }

  private static Path newGroup(Provisions.Identity identity) throws IOException {
    String name = "run-" + ProcessHandle.current().pid() + "-" + identity.uid();
    return Files.createDirectory(GROUPS.resolve(name));
  }

  @Override
  public void close() throws IOException {
    if (group.isPresent()) {
      Files.delete(group.get());
    }
  }

  /** A run's directory, as the engine makes it. */
  Path newRun(byte[] launcher, int artifacts) throws IOException {
    Path run = Files.createDirectory(directory.resolve("run-" + runs++));
    Files.write(run.resolve("launcher"), launcher);
    Files.createFile(run.resolve("status"));
    Files.createDirectory(run.resolve("jail"));
    if (group.isPresent()) {
      Files.createSymbolicLink(run.resolve("cgroup"), group.get());
    }
    Files.createDirectory(run.resolve("artifacts"));
    for (int i = 0; i < artifacts; i++) {
      Files.createFile(run.resolve("artifacts/." + i));
    }
    for (String name : List.of(".", "jail", "artifacts", "launcher")) {
      Files.setPosixFilePermissions(run.resolve(name), PosixFilePermissions.fromString("rwx--x--x"));
    }
    who.own(run);
    newLayer();
    return run;
  }

  /** What a run has kept would hide from the next one what it lacks. */
  private void newLayer() throws IOException {
    Path layer = directory.resolve("layer");
    delete(layer);
    Files.createDirectory(layer);
    for (String name : List.of("upper", "work")) {
      Path half = Files.createDirectory(layer.resolve(name));
      Files.setAttribute(half, "unix:uid", (int) identity.uid());
      Files.setAttribute(half, "unix:gid", (int) identity.gid());
    }
  }

  /** By rm(1): a launcher that lacks a step may have left anything. */
  static void delete(Path run) {
    Command.output("sh", "-c", "! test -e \"$0\" || { chmod -R u+rwx \"$0\" && rm -rf \"$0\"; }", run.toString());
  }

  /** What is not as it was when it was asked last, or empty. */
  String changes() throws IOException {
    String before = listing;
    String now = list();
    listing = now;
    if (now.equals(before)) {
      return "";
    }
    return now.lines().filter(line -> !before.contains(line)).findFirst().orElse("something is gone");
  }

  private String list() throws IOException {
    TreeSet<String> lines = new TreeSet<>();
    for (String tree : List.of("rootfs", "readonly", "granted", "secret", "proc")) {
      try (Stream<Path> all = Files.walk(directory.resolve(tree))) {
        for (Path path : all.toList()) {
          Map<String, Object> attributes =
              Files.readAttributes(path, "unix:mode,uid,gid,size,ino,ctime,nlink", LinkOption.NOFOLLOW_LINKS);
          lines.add(directory.relativize(path) + " " + attributes);
        }
      }
    }
    return String.join("\n", lines);
  }
}
