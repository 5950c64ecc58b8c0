package org.chrootlite.cgroup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files of counters that are closed together. */
final class CounterFiles implements AutoCloseable {
  private final List<CounterFile> files = new ArrayList<>();

  CounterFile open(GroupDirectory group, String name) throws IOException {
    CounterFile file = new CounterFile(group, name);
    files.add(file);
    return file;
  }

  /** Empty where this kernel has none of the name. */
  Optional<CounterFile> openIfAny(GroupDirectory group, String name) throws IOException {
    return group.has(name) ? Optional.of(open(group, name)) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    for (CounterFile file : files) {
      file.close();
    }
  }
}
