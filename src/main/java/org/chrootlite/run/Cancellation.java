package org.chrootlite.run;

import java.util.HashSet;
import java.util.Set;

/** A caller's wish to end its runs, those that go on and those that have not begun. */
public final class Cancellation {
  private final Set<Supervisor> running = new HashSet<>();
  private boolean cancelled;

  /** Ends all runs. */
  public synchronized void cancel() {
    cancelled = true;
    running.forEach(Supervisor::cancel);
  }

  /** Whether the wish was uttered. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Ends this run too when the wish is, or was, uttered. */
  public synchronized void add(Supervisor supervisor) {
    running.add(supervisor);
    if (cancelled) {
      supervisor.cancel();
    }
  }

  /** Forgets a run that is over. */
  public synchronized void remove(Supervisor supervisor) {
    running.remove(supervisor);
  }
}
