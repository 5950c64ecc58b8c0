package org.chrootlite.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chrootlite.compile.HostMounts;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Mount;

/** Finds out over which sources of read-only mounts an overlay can be laid. */
final class MountSources {
  /** The kernel refuses an overlay over these: their names are checked each time, or mounted when they are used. */
  private static final Set<String> NO_LOWER_LAYERS = Set.of("proc", "autofs");

  private final MountTable table;
  private final HostUser user;
  private final Set<Path> shared = new HashSet<>();
  private final Set<Path> noExec = new HashSet<>();
  private final Map<Path, List<Path>> below = new HashMap<>();

  MountSources(MountTable table, HostUser user) {
    this.table = table;
    this.user = user;
  }

  HostMounts of(List<Mount> mounts) {
    for (Mount mount : mounts) {
      if (mount instanceof Mount.Bind bind && bind.readOnly() && !bind.sockets()) {
        add(bind.source());
      }
    }
    return new HostMounts(shared, below, noExec);
  }

  private void add(Path source) {
    look(source);
    Path parent = source.getParent();
    boolean isFile = !Files.isDirectory(source);
    List<Path> points = table.below(isFile && parent != null ? parent : source);
    // In a user namespace of an ordinary user, what is mounted below a directory cannot be left out.
    boolean isLocked = !user.isRoot() && !points.isEmpty();
    if (isLocked || (isFile && table.isPoint(source))) {
      shared.add(source);
    } else if (!isFile) {
      List<Path> visible = new ArrayList<>();
      for (Path point : points) {
        if (Files.isDirectory(point)) {
          look(point);
          visible.add(point);
        } else if (Files.isRegularFile(point)) {
          shared.add(point);
          visible.add(point);
        }
      }
      below.put(source, List.copyOf(visible));
    }
  }

  private void look(Path path) {
    table
        .of(path)
        .ifPresent(
            entry -> {
              if (NO_LOWER_LAYERS.contains(entry.type())) {
                shared.add(path);
              }
              if (entry.noExec()) {
                noExec.add(path);
              }
            });
  }
}
