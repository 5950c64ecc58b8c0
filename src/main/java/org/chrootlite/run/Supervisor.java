package org.chrootlite.run;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.cgroup.Group;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.linux.Errno;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.LimitKind;

/**
 * One run of a launcher, from start to end.
 *
 * <p>The launcher builds the jail, keeps the time and reaps. What is left to do from outside is to carry the streams,
 * to bound them, and to end the launcher when it should have ended itself. Ending it is safe at any moment: with pid 1
 * of the sandbox the kernel kills all that is in it.
 */
public final class Supervisor {
  /** How much longer than the launcher's own timers we wait before we kill it, in milliseconds. */
  private static final long PATIENCE = 5_000;

  /**
   * How long a run that is over waits for output that does not come; or, where its caller has cancelled it, for him to
   * read. In milliseconds.
   */
  private static final long DRAIN = 2_000;

  /** How long a launcher's file may stay open for writing, in milliseconds. */
  private static final long BUSY = 5_000;

  private final Start start;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Process process;
  private final RunInput input;

  private Supervisor(Start start, Process process, RunInput input) {
    this.start = start;
    this.process = process;
    this.input = input;
  }

  /**
   * Starts a launcher. The calling thread must live until the run is over: the kernel kills a launcher whose parent
   * thread is gone (PR_SET_PDEATHSIG of prctl(2)).
   */
  public static Supervisor start(Start start) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(start.executable());
    command.addAll(start.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(start.directory().toFile());
    builder.environment().clear();
    showState(start);
    RunInput input = RunInput.open(start.input(), start.launcher().architecture());
    try {
      return new Supervisor(start, startWhenClosed(builder.redirectInput(input.source())), input);
    } catch (IOException e) {
      input.finish();
      throw e;
    }
  }

  /** Places the file that tells init whether this process is stopped. */
  private static void showState(Start start) throws IOException {
    if (start.substitute().isPresent()) {
      start.substitute().get().placeIn(start.directory());
      return;
    }
    String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
    // The launcher takes the first parenthesis for the end of the name.
    if (stat.indexOf(')') != stat.lastIndexOf(')')) {
      throw new IOException("the name of this process has a parenthesis, so its state cannot be watched: " + stat);
    }
    // Of its first thread alone: the kernel adds up the times of all threads for the other file.
    String pid = stat.substring(0, stat.indexOf(' '));
    Path own = Path.of("/proc", pid, "task", pid, "stat");
    Files.createSymbolicLink(start.directory().resolve(Launcher.SUPERVISOR), own);
  }

  /**
   * Starts a process whose program may be open for writing for some milliseconds more: another thread that forks just
   * then inherits what is open here, until it executes, and the kernel answers ETXTBSY; see execve(2).
   */
  static Process startWhenClosed(ProcessBuilder builder) throws IOException {
    long giveUp = System.nanoTime() + BUSY * 1_000_000;
    while (true) {
      try {
        return builder.start();
      } catch (IOException e) {
        if (!isErrno(e, Errno.ETXTBSY) || System.nanoTime() > giveUp) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** Java tells the errno only in its words: "error=26, Text file busy" at first, "error: 26 (...)" since 25. */
  static boolean isErrno(IOException failure, Errno errno) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("error=" + errno.number() + ",") || message.contains("error: " + errno.number() + " ");
  }

  /** Asks the script to end, and ends it after a grace. May be called from any thread, more than once. */
  public void cancel() {
    cancelled.set(true);
    end();
  }

  /** Waits for the end of the run, and tells what was seen. */
  public Observation await() throws IOException, InterruptedException {
    long printable = start.limits().value(LimitKind.OUTPUT).orElse(Long.MAX_VALUE);
    OutputPump.Budget budget = new OutputPump.Budget(printable, this::end);
    OutputPump output = OutputPump.start("stdout", process.getInputStream(), start.output(), budget);
    OutputPump error = OutputPump.start("stderr", process.getErrorStream(), start.error(), budget);
    input.feed(process);
    UsageWatch usage = UsageWatch.start(new Ending(), meter(), start.limits(), cpus());
    Optional<LayerWatch> layerWatch = start.layer().map(this::watch);
    try {
      waitForLauncher();
    } finally {
      // Not ended by itself only where this thread was interrupted.
      kill();
      input.finish();
      layerWatch.ifPresent(LayerWatch::release);
    }
    Watched used = usage.stop();
    Optional<Counters> counters = counters();
    Optional<LayerUse> layer = layerWatch.isPresent() ? Optional.of(layerWatch.get().stop()) : Optional.empty();
    output.finish(DRAIN, cancelled::get);
    error.finish(DRAIN, cancelled::get);
    Report report = Report.parse(Files.readAllBytes(start.directory().resolve("status")), start.launcher());
    return new Observation(
        report,
        cancelled.get(),
        budget.isExceeded(),
        used.peak(),
        used.excess(),
        used.failure(),
        counters,
        layer,
        process.exitValue());
  }

  private Optional<Counters> counters() throws IOException {
    return start.group().isPresent() ? Optional.of(start.group().get().read()) : Optional.empty();
  }

  private Meter meter() {
    long launcher = process.pid();
    ScratchUse scratch = new ScratchUse(start.launcher().plan());
    long memory = start.limits().value(LimitKind.MEMORY).orElse(Long.MAX_VALUE);
    if (start.group().isEmpty()) {
      return new NamespaceMeter(launcher, start.launcher().architecture(), scratch, memory);
    }
    Group group = start.group().get();
    Optional<Meter> others =
        GroupMeter.countsAll(group)
            ? Optional.empty()
            : Optional.of(new NamespaceMeter(launcher, start.launcher().architecture(), scratch, memory));
    return new GroupMeter(group, launcher, scratch, others);
  }

  private static int cpus() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** How the watch over what the run uses ends it. */
  private final class Ending implements UsageWatch.Run {
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Java's way to the kernel takes it some ten milliseconds to make: not while the watch should look. */
    @Override
    public void prepareEnd() {
      Thread.ofPlatform().daemon().name("prepare").start(() -> signal(0));
    }

    /** By a signal that Java cannot send. Then it is the launcher's to end all others, and to report. */
    @Override
    public void end() {
      if (asked.compareAndSet(false, true)) {
        signal(Signal.SIGUSR1.number());
        Thread.ofPlatform().daemon().name("end").start(() -> killAfter(PATIENCE));
      }
    }

    private void signal(int number) {
      try (Arena arena = Arena.ofConfined()) {
        SystemCalls calls = new SystemCalls(start.launcher().architecture(), arena);
        if (process.isAlive() && calls.call(Syscall.KILL, process.pid(), number, 0, 0, 0) < 0) {
          // Nobody else may send it a signal either, but the one who started it.
          kill();
        }
      }
    }

    @Override
    public void kill() {
      Supervisor.this.kill();
    }
  }

  private LayerWatch watch(Path layer) {
    LayerMeter meter = new LayerMeter(start.launcher().architecture());
    LayerWatch.Run run =
        new LayerWatch.Run() {
          @Override
          public LayerUse measure(LayerMeter.Enough enough) {
            LayerUse named = meter.measure(layer.resolve("upper"), enough);
            if (!process.isAlive()) {
              // Nobody holds anything any more, and another process may have the number.
              return named;
            }
            LayerUse unnamed = UnnamedFiles.of(process.pid(), start.launcher().architecture());
            return named.plus(unnamed.bytes(), unnamed.inodes());
          }

          @Override
          public void end() {
            Supervisor.this.end();
          }

          @Override
          public void kill() {
            Supervisor.this.kill();
          }
        };
    return LayerWatch.start(run, start.limits().value(LimitKind.DISK).orElse(Long.MAX_VALUE));
  }

  private void waitForLauncher() throws InterruptedException {
    long wallTime = start.limits().value(LimitKind.WALL_TIME).orElse(0) / 1_000_000;
    if (wallTime == 0) {
      process.waitFor();
    } else if (!process.waitFor(wallTime + grace() + PATIENCE, TimeUnit.MILLISECONDS)) {
      kill();
      process.waitFor();
    }
  }

  private static long grace() {
    return JailPlanner.GRACE / 1_000_000;
  }

  /**
   * SIGTERM, which the launcher passes on; it kills after the grace. If it does not we kill it. By its handle: a
   * process's own destroy() also closes its streams, and with them the script's last words.
   */
  private void end() {
    if (ending.compareAndSet(false, true)) {
      process.toHandle().destroy();
      Thread.ofPlatform().daemon().name("end").start(() -> killAfter(grace() + PATIENCE));
    }
  }

  private void killAfter(long milliseconds) {
    try {
      if (!process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
    }
  }

  /** By its handle: the process's own methods close its streams too, and what nobody has read yet would be lost. */
  private void kill() {
    process.toHandle().destroyForcibly();
  }
}
