package org.chrootlite.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import org.chrootlite.model.Gap;

/** How groups are made with one of the kernel's two interfaces. */
sealed interface Version permits VersionOne, VersionTwo, Version.Neither {
  /** See {@link ControlGroups#support}. */
  Support support() throws IOException;

  /** See {@link ControlGroups#make}. */
  Attempt make(Path directory, Bounds bounds) throws IOException;

  /** There is none to use. */
  record Neither(Gap gap) implements Version {
    @Override
    public Support support() {
      return new Support.None(gap);
    }

    @Override
    public Attempt make(Path directory, Bounds bounds) {
      return new Attempt.Refused(gap);
    }
  }
}
