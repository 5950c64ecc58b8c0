package org.chrootlite.cli;

import java.util.Optional;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.engine.Watcher;

/** Shows what takes time: on a terminal in one line of standard error that is gone afterwards. */
final class ProgressLine implements Watcher, AutoCloseable {
  private static final String ERASE = "\r\u001b[K";
  private static final int BAR = 20;

  /** Fewer are done before anybody could read of it. */
  private static final int FEWEST = 20;

  private final Context context;
  private boolean isShown;

  /** It is drawn anew after so many: a terminal must not be what takes the time. */
  private static final int STEP = 10;

  ProgressLine(Context context) {
    this.context = context;
  }

  @Override
  public void preparing(String template, int done, int total) {
    show(done == total ? "" : "preparing rootfs " + template + ": " + done + " of " + total + " files");
  }

  @Override
  public void reading(int done) {
    if (done == 0) {
      close();
    } else if (done >= FEWEST && done % STEP == 0) {
      show("reading manifests: " + done);
    }
  }

  @Override
  public void comparing(int done, int total) {
    bar("comparing", done, total);
  }

  @Override
  public void applying(int done, int total) {
    bar("applying", done, total);
  }

  private void bar(String what, int done, int total) {
    if (done == total) {
      close();
    } else if (total >= FEWEST && done % STEP == 0) {
      int parts = (int) ((long) done * BAR / total);
      show(what + " [" + "#".repeat(parts) + ".".repeat(BAR - parts) + "] " + done + " of " + total);
    }
  }

  /** Whoever waits is told for whom, in a pipe too: it may be long. */
  @Override
  public void waitsFor(Optional<String> holders) {
    if (context.streams().terminal().error()) {
      show(holders.map(who -> "waiting for " + Printable.escape(who)).orElse(""));
    } else {
      holders.ifPresent(who -> context.complain("waiting for " + who));
    }
  }

  /** Erases what is left there by something that failed, before anybody tells of it. */
  @Override
  public synchronized void close() {
    if (isShown) {
      show("");
    }
  }

  private synchronized void show(String line) {
    if (context.streams().terminal().error()) {
      context.streams().err().print(ERASE + line);
      context.streams().err().flush();
      isShown = !line.isEmpty();
    }
  }
}
