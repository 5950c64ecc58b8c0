package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills some of the launchers that a JVM starts, or their pid 1, and then the JVM: whom and when is a matter of chance.
 */
final class Assassin {
  /** How many fell. */
  record Toll(int launchers, int inits, int jvms) {
    static final Toll NONE = new Toll(0, 0, 0);

    Toll plus(Toll other) {
      return new Toll(launchers + other.launchers, inits + other.inits, jvms + other.jvms);
    }

    int total() {
      return launchers + inits + jvms;
    }
  }

  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_NANOS = 200_000;
  private static final int MOST_LAUNCHERS = 8;

  /** About the time that a JVM takes until its first script runs, in microseconds. */
  private static final int START = 400_000;

  /** About the time that a launcher takes until its script runs, and then the script, in microseconds. */
  private static final int BUILDING = 4_000;

  private static final int RUNNING = 25_000;

  private final Process jvm;
  private final String mark;
  private final Random random;
  private final Set<Long> seen = new HashSet<>();
  private Toll toll = Toll.NONE;

  /**
   * An assassin of a JVM that has just been started.
   *
   * @param mark in the arguments of all launchers
   */
  Assassin(Process jvm, String mark, Random random) {
    this.jvm = jvm;
    this.mark = mark;
    this.random = random;
  }

  /** Does it, and waits for the JVM's end. */
  Toll work() throws IOException, InterruptedException {
    try {
      killLaunchers();
    } finally {
      if (jvm.isAlive()) {
        jvm.toHandle().destroyForcibly();
        toll = toll.plus(new Toll(0, 0, 1));
      }
    }
    assertTrue(jvm.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS), "a JVM survives SIGKILL");
    return toll;
  }

  private void killLaunchers() throws IOException {
    if (random.nextInt(3) == 0) {
      // None: the JVM dies, which may not even have come to its first one.
      pause(START);
    } else {
      int victims = 1 + random.nextInt(MOST_LAUNCHERS);
      for (int i = 0; i < victims && jvm.isAlive(); i++) {
        killALauncher();
      }
      pause(RUNNING);
    }
  }

  private void pause(int mostMicroseconds) {
    LockSupport.parkNanos(1_000L * random.nextInt(mostMicroseconds));
  }

  /** One that has just appeared, while it builds its jail or later; it may have come to its end by itself. */
  private void killALauncher() throws IOException {
    boolean init = random.nextBoolean();
    int most = random.nextBoolean() ? BUILDING : RUNNING;
    long launcher = newLauncher();
    pause(most);
    if (launcher != 0 && !init && kill(launcher)) {
      toll = toll.plus(new Toll(1, 0, 0));
    } else if (launcher != 0 && init) {
      killInit(launcher);
    }
  }

  /** 0 where the JVM comes to its end first. */
  private long newLauncher() throws IOException {
    long giveUp = System.nanoTime() + PATIENCE_NANOS;
    while (jvm.isAlive()) {
      for (long child : children(jvm.pid())) {
        if (isLauncher(child) && seen.add(child)) {
          return child;
        }
      }
      if (System.nanoTime() > giveUp) {
        throw new AssertionError("no launcher appears");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return 0;
  }

  /** It is not there at first. */
  private void killInit(long launcher) throws IOException {
    while (isLauncher(launcher)) {
      for (long child : children(launcher)) {
        if (isLauncher(child) && kill(child)) {
          toll = toll.plus(new Toll(0, 1, 0));
          return;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Before it becomes a launcher it is the JVM's own child, and when it has ended it has no arguments. */
  private boolean isLauncher(long pid) {
    try {
      String command = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
      return command.startsWith("./launcher\0") && command.contains(mark);
    } catch (IOException e) {
      return false;
    }
  }

  /** False where it has come to its end. */
  private static boolean kill(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
  }

  /** Those of all its threads. ProcessHandle would look at every process of the host, which takes too long here. */
  private static List<Long> children(long pid) throws IOException {
    List<Long> children = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
          if (!child.isEmpty()) {
            children.add(Long.parseLong(child));
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It, or the thread, has come to its end.
      return children;
    }
    return children;
  }
}
