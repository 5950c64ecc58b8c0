package org.chrootlite.cli;

import org.chrootlite.diagnostic.Printable;
import org.chrootlite.engine.RunResult;
import org.chrootlite.model.Amount;
import org.slf4j.LoggerFactory;

/** What is told with {@code -v}: how each run went, and what the libraries log. */
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

  /** Tells how a run went, with {@code -v}. */
  static void tell(RunResult result, GlobalOptions options) {
    if (options.verbose()) {
      String form =
          "%s: run %s in %s: %s, %s; wall time %s, CPU time %s, memory %s, processes %d, written %s; enforced %s";
      String text =
          form.formatted(
              result.job().name(),
              result.run(),
              options.home(),
              result.judgement().verdict().id(),
              result.judgement().evidence(),
              Amount.duration(result.usage().wallTime()),
              Amount.duration(result.usage().cpuTime()),
              Amount.bytes(result.usage().maxMemory()),
              result.usage().processes(),
              Amount.bytes(result.usage().written()),
              result.enforced());
      LoggerFactory.getLogger("chroot-lite").info(Printable.escape(text));
    }
  }
}
