package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenFilesTest {
  private static final int SIZE = 1000;

  @TempDir Path tree;
  private Instant began = Instant.EPOCH;

  @BeforeEach
  void begin() {
    began = Instant.now();
  }

  private Optional<String> find() throws IOException {
    return new WrittenFiles(SIZE, began).find(tree, "/data");
  }

  private Path write(String path, int size) throws IOException {
    Path file = tree.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[size]);
  }

  @Test
  void aFileOfThatSizeIsFoundHoweverDeep() throws IOException {
    write("a/short", SIZE - 1);
    write("b/c/long", SIZE + 1);
    assertEquals(Optional.empty(), find());
    write("b/c/d/just", SIZE);
    assertEquals(Optional.of("/data/b/c/d/just"), find());
  }

  @Test
  void aFileThatIsMountedByItselfIsFound() throws IOException {
    Path file = write("one", SIZE);
    assertEquals(Optional.of("/data/one"), new WrittenFiles(SIZE, began).find(file, "/data/one"));
  }

  @Test
  void whatWasThereBeforeDoesNotCountWhateverTimeItClaims() throws IOException, InterruptedException {
    Path file = write("old", SIZE);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    Thread.sleep(50);
    begin();
    assertEquals(Optional.empty(), find());
  }

  @Test
  void noLinkIsFollowed(@TempDir Path elsewhere) throws IOException {
    Path file = Files.write(elsewhere.resolve("secret"), new byte[SIZE]);
    Files.createSymbolicLink(tree.resolve("file"), file);
    Files.createSymbolicLink(tree.resolve("directory"), elsewhere);
    assertEquals(Optional.empty(), find());
  }

  @Test
  void aTreeThatIsGoneHoldsNothing() throws IOException {
    assertEquals(Optional.empty(), new WrittenFiles(SIZE, began).find(tree.resolve("gone"), "/data"));
  }
}
