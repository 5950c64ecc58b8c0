package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Origin;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketSearchTest {
  private static final MountTable NOTHING = new MountTable(List.of());
  private static final HostUser USER = new HostUser(1000, 1000, "user");

  @TempDir Path directory;

  private Optional<Gap> gap(MountTable table, int mostEntries, boolean isCancelled) {
    return new SocketSearch(table, USER, () -> isCancelled, mostEntries)
        .gap(new Mount.Bind(directory, "/data", false, Origin.ALWAYS));
  }

  private String why() {
    return gap(NOTHING, 1000, false).map(Gap::why).orElse("nothing");
  }

  private Path fifo(String name) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    Command.output("mkfifo", path.toString());
    return path;
  }

  @Test
  void theFirstOfManyAreNamedWithEscapes() throws Exception {
    assertEquals("nothing", why());
    Path odd = fifo("a\nb");
    assertEquals("sockets or FIFOs in it lead to programs of the host: " + directory + "/a\\nb", why());
    Files.delete(odd);
    for (int i = 0; i < 9; i++) {
      fifo("deep/er/" + i);
    }
    assertTrue(why().matches(".*: ([^,]+/deep/er/\\d, ){2}[^,]+/deep/er/\\d and more"), why());
  }

  @Test
  void aFileSystemWithoutSocketsIsNotSearched() throws Exception {
    SocketSearch search = new SocketSearch(MountTable.current(), USER, () -> false, 0);
    assertEquals(Optional.empty(), search.gap(new Mount.Bind(Path.of("/proc/self"), "/data", false, Origin.ALWAYS)));
    fifo("hidden/fifo");
    MountTable.Entry hidden = new MountTable.Entry(directory.resolve("hidden"), "proc", false);
    assertTrue(gap(new MountTable(List.of(hidden)), 1000, false).isPresent());
  }

  @Test
  void whatCannotBeSearchedToItsEndIsRefused() throws Exception {
    for (int i = 0; i < 10; i++) {
      Files.createFile(directory.resolve("file" + i));
    }
    assertEquals(Optional.empty(), gap(NOTHING, 10, false));
    String head = directory + " cannot be searched for sockets and FIFOs: ";
    assertEquals(Optional.of(head + "it holds more than 9 files"), gap(NOTHING, 9, false).map(Gap::why));
    assertEquals(Optional.of(head + "cancelled"), gap(NOTHING, 10, true).map(Gap::why));
    Path deepest = Files.createDirectories(directory.resolve("d/".repeat(200)));
    assertEquals(head + "its directories are more than 200 levels deep: " + deepest, why());
  }
}
