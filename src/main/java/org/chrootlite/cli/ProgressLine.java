package org.chrootlite.cli;

import java.util.Optional;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.engine.Watcher;

/** Shows what takes time: on a terminal in one line of standard error that is gone afterwards. */
final class ProgressLine implements Watcher {
  private static final String ERASE = "\r\u001b[K";
  private static final int BAR = 20;

  /** Fewer are applied before anybody could read of it. */
  private static final int FEWEST = 20;

  private final Context context;

  /** The bar that is shown, in parts of {@link #BAR}; it is drawn again only when it grows. */
  private int shown = -1;

  ProgressLine(Context context) {
    this.context = context;
  }

  @Override
  public void preparing(String template, int done, int total) {
    show(done == total ? "" : "preparing rootfs " + template + ": " + done + " of " + total + " files");
  }

  @Override
  public void applying(int done, int total) {
    if (total < FEWEST) {
      return;
    }
    int parts = (int) ((long) done * BAR / total);
    if (done == total) {
      shown = -1;
      show("");
    } else if (parts != shown || done % 50 == 0) {
      shown = parts;
      show("applying [" + "#".repeat(parts) + ".".repeat(BAR - parts) + "] " + done + " of " + total);
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

  private synchronized void show(String line) {
    if (context.streams().terminal().error()) {
      context.streams().err().print(ERASE + line);
      context.streams().err().flush();
    }
  }
}
