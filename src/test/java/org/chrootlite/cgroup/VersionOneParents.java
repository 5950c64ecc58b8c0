package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where this process's groups of version 1 are that a run has groups in. */
final class VersionOneParents {
  private VersionOneParents() {}

  static List<Path> own() throws IOException {
    List<Path> parents = new ArrayList<>();
    String groups = Files.readString(Path.of("/proc/self/cgroup"));
    for (Hierarchy each : Hierarchy.parse(groups, Mount.parse(Files.readString(Path.of("/proc/self/mountinfo"))))) {
      if (each.version() == 1) {
        parents.add(each.own().orElseThrow());
      }
    }
    return parents;
  }

  /** How a shell is told of them. */
  static String loop() throws IOException {
    StringBuilder loop = new StringBuilder("for d in");
    for (Path parent : own()) {
      loop.append(" '").append(parent).append('\'');
    }
    return loop.toString();
  }
}
