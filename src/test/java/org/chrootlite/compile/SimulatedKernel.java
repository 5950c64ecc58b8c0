package org.chrootlite.compile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.machine.SimulatedMachine;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;
import org.jspecify.annotations.Nullable;

/**
 * As much of a kernel as a launcher can see: descriptors, pipes, forks and waits. All else succeeds. A child runs to
 * its end before fork returns to its parent. Some calls may be made to answer something else.
 */
final class SimulatedKernel implements SimulatedMachine.Kernel {
  /** Lets calls answer something else than the truth. */
  interface Faults {
    /**
     * The result of a call in place of the true one, or nothing.
     *
     * @param number of the call, counted from 0 over all processes
     * @param call with no result yet
     */
    OptionalLong of(SimulatedMachine machine, int number, Event call);
  }

  /** The result of the call of this number, counted from 0 over all processes, in place of the true one. */
  record Injection(int call, long result) implements Faults {
    static final Injection NONE = new Injection(-1, 0);

    @Override
    public OptionalLong of(SimulatedMachine machine, int number, Event event) {
      return number == call ? OptionalLong.of(result) : OptionalLong.empty();
    }
  }

  /**
   * A call that was made, and by whom.
   *
   * @param path of OPENAT2 and OPEN_TREE; else empty
   * @param attributes that MOUNT_SETATTR sets; else 0
   */
  record Event(
      Task task, int operation, Syscall call, List<Long> arguments, String path, long attributes, long result) {
    private Event returning(long answer) {
      return new Event(task, operation, call, arguments, path, attributes, answer);
    }
  }

  /** What a descriptor refers to. */
  record OpenFile(String name, boolean closeOnExecute, @Nullable Pipe pipe, boolean writes) {
    private OpenFile(String name, boolean closeOnExecute) {
      this(name, closeOnExecute, null, false);
    }
  }

  /** What waits in a pipe. */
  static final class Pipe {
    private final Deque<byte[]> content = new ArrayDeque<>();
  }

  /** A process, and what became of it. */
  static final class Task {
    final String name;
    final @Nullable Task parent;
    final NavigableMap<Integer, OpenFile> files;
    final List<Task> unreaped = new ArrayList<>();
    @Nullable String executed;
    int exitCode = -1;
    boolean ended;

    Task(String name, @Nullable Task parent, NavigableMap<Integer, OpenFile> files) {
      this.name = name;
      this.parent = parent;
      this.files = files;
    }

    OpenFile file(int descriptor) {
      return Objects.requireNonNull(files.get(descriptor), () -> name + " has no descriptor " + descriptor);
    }

    int pid() {
      return name.equals("script") ? 2 : 4711;
    }
  }

  private static final long LAST_CAPABILITY = 40;

  private final Faults faults;
  private final IdentityHashMap<SimulatedMachine, Task> processes = new IdentityHashMap<>();
  private final Map<String, Task> byName = new HashMap<>();
  final List<Event> events = new ArrayList<>();

  /** The records of the status file. */
  final List<ByteBuffer> status = new ArrayList<>();

  SimulatedKernel(Faults faults) {
    this.faults = faults;
  }

  /** Runs the machine as a process that has inherited some descriptors, and all of its descendants. */
  void run(SimulatedMachine outer) {
    Task process = new Task("outer", null, new TreeMap<>());
    for (int i = 0; i < 3; i++) {
      process.files.put(i, new OpenFile("stream " + i, false));
    }
    process.files.put(3, new OpenFile("the jar", false));
    process.files.put(9, new OpenFile("a socket", false));
    register(outer, process);
    outer.run(this);
  }

  /** The process {@code outer}, {@code init} or {@code script}. */
  Task process(String name) {
    return Objects.requireNonNull(byName.get(name), () -> name + " was not started");
  }

  private void register(SimulatedMachine machine, Task process) {
    processes.put(machine, process);
    byName.put(process.name, process);
  }

  @Override
  public long call(SimulatedMachine machine, int index, Operation.SystemCall operation, long[] arguments) {
    Task process = Objects.requireNonNull(processes.get(machine));
    List<Long> values = Arrays.stream(arguments).boxed().toList();
    int number = events.size();
    boolean hasPath = operation.call() == Syscall.OPENAT2 || operation.call() == Syscall.OPEN_TREE;
    String path = hasPath ? machine.string(arguments[1]) : "";
    long attributes = operation.call() == Syscall.MOUNT_SETATTR ? machine.at(arguments[3]).getLong(0) : 0;
    Event event = new Event(process, index, operation.call(), values, path, attributes, 0);
    events.add(event);
    OptionalLong fault = faults.of(machine, number, event);
    // A fork returns to the parent after all that its child does.
    long result = fault.isPresent() ? fault.getAsLong() : answer(machine, process, operation.call(), arguments);
    events.set(number, event.returning(result));
    return result;
  }

  private long answer(SimulatedMachine machine, Task process, Syscall call, long[] a) {
    return switch (call) {
      case OPENAT -> open(process, machine.string(a[1]), a[2]);
      case OPENAT2 -> open(process, "collected", FileFlags.O_CLOEXEC);
      case OPEN_TREE -> open(process, "tree " + machine.string(a[1]), FileFlags.O_CLOEXEC);
      case FSOPEN -> open(process, "file system", FileFlags.O_CLOEXEC);
      case FSMOUNT -> open(process, "tree of nodes", FileFlags.O_CLOEXEC);
      case SOCKET -> open(process, "socket", FileFlags.O_CLOEXEC);
      case PIPE2 -> pipe(machine, process, a);
      case DUP3 -> duplicate(process, (int) a[0], (int) a[1], a[2]);
      case CLOSE -> process.files.remove((int) a[0]) == null ? -Errno.EBADF.number() : 0;
      case CLOSE_RANGE -> closeRange(process, a);
      case WRITE -> write(machine, process, a);
      case READ -> read(machine, process, a);
      case PREAD64 -> {
        machine.at(a[1]).put(0, (byte) 'S');
        yield 1;
      }
      case STATX -> {
        machine.at(a[4]).putShort(28, (short) (FileFlags.S_IFREG | 0644));
        yield 0;
      }
      case SENDFILE -> 10;
      case CLONE -> fork(machine, process, a[0]);
      case WAIT4 -> wait(machine, process, a);
      case KILL -> process.unreaped.isEmpty() ? -Errno.ESRCH.number() : 0;
      case RT_SIGTIMEDWAIT -> Signal.SIGCHLD.number();
      case PRCTL ->
          a[0] == ProcessFlags.PR_CAPBSET_DROP && a[1] > LAST_CAPABILITY ? -Errno.EINVAL.number() : 0;
      case KEYCTL -> 12345;
      case EXECVE -> {
        process.executed = machine.string(a[0]);
        process.files.values().removeIf(OpenFile::closeOnExecute);
        yield end(machine, process, 0);
      }
      case EXIT_GROUP -> end(machine, process, (int) a[0]);
      default -> 0;
    };
  }

  private static long open(Task process, String name, long flags) {
    int free = free(process);
    process.files.put(free, new OpenFile(name, (flags & FileFlags.O_CLOEXEC) != 0));
    return free;
  }

  private static int free(Task process) {
    int free = 0;
    while (process.files.containsKey(free)) {
      free++;
    }
    return free;
  }

  private static long pipe(SimulatedMachine machine, Task process, long[] a) {
    Pipe pipe = new Pipe();
    boolean closeOnExecute = (a[1] & FileFlags.O_CLOEXEC) != 0;
    ByteBuffer ends = machine.at(a[0]);
    for (int i = 0; i < 2; i++) {
      int free = free(process);
      process.files.put(free, new OpenFile("pipe", closeOnExecute, pipe, i == 1));
      ends.putInt(4 * i, free);
    }
    return 0;
  }

  private static long duplicate(Task process, int from, int to, long flags) {
    OpenFile file = process.files.get(from);
    if (file == null) {
      return -Errno.EBADF.number();
    }
    boolean closeOnExecute = (flags & FileFlags.O_CLOEXEC) != 0;
    process.files.put(to, new OpenFile(file.name, closeOnExecute, file.pipe, file.writes));
    return to;
  }

  private static long closeRange(Task process, long[] a) {
    Map<Integer, OpenFile> range = process.files.subMap((int) a[0], true, (int) Math.min(a[1], 1 << 20), true);
    if ((a[2] & FileFlags.CLOSE_RANGE_CLOEXEC) != 0) {
      range.replaceAll((number, file) -> new OpenFile(file.name, true, file.pipe, file.writes));
    } else {
      range.clear();
    }
    return 0;
  }

  private long write(SimulatedMachine machine, Task process, long[] a) {
    OpenFile file = process.files.get((int) a[0]);
    if (file == null) {
      return -Errno.EBADF.number();
    }
    byte[] content = new byte[(int) a[2]];
    machine.at(a[1]).get(0, content);
    if (file.pipe != null) {
      file.pipe.content.add(content);
    } else if (file.name.equals("status")) {
      status.add(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
    }
    return content.length;
  }

  private long read(SimulatedMachine machine, Task process, long[] a) {
    OpenFile file = process.files.get((int) a[0]);
    if (file == null) {
      return -Errno.EBADF.number();
    }
    if (file.name.equals("supervisor")) {
      machine.at(a[1]).put(0, (byte) ')');
      return 1;
    }
    if (file.pipe == null) {
      return 0;
    }
    byte[] content = file.pipe.content.poll();
    if (content != null) {
      machine.at(a[1]).put(0, content);
      return content.length;
    }
    boolean hasWriter =
        byName.values().stream()
            .filter(other -> !other.ended)
            .flatMap(other -> other.files.values().stream())
            .anyMatch(other -> other.pipe == file.pipe && other.writes);
    return hasWriter ? -Errno.EAGAIN.number() : 0;
  }

  private long fork(SimulatedMachine machine, Task process, long flags) {
    boolean sharesFiles = (flags & ProcessFlags.CLONE_FILES) != 0;
    String name = sharesFiles ? "owner map" : process.parent == null ? "init" : "script";
    Task child = new Task(name, process, sharesFiles ? process.files : new TreeMap<>(process.files));
    boolean sharesMemory = (flags & ProcessFlags.CLONE_VM) != 0;
    return start(sharesMemory ? machine.forkSharingMemory() : machine.fork(), process, child);
  }

  private long start(SimulatedMachine copy, Task process, Task child) {
    process.unreaped.add(child);
    register(copy, child);
    copy.complete(0);
    copy.run(this);
    return child.pid();
  }

  private static long wait(SimulatedMachine machine, Task process, long[] a) {
    if (process.unreaped.isEmpty()) {
      return -Errno.ECHILD.number();
    }
    Task child = process.unreaped.removeFirst();
    if (a[1] != 0) {
      machine.at(a[1]).putInt(0, child.exitCode << 8);
    }
    return child.pid();
  }

  private static long end(SimulatedMachine machine, Task process, int exitCode) {
    machine.end();
    process.ended = true;
    process.exitCode = exitCode;
    return 0;
  }
}
