package org.chrootlite.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.HostMounts;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Gap;
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
    if (obstacle(source).isPresent()) {
      shared.add(source);
    } else if (Files.isDirectory(source)) {
      List<Path> visible = new ArrayList<>();
      for (Path point : table.below(source)) {
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

  /** Why no overlay can be laid over the source of a read-only mount, and what to mount instead. */
  Optional<Gap> obstacle(Path source) {
    Optional<MountTable.Entry> entry = table.of(source).filter(one -> NO_LOWER_LAYERS.contains(one.type()));
    if (entry.isPresent()) {
      return Optional.of(
          new Gap(
              "the kernel lays no overlay over a file system of type " + entry.get().type(),
              "mount a copy of the files that are needed"));
    }
    boolean isFile = !Files.isDirectory(source);
    if (isFile && table.isPoint(source)) {
      return Optional.of(new Gap("the file is a mount point itself", "mount a copy of it"));
    }
    Path parent = source.getParent();
    List<Path> points = table.below(isFile && parent != null ? parent : source);
    if (user.isRoot() || points.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Gap(
            "%s is mounted below %s, and the kernel lets only root leave that out of an overlay"
                .formatted(points.getFirst(), isFile ? parent : source),
            isFile ? "mount a copy of it" : "umount that, or mount only directories without other mounts below them"));
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
