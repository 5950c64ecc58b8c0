package org.chrootlite.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Who descends from whom, as the host's /proc shows it just now. */
final class ProcessTree {
  /** The script's first process is the first that init forks. */
  private static final String SCRIPT = "2";

  private ProcessTree() {}

  /** The processes of a launcher's script, by their numbers: all that descend from its init. */
  static List<String> ofScript(long launcher) {
    List<String> all = new ArrayList<>();
    // The launcher has one child, init; all others are the script's. They may descend from each other as deep as they
    // like.
    for (String init : children(Long.toString(launcher))) {
      Collections.addAll(all, children(init));
    }
    for (int i = 0; i < all.size(); i++) {
      Collections.addAll(all, children(all.get(i)));
    }
    return all;
  }

  /** The first process of a launcher's script; empty before it has begun, and when it is over. */
  static OptionalLong script(long launcher) {
    for (String init : children(Long.toString(launcher))) {
      for (String child : children(init)) {
        if (numberInside(child).equals(SCRIPT)) {
          return OptionalLong.of(Long.parseLong(child));
        }
      }
    }
    return OptionalLong.empty();
  }

  /** The number that a process has in its own namespace; empty where it is gone. See proc_pid_status(5). */
  static String numberInside(String process) {
    String status = read(process, "status").orElse("");
    int line = status.indexOf("\nNSpid:");
    int end = status.indexOf('\n', line + 1);
    return line < 0 ? "" : status.substring(status.lastIndexOf('\t', end) + 1, end);
  }

  /**
   * The threads of a process, by their directories in /proc; none where it is gone. The first is among them even when
   * it has ended and others go on: it then has no memory, root directory or descriptors to show, but they have.
   */
  static List<String> threads(String process) {
    List<String> threads = new ArrayList<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", process, "task"))) {
      for (Path task : tasks) {
        threads.add(process + "/task/" + task.getFileName());
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return threads;
  }

  /** What the host's /proc tells everybody of a process; empty where it is gone. */
  static Optional<String> read(String process, String file) {
    try {
      return Optional.of(Files.readString(Path.of("/proc", process, file), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The children of a process, of all its threads; see proc_tid_children(5). A process that is gone has none. */
  private static String[] children(String process) {
    StringBuilder all = new StringBuilder();
    for (String thread : threads(process)) {
      all.append(read(thread, "children").orElse(""));
    }
    String text = all.toString().strip();
    return text.isEmpty() ? new String[0] : text.split(" +", -1);
  }
}
