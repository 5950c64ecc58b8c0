package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.chrootlite.compile.step.StepText;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;

/**
 * Finds UNIX sockets and FIFOs in mounts whose inodes a script shares with the host: by each of them it could reach a
 * program of the host. No rule of the kernel forbids that for a path, so a directory that has any is not mounted unless
 * its mount says {@code sockets: true}. What the host makes there during a run is not found.
 */
final class SocketSearch {
  /** Some seconds of search. */
  private static final int MOST_ENTRIES = 1_000_000;

  /** Each level of the search holds descriptors. */
  private static final int MOST_LEVELS = 200;

  private static final int MOST_NAMED = 3;

  /** Types of file systems in which no socket or FIFO can be made. */
  private static final Set<String> WITHOUT_SOCKETS =
      Set.of("cgroup", "cgroup2", "configfs", "debugfs", "efivarfs", "proc", "securityfs", "sysfs", "tracefs");

  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int FIFO = 0010000;

  private static final String ALLOW = "say sockets: true on the mount, which lets its scripts use all that is in it";

  private final MountTable table;
  private final HostUser user;
  private final BooleanSupplier isCancelled;
  private final int mostEntries;

  /** A search on this host, as it is mounted now. */
  static SocketSearch ofHost(BooleanSupplier isCancelled) throws IOException {
    return new SocketSearch(MountTable.current(), HostUser.current(), isCancelled);
  }

  SocketSearch(MountTable table, HostUser user, BooleanSupplier isCancelled) {
    this(table, user, isCancelled, MOST_ENTRIES);
  }

  /** A search that gives up after this many files. */
  SocketSearch(MountTable table, HostUser user, BooleanSupplier isCancelled, int mostEntries) {
    this.table = table;
    this.user = user;
    this.isCancelled = isCancelled;
    this.mostEntries = mostEntries;
  }

  /** Whether the sockets and FIFOs of a mount are the host's own, and its manifest does not ask for them. */
  private boolean concerns(Mount.Bind bind) {
    return !bind.sockets() && (!bind.readOnly() || new MountSources(table, user).obstacle(bind.source()).isPresent());
  }

  /**
   * Refuses a job with such a mount.
   *
   * @throws EngineException that names the mount, the first of what was found, and the remedy
   */
  static void check(Job job, BooleanSupplier isCancelled) throws IOException, EngineException {
    List<Mount.Bind> binds = new ArrayList<>();
    for (Mount mount : job.sandbox().mounts()) {
      if (mount instanceof Mount.Bind bind && !bind.sockets()) {
        binds.add(bind);
      }
    }
    if (binds.isEmpty()) {
      return;
    }
    SocketSearch search = ofHost(isCancelled);
    for (Mount.Bind bind : binds) {
      Optional<Gap> gap = search.gap(bind);
      if (gap.isPresent()) {
        String where = StepText.of(bind.origin());
        throw new EngineException("%s: mount %s (%s): %s".formatted(job.name(), bind.target(), where, gap.get()));
      }
    }
  }

  /** Why scripts must not be given a mount, and what to do; empty where nothing was found in it. */
  Optional<Gap> gap(Mount.Bind bind) {
    Path source = bind.source();
    if (!concerns(bind) || !Files.isDirectory(source)) {
      return Optional.empty();
    }
    try (Walk walk = new Walk()) {
      List<Path> found = walk.search(source);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      String named =
          found.stream()
              .limit(MOST_NAMED)
              .map(path -> Printable.escape(path.toString()))
              .collect(Collectors.joining(", "));
      String more = found.size() > MOST_NAMED ? " and more" : "";
      return Optional.of(
          new Gap(
              "sockets or FIFOs in it lead to programs of the host: " + named + more, "remove them, or " + ALLOW));
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.of(
          new Gap(
              "%s cannot be searched for sockets and FIFOs: %s"
                  .formatted(source, Printable.escape(String.valueOf(e.getMessage()))),
              "mend that, mount a part of it, or " + ALLOW));
    }
  }

  /** One way through a directory and all below it, what is mounted there too. It follows no link. */
  private final class Walk implements AutoCloseable {
    private final List<Path> found = new ArrayList<>();
    private final Set<Path> points = new HashSet<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private int entries;

    /** A directory that is being read. */
    private record Level(Path path, SecureDirectoryStream<Path> stream, Iterator<Path> names) {}

    @SuppressWarnings("StreamResourceLeak") // Each level is closed when it was read, or with the walk.
    List<Path> search(Path source) throws IOException {
      table.entries().forEach(entry -> points.add(entry.point()));
      if (isWithoutSockets(source)) {
        return found;
      }
      enter(source, Files.newDirectoryStream(source));
      while (!levels.isEmpty() && found.size() <= MOST_NAMED) {
        Level level = levels.getLast();
        if (level.names.hasNext()) {
          look(level, level.names.next().getFileName());
        } else {
          levels.removeLast().stream.close();
        }
      }
      return found;
    }

    /** By what is there now: another mount may hide what the table has. */
    private static boolean isWithoutSockets(Path path) throws IOException {
      return WITHOUT_SOCKETS.contains(Files.getFileStore(path).type());
    }

    private void enter(Path path, DirectoryStream<Path> opened) throws IOException {
      if (!(opened instanceof SecureDirectoryStream<Path> stream)) {
        opened.close();
        throw new IOException("directories cannot be held open on this system");
      }
      levels.addLast(new Level(path, stream, stream.iterator()));
      if (levels.size() > MOST_LEVELS) {
        throw new IOException("its directories are more than " + MOST_LEVELS + " levels deep: " + path);
      }
    }

    private void look(Level level, Path name) throws IOException {
      if (++entries > mostEntries) {
        throw new IOException("it holds more than " + mostEntries + " files");
      }
      if (isCancelled.getAsBoolean()) {
        throw new IOException("cancelled");
      }
      Path path = level.path.resolve(name);
      try {
        BasicFileAttributes attributes =
            level
                .stream
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (attributes.isDirectory()) {
          if (!points.contains(path) || !isWithoutSockets(path)) {
            enter(path, level.stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
          }
        } else if (attributes.isOther() && leadsOut(path)) {
          found.add(path);
        }
      } catch (NoSuchFileException e) {
        // It was removed meanwhile.
      } catch (AccessDeniedException e) {
        checkClosed(path, e);
      }
    }

    /** Device nodes have no effect on any mount. */
    private static boolean leadsOut(Path path) throws IOException {
      int type = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE;
      return type == SOCKET || type == FIFO;
    }

    /** What this user cannot enter, the script cannot either, unless the user may change that as the owner. */
    private void checkClosed(Path path, AccessDeniedException denied) throws IOException {
      long owner =
          Integer.toUnsignedLong((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
      if (owner == user.uid() || Files.isExecutable(path)) {
        throw new IOException("no permission to list " + path, denied);
      }
    }

    @Override
    public void close() throws IOException {
      while (!levels.isEmpty()) {
        levels.removeLast().stream.close();
      }
    }
  }
}
