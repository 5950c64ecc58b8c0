package org.chrootlite.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.ProcessSignals;

/**
 * Lets runs end when the process is asked to, by SIGHUP, SIGINT, SIGQUIT or SIGTERM, and the process wait for them;
 * until closed. Then the process dies of that signal: a shell's loop ends when a command in it died of SIGINT.
 */
final class EndOfProcess implements AutoCloseable {
  /** How long the end of the process may wait for the runs to end, in seconds: a script has one to end by itself. */
  private static final long LONGEST = 15;

  private final Cancellation cancellation;
  private final Context context;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::endRuns, "end of the process");

  /** Empty where they cannot be noted. */
  private volatile Optional<ProcessSignals> signals = Optional.empty();

  private EndOfProcess(Cancellation cancellation, Context context) {
    this.cancellation = cancellation;
    this.context = context;
  }

  /** From now on the end of the process cancels these runs. */
  static EndOfProcess cancels(Cancellation cancellation, Context context) {
    EndOfProcess end = new EndOfProcess(cancellation, context);
    Runtime.getRuntime().addShutdownHook(end.hook);
    // Before a script begins: a signal that comes before its note would not be known, and SIGQUIT would print threads.
    end.noteSignals();
    return end;
  }

  private void noteSignals() {
    try {
      signals = Optional.of(ProcessSignals.note());
    } catch (IOException e) {
      // The process ends all the same, by its exit code.
      context.complain("cannot take note of signals: " + e.getMessage());
    }
  }

  private void endRuns() {
    cancellation.cancel();
    try {
      if (!over.await(LONGEST, TimeUnit.SECONDS)) {
        context.complain("a run did not end in time; it ends with this process");
      }
      if (signals.isPresent() && signals.get().received() != 0) {
        ProcessSignals.die(signals.get().received());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The runs are over, and on record. */
  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook waits for us.
    }
  }
}
