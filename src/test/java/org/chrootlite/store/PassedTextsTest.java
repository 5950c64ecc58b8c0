package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassedTextsTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static final String LONG = "../../../../../../../../../../../../../../../../../../../../etc/";

  @TempDir Path directory;
  private Path home;
  private Path checked;
  private PassedTexts texts;

  @BeforeEach
  void open() throws IOException {
    home = directory.resolve("home");
    checked = home.resolve("checked");
    texts = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).passedTexts();
  }

  @Test
  void aTextIsKnownOnceItWasAdded() throws IOException {
    assertFalse(texts.contains(DIGEST));
    texts.add(DIGEST);
    texts.add(DIGEST);
    assertTrue(texts.contains(DIGEST));
    assertFalse(texts.contains(DIGEST.replace('0', '1')));
    assertTrue(StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD).passedTexts().contains(DIGEST));
  }

  @Test
  void onlyItsOwnerMayLook() throws IOException {
    texts.add(DIGEST);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(checked)));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(checked.resolve(DIGEST))));
  }

  @Test
  void nothingIsRememberedWhereThatIsImpossibleAndNothingFails() throws IOException {
    Files.createFile(checked);
    texts.add(DIGEST);
    assertFalse(texts.contains(DIGEST));
  }

  @Test
  void aLinkOrADirectoryIsNoMemory() throws IOException {
    texts.add(DIGEST);
    String other = DIGEST.replace('f', 'e');
    Files.createSymbolicLink(checked.resolve(other), checked.resolve(DIGEST));
    assertFalse(texts.contains(other));
    String third = DIGEST.replace('f', 'd');
    Files.createDirectory(checked.resolve(third));
    texts.add(third);
    assertFalse(texts.contains(third));
  }

  @Test
  void theirNumberIsBounded() throws IOException {
    for (int i = 0; i <= PassedTexts.MOST; i++) {
      texts.add(Sha256.of(new byte[] {(byte) i, (byte) (i >> 8)}));
    }
    try (Stream<Path> files = Files.list(checked)) {
      assertEquals(1, files.count());
    }
    texts.add(DIGEST);
    assertTrue(texts.contains(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../version", "0123", LONG})
  void whatIsNoDigestNamesNoFile(String name) {
    assertThrows(IllegalArgumentException.class, () -> texts.contains(name));
    assertThrows(IllegalArgumentException.class, () -> texts.add(name));
  }
}
