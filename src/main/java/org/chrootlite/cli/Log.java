package org.chrootlite.cli;

/** The libraries' log. */
final class Log {
  private Log() {}

  /**
   * Chooses what stands behind SLF4J, before a library asks for a logger: logback with {@code -v}, else nothing, since
   * logback alone would double the time of a start.
   */
  static void choose(boolean verbose) {
    // Else SLF4J tells on standard error which provider it was told to take.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty(
        "slf4j.provider",
        verbose
            ? "ch.qos.logback.classic.spi.LogbackServiceProvider"
            : "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }
}
