package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.model.Gap;

/** Version 2. */
record VersionTwo(Hierarchy hierarchy, boolean swap) implements Version {
  @Override
  public Support support() {
    return new Support.None(new Gap("groups are not made yet", "wait"));
  }

  @Override
  public List<String> entrances() {
    return List.of();
  }

  @Override
  public Attempt make(Path directory, Bounds bounds) throws IOException {
    return new Attempt.Refused(new Gap("groups are not made yet", "wait"));
  }
}
