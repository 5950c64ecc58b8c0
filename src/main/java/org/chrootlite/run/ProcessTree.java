package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who descends from whom, as /proc shows it just now. */
final class ProcessTree {
  private ProcessTree() {}

  /** The processes of a launcher's script, by their numbers: all that descend from its init. */
  static List<String> ofScript(long launcher) {
    List<String> all = new ArrayList<>();
    // The launcher has one child, init; all others are the script's.
    for (String init : children(Long.toString(launcher))) {
      addDescendants(init, all);
    }
    return all;
  }

  private static void addDescendants(String process, List<String> all) {
    for (String child : children(process)) {
      all.add(child);
      addDescendants(child, all);
    }
  }

  /** The children of a process, of all its threads; see proc_tid_children(5). A process that is gone has none. */
  private static String[] children(String process) {
    StringBuilder all = new StringBuilder();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", process, "task"))) {
      for (Path task : tasks) {
        all.append(Files.readString(task.resolve("children"), StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return new String[0];
    }
    String text = all.toString().strip();
    return text.isEmpty() ? new String[0] : text.split(" +", -1);
  }
}
