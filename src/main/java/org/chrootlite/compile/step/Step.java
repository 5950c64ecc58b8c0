package org.chrootlite.compile.step;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.linux.Namespace;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Limit;
import org.chrootlite.model.Origin;

/**
 * One thing that a launcher does. Steps run in order; one that fails reports itself and ends the launcher with status
 * 125, so that the script never runs with less than its plan.
 */
public sealed interface Step {
  /** Where in the manifest this step comes from; {@link Origin#ALWAYS} where it is not the user's to choose. */
  default Origin origin() {
    return Origin.ALWAYS;
  }

  /** Closes every inherited descriptor but the three streams: a JVM's jars and sockets must not reach the script. */
  record CloseDescriptors() implements Step {}

  /** Gives every signal its default disposition: an ignored SIGCHLD breaks waiting, an ignored SIGPIPE the script. */
  record ResetSignals() implements Step {}

  /** Blocks all signals, so that those which matter can be waited for. */
  record BlockSignals() implements Step {}

  /** Unblocks all signals. */
  record UnblockSignals() implements Step {}

  /** Opens the file {@code status} of the run's directory, as descriptor 3. */
  record OpenStatus() implements Step {}

  /**
   * Opens the file {@code supervisor} of the run's directory, as descriptor 4: the {@code /proc/PID/stat} of the
   * process that watches what the run uses. Finds the place of its state, which follows the name in parentheses; see
   * proc_pid_stat(5).
   */
  record OpenSupervisor() implements Step {}

  /**
   * Joins the run's control groups, and all that comes after with it.
   *
   * @param entrances files that "0" is written to, relative to the run's directory; see cgroups(7)
   * @param limits that the groups keep, or count for; nothing is done about them here
   */
  record JoinControlGroups(List<String> entrances, List<Limit> limits) implements Step {
    /** Copies the lists. */
    public JoinControlGroups {
      entrances = List.copyOf(entrances);
      limits = List.copyOf(limits);
    }
  }

  /** Opens the pipe whose end tells init that outer is dead, as descriptors 5 and 6. */
  record OpenLifeline() implements Step {}

  /** Opens the file {@code artifacts/.<index>} of the run's directory, which an artifact will be copied to. */
  record OpenArtifact(int index, Origin origin) implements Step {}

  /** Enters new namespaces; a process namespace holds only the children. See unshare(2). */
  record NewNamespaces(Set<Namespace> namespaces, Origin origin) implements Step {
    /** Copies the set. */
    public NewNamespaces {
      namespaces = Collections.unmodifiableSet(EnumSet.copyOf(namespaces));
    }
  }

  /**
   * Makes a time namespace for init and its children, where the kernel has them. Its clocks are the host's; without it
   * {@code /proc/self/ns/time} is one inode for all runs, and locks on it carry messages between them.
   */
  record NewTimeNamespace() implements Step {}

  /** Cuts the mount namespace off from the host's, in both directions. */
  record MakeMountsPrivate() implements Step {}

  /** Opens a map by which files of the host's root appear as this user's; see {@link TakeTree}. */
  record OpenOwnerMap(long hostUid) implements Step {}

  /**
   * Takes hold of a file or a tree of the host. Devices and setuid bits in it have no effect.
   *
   * @param mapped whether what belongs to root in it appears as the sandbox user's, where its file system can do that
   * @param recursive whether to take what is mounted below it too
   */
  record TakeTree(Tree tree, Path source, boolean readOnly, boolean mapped, boolean recursive, Origin origin)
      implements Step {}

  /**
   * Lays a read-only overlay over a tree and takes hold of it. The overlay has inodes of its own: locks, leases and
   * watches on its files are the run's alone, and a socket or a FIFO has nobody at its other end. What the host changes
   * in the tree is seen all the same. See Documentation/filesystems/overlayfs.rst.
   *
   * @param lower the tree
   * @param file the name of the one file that is wanted; empty for the whole tree
   * @param noExec whether no program may be executed from it
   */
  record OverlayTree(Tree lower, Tree tree, Optional<String> file, boolean noExec, Origin origin) implements Step {}

  /**
   * Makes the three streams this user's, as far as they are pipes: opening /dev/stdin anew needs permission for the
   * pipe behind it, and a pipe admits its owner only.
   */
  record GiveStreams(long uid) implements Step {}

  /** Gives up root for a user of the host that owns nothing. */
  record BecomeHostUser(long uid) implements Step {}

  /** Maps one user and one group of the sandbox onto the caller's, and no others. See user_namespaces(7). */
  record MapUser(long uid, long gid, long hostUid, long hostGid, Origin origin) implements Step {}

  /** Forks pid 1 of the sandbox. */
  record StartInit() implements Step {}

  /** Asks the kernel to kill outer when its parent dies, and makes sure that it has not died already. */
  record DieWithCaller() implements Step {}

  /** Asks the kernel to kill init, and so the sandbox, when outer dies, and makes sure that it has not died already. */
  record DieWithOuter() implements Step {}

  /** Names the process, as ps(1) shows it. */
  record NameProcess(String name) implements Step {}

  /** Brings up the loopback interface of the network namespace. */
  record BringUpLoopback(Origin origin) implements Step {}

  /** Sets the host name, and hides the host's NIS domain. */
  record SetHostname(String name, Origin origin) implements Step {}

  /**
   * Mounts the memory that the writes of the run go to, and works there from now on.
   *
   * @param size bytes; 0 for as many as the kernel gives, half of the machine's memory
   * @param holdsRoot whether what is written to the root goes there too
   */
  record MountScratch(long size, boolean holdsRoot, Origin origin) implements Step {}

  /** Makes an empty directory of the scratch memory and takes hold of it. */
  record NewDirectory(Tree tree, int mode, Origin origin) implements Step {}

  /** Mounts an empty file system in memory and takes hold of it; {@code size} in bytes. */
  record NewTmpfs(Tree tree, long size, int mode, Origin origin) implements Step {}

  /**
   * Lays a layer over the rootfs, which takes what is written.
   *
   * @param layer the sandbox's own, with the directories {@code upper} and {@code work}; empty for one in the scratch
   *     memory, which is thrown away
   * @param parents directories, parents first, that will hold what others are mounted on. They become the sandbox
   *     user's own, because those of the rootfs may belong to somebody who is nobody in the sandbox
   */
  record MountRoot(Tree rootfs, Optional<Tree> layer, List<String> parents, Origin origin) implements Step {
    /** Copies the list. */
    public MountRoot {
      parents = List.copyOf(parents);
    }
  }

  /** Makes a read-only overlay over the rootfs the root. */
  record BindRoot(Tree rootfs, Origin origin) implements Step {}

  /**
   * Makes device nodes of the run's own, as root of the host: locks and watches on them are the run's alone. A node
   * that this root may not make is passed over.
   *
   * @param devices the numbers of devices by name, as {@code makedev} packs those below 256; see makedev(3)
   */
  record NewDeviceNodes(Tree tree, SortedMap<String, Long> devices) implements Step {
    /** Copies the map. */
    public NewDeviceNodes {
      devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    }
  }

  /**
   * Makes a /dev with places for a devpts, a /dev/shm and some devices, and takes hold of the devices, read-only: they
   * can be written to, but not be touched.
   *
   * @param nodes the run's own; the host's are taken where there are none
   */
  record NewDevices(Tree tree, List<String> devices, Optional<Tree> nodes) implements Step {
    /** Copies the list. */
    public NewDevices {
      devices = List.copyOf(devices);
    }
  }

  /** Mounts a new devpts and the devices in the sandbox's /dev. */
  record MountDevices(List<String> devices) implements Step {
    /** Copies the list. */
    public MountDevices {
      devices = List.copyOf(devices);
    }
  }

  /** Mounts a /proc of the sandbox's processes, while the host's can be seen, as the kernel asks; takes hold of it. */
  record MountProc(Tree tree) implements Step {}

  /** Covers a file of /proc with /dev/null, where the kernel has it. */
  record HideProcFile(String name) implements Step {}

  /** Covers a directory of /proc with an empty one, where the kernel has it. */
  record HideProcDirectory(String name) implements Step {}

  /** Makes a part of /proc read-only, where the kernel has it. */
  record FreezeProc(String name) implements Step {}

  /**
   * Bounds counters that the kernel keeps for the host user, within the run's user namespace: without it a run can use
   * up the inotify instances of the user that started it. A counter that this kernel lacks is passed over.
   *
   * @param maxima by the name of a file of {@code /proc/sys/user}; see namespaces(7) and inotify(7)
   */
  record BoundUserCounters(SortedMap<String, Long> maxima) implements Step {
    /** Copies the map. */
    public BoundUserCounters {
      maxima = Collections.unmodifiableSortedMap(new TreeMap<>(maxima));
    }
  }

  /** Writes the script into a file system of its own. */
  record PlaceScript(Tree tree, String name, ScriptText content, Origin origin) implements Step {}

  /** Makes the new root the root, and lets go of the host's: from here on no path leads to the host. */
  record PivotRoot() implements Step {}

  /**
   * Mounts a tree in the new root, and makes the directories, or the file, that it is mounted on. Fails with ELOOP
   * where a link lies on the way: honest links of the rootfs were followed when the plan was made, and any other link
   * may have been made by a script in a writable mount or a kept layer.
   */
  record Attach(Tree tree, String target, boolean directory, Origin origin) implements Step {}

  /** Makes a mounted tree read-only; what is mounted in it stays as it is. */
  record MakeTreeReadOnly(Tree tree, Origin origin) implements Step {}

  /** Writes a file of the new root, in place of what the rootfs has there. */
  record WriteFile(String path, String content, Origin origin) implements Step {}

  /** Makes the root read-only; what is mounted in it stays as it is. */
  record MakeRootReadOnly(Origin origin) implements Step {}

  /** Closes all descriptors from this one on. */
  record CloseTrees(int from) implements Step {}

  /** Takes hold of the scratch memory: the script may later shut every way to it. */
  record HoldScratch() implements Step {}

  /** Opens the pipe through which the script's process tells init which step failed. */
  record OpenReportPipe() implements Step {}

  /** Lets go of the status file: the script's process reports to init, and holds nothing of the host. */
  record ReportToInit() implements Step {}

  /** Forks the script. */
  record StartScript() implements Step {}

  /** Drops all capabilities of the process; with nothing left to gain them by. */
  record DropCapabilities() implements Step {}

  /** Hides the process from others of its user: not to be traced, read or dumped. */
  record MakeUndumpable() implements Step {}

  /** Closes the streams, so that they end when the script's end. */
  record CloseStreams() implements Step {}

  /** Starts the timer that asks the script to end when the time, in nanoseconds, has passed. */
  record LimitWallTime(long nanoseconds, Origin origin) implements Step {}

  /** Forwards SIGTERM and SIGUSR1 to init, and waits for its end. */
  record WaitForInit() implements Step {}

  /**
   * Reaps, and waits for the script's end. On SIGTERM, or when its time is up, the script is asked to end, and ended
   * when the grace is over; on SIGUSR1 it is ended at once. While the supervisor is stopped all processes of the script
   * are stopped too, since nothing measures what they use; if the run has to end meanwhile, they are ended at once.
   *
   * @param grace nanoseconds
   * @param pollingInterval nanoseconds between two looks at the supervisor's state
   */
  record WaitForScript(long grace, long pollingInterval) implements Step {}

  /** Kills all that the script left running. */
  record KillTheRest() implements Step {}

  /** Reads how much of the scratch memory is in use, when nobody is left who could change that. See statfs(2). */
  record MeasureScratch() implements Step {}

  /** Copies a regular file of the sandbox to the run's directory; {@code limit} in bytes, up to 2^31-4096. */
  record CollectArtifact(int index, String path, long limit, Origin origin) implements Step {}

  /** Writes how the script ended, and what it used, to the status file. */
  record ReportEnd() implements Step {}

  /** Leaves the session of the caller, and with it the terminal. */
  record NewSession() implements Step {}

  /** Sets one resource limit of the script, soft and hard alike. See prlimit(2). */
  record SetLimit(Resource resource, long value, Origin origin) implements Step {}

  /** Joins a new, empty session keyring. */
  record NewKeyring() implements Step {}

  /** Empties the bounding set and locks the ways by which a user 0 gains capabilities. See capabilities(7). */
  record EmptyBoundingSet() implements Step {}

  /** Sets the file mode creation mask. */
  record SetUmask(int mask) implements Step {}

  /** Changes to a directory of the sandbox; fails with ELOOP where a link lies on the way. */
  record ChangeDirectory(String path, Origin origin) implements Step {}

  /** Lets the kernel close every descriptor but the streams when the script is executed. */
  record CloseOnExecute() implements Step {}

  /** Gives up the rights that setuid files and file capabilities would bring. */
  record NoNewPrivileges() implements Step {}

  /** Installs the filter of system calls. */
  record FilterSyscalls(SyscallFilter filter) implements Step {}

  /**
   * Executes the script.
   *
   * @param paths tried in this order; the next one when there is no such file
   * @param arguments the vector that the caller's arguments are appended to
   */
  record Execute(List<String> paths, List<String> arguments, SortedMap<String, String> environment, Origin origin)
      implements Step {
    /** Copies the collections. */
    public Execute {
      paths = List.copyOf(paths);
      arguments = List.copyOf(arguments);
      environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }
  }
}
