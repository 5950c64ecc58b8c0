package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks from time to time how many processes and threads a sandbox has. Nothing is enforced by it, the kernel does
 * that; but the kernel does not tell that it refused a fork, and a sandbox that has been seen at its limit explains a
 * script that then failed.
 */
final class ProcessCounter {
  private static final long PERIOD = 5;

  private final long launcher;
  private final Thread thread;
  private volatile boolean stopped;
  private int most;

  private ProcessCounter(long launcher) {
    this.launcher = launcher;
    thread = Thread.ofPlatform().daemon().name("process counter").unstarted(this::count);
  }

  /** Counts the descendants of a launcher, but not its init. */
  static ProcessCounter start(long launcher) {
    ProcessCounter counter = new ProcessCounter(launcher);
    counter.thread.start();
    return counter;
  }

  /** Stops, and returns the most that were seen at a time. */
  int stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join();
    return most;
  }

  private void count() {
    while (!stopped) {
      // The launcher has one child, init; all others are the script's.
      for (String init : children(Long.toString(launcher))) {
        most = Math.max(most, descendants(init));
      }
      try {
        Thread.sleep(PERIOD);
      } catch (InterruptedException e) {
        stopped = true;
      }
    }
  }

  private static int descendants(String process) {
    int count = 0;
    for (String child : children(process)) {
      count += tasks(child) + descendants(child);
    }
    return count;
  }

  /** The children of a process, of all its threads; see proc_tid_children(5). A process that is gone has none. */
  private static String[] children(String process) {
    StringBuilder all = new StringBuilder();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", process, "task"))) {
      for (Path task : tasks) {
        all.append(Files.readString(task.resolve("children"), StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return new String[0];
    }
    String text = all.toString().strip();
    return text.isEmpty() ? new String[0] : text.split(" +", -1);
  }

  private static int tasks(String process) {
    int count = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", process, "task"))) {
      for (Path task : tasks) {
        count += Files.exists(task) ? 1 : 0;
      }
    } catch (IOException e) {
      return count;
    }
    return count;
  }
}
