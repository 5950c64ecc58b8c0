package org.chrootlite.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chrootlite.run.Cancellation;

/** Lets runs end when the process is asked to, by SIGINT or SIGTERM, and the process wait for them; until closed. */
final class EndOfProcess implements AutoCloseable {
  /** How long the end of the process may wait for the runs to end, in seconds: a script has one to end by itself. */
  private static final long LONGEST = 15;

  private final Cancellation cancellation;
  private final Context context;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::endRuns, "end of the process");

  private EndOfProcess(Cancellation cancellation, Context context) {
    this.cancellation = cancellation;
    this.context = context;
  }

  /** From now on the end of the process cancels these runs. */
  static EndOfProcess cancels(Cancellation cancellation, Context context) {
    EndOfProcess end = new EndOfProcess(cancellation, context);
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  private void endRuns() {
    cancellation.cancel();
    try {
      if (!over.await(LONGEST, TimeUnit.SECONDS)) {
        context.complain("a run did not end in time; it ends with this process");
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
