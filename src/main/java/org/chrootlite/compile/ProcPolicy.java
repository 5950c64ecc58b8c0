package org.chrootlite.compile;

import java.util.List;

/** The parts of /proc that tell of the host or change it; no kernel has all of them. */
final class ProcPolicy {
  static final List<String> HIDDEN_FILES =
      List.of("kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts");

  static final List<String> HIDDEN_DIRECTORIES = List.of("acpi", "asound", "scsi");

  static final List<String> FROZEN = List.of("bus", "fs", "irq", "sys", "sysrq-trigger");

  private ProcPolicy() {}
}
