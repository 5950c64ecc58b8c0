package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.chrootlite.compile.Provisions;
import org.chrootlite.host.Host;
import org.chrootlite.host.HostUser;
import org.chrootlite.testing.Command;

/**
 * Who starts launchers.
 *
 * @param uid whom the host program becomes before it does; empty for nobody else
 */
record Who(String name, Optional<Integer> uid) {
  private static final Who ROOT = new Who("root", Optional.empty());

  /** No user of a usual machine has it. */
  private static final int ORDINARY_UID = 54_321;

  /** Neither a run's of chroot-lite, which begin at 2,000,000,000 and are 4,096, nor a layer's. */
  private static final long FIRST_SLOT = 2_000_005_000L;

  private static final AtomicInteger SLOTS = new AtomicInteger();

  /** Root tests as root and as an ordinary user; an ordinary user can only test as himself. */
  static Stream<Who> all() throws IOException {
    return HostUser.current().isRoot()
        ? Stream.of(ROOT, new Who("ordinary", Optional.of(ORDINARY_UID)))
        : Stream.of(new Who("ordinary", Optional.empty()));
  }

  boolean isRoot() {
    return equals(ROOT);
  }

  /** Who sandboxes are on the host: those of root somebody new each time, as tests run at the same time. */
  Provisions.Identity identity(Host host) {
    if (isRoot()) {
      return new Provisions.Identity.Slot(FIRST_SLOT + SLOTS.getAndIncrement(), host.mapsOwners());
    }
    long self = uid.isPresent() ? uid.get() : host.user().uid();
    return new Provisions.Identity.Caller(self, uid.isPresent() ? self : host.user().gid());
  }

  /** Gives a tree to him. */
  void own(Path tree) {
    uid.ifPresent(id -> Command.output("chown", "-R", "-h", id + ":" + id, tree.toString()));
  }

  /** Gives a file or an empty directory to him, as it has just been made. */
  void ownOne(Path file) throws IOException {
    if (uid.isPresent()) {
      Files.setAttribute(file, "unix:uid", uid.get());
      Files.setAttribute(file, "unix:gid", uid.get());
    }
  }

  /** How the host program is told of him. */
  List<String> options() {
    return uid.map(id -> List.of("user=" + id)).orElse(List.of());
  }

  @Override
  public String toString() {
    return name;
  }
}
