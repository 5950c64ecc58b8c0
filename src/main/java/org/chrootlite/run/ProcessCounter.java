package org.chrootlite.run;

import java.io.IOException;
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
      int count = 0;
      for (String process : ProcessTree.ofScript(launcher)) {
        count += tasks(process);
      }
      most = Math.max(most, count);
      try {
        Thread.sleep(PERIOD);
      } catch (InterruptedException e) {
        stopped = true;
      }
    }
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
