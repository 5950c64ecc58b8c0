package org.chrootlite.run;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chrootlite.cgroup.Group;
import org.chrootlite.compile.Launcher;
import org.chrootlite.model.Limits;

/**
 * What the supervisor needs for a run.
 *
 * @param launcher what the executable was compiled from
 * @param executable the launcher's file, relative to the directory: it becomes the process's name, which scripts see
 * @param directory of the run: with an empty file {@code status} and an empty directory {@code jail}
 * @param layer what the sandbox keeps of its writes, absolute, with a directory {@code upper}: the disk limit holds
 *     for it; empty where nothing is kept
 * @param group the run's control group, which its launcher joins; empty where it has none
 * @param arguments what the caller appends to the script's own
 * @param input what the script reads
 * @param output where its standard output goes, as far as the limit allows; a failure means that its reader is gone
 * @param error where its standard error goes, likewise
 * @param substitute what init watches in place of this process, whose stops stop the script; empty for this process
 */
public record Start(
    Launcher launcher,
    String executable,
    Path directory,
    Optional<Path> layer,
    Optional<Group> group,
    List<String> arguments,
    Limits limits,
    Input input,
    OutputStream output,
    OutputStream error,
    Optional<SubstituteSupervisor> substitute) {
  /** Copies the list. */
  public Start {
    arguments = List.copyOf(arguments);
  }
}
