package org.chrootlite.cli;

import org.chrootlite.rootfs.Progress;

/** Shows on a terminal, in one line of standard error, how far the preparing of a root directory is. */
final class ProgressLine implements Progress {
  private static final String ERASE = "\r\u001b[K";

  private final Context context;

  ProgressLine(Context context) {
    this.context = context;
  }

  @Override
  public void preparing(String template, int done, int total) {
    if (context.streams().terminal().error()) {
      String line = done == total ? "" : "preparing rootfs " + template + ": " + done + " of " + total + " files";
      context.streams().err().print(ERASE + line);
      context.streams().err().flush();
    }
  }
}
