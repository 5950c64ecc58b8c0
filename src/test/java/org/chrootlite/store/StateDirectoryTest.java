package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateDirectoryTest {
  @TempDir Path directory;

  @Test
  void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheDefaults() throws IOException {
    Map<String, String> all =
        Map.of("CHROOT_LITE_HOME", "/env", "XDG_STATE_HOME", "/xdg", "HOME", "/home/me");
    assertEquals(Path.of("/option"), StateDirectory.locate(Optional.of(Path.of("/option")), all, 1000));
    assertEquals(Path.of("/env"), StateDirectory.locate(Optional.empty(), all, 0));
    Map<String, String> noEnv = Map.of("XDG_STATE_HOME", "/xdg", "HOME", "/home/me");
    assertEquals(Path.of("/var/lib/chroot-lite"), StateDirectory.locate(Optional.empty(), noEnv, 0));
    assertEquals(Path.of("/xdg/chroot-lite"), StateDirectory.locate(Optional.empty(), noEnv, 1000));
    Map<String, String> relative = Map.of("XDG_STATE_HOME", "xdg", "HOME", "/home/me");
    assertEquals(
        Path.of("/home/me/.local/state/chroot-lite"), StateDirectory.locate(Optional.empty(), relative, 1000));
    assertEquals(
        Path.of("rel").toAbsolutePath(), StateDirectory.locate(Optional.of(Path.of("./rel")), Map.of(), 0));
  }

  @Test
  void aNewDirectoryIsPrivateAndHasItsVersion() throws IOException {
    Path home = directory.resolve("a/b");
    StateDirectory state = open(home);
    assertEquals("rwx------", permissions(home));
    assertEquals("2\n", Files.readString(home.resolve("version")));
    assertEquals(home.resolve("rootfs"), state.rootfs());
    for (String place : List.of("launchers", "rootfs", "running", "runs", "locks")) {
      assertEquals("rwx------", permissions(home.resolve(place)));
    }
    assertEquals(home, open(home).home());
  }

  @Test
  void anEmptyDirectoryOfTheUserBecomesPrivate() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    open(directory);
    assertEquals("rwx------", permissions(directory));
  }

  @Test
  void whatAKilledCreatorLeftIsRemoved() throws IOException {
    Files.createDirectory(directory.resolve("locks"));
    Files.writeString(directory.resolve(".version.0badcafe.tmp"), "");
    open(directory);
    assertFalse(Files.exists(directory.resolve(".version.0badcafe.tmp")));
  }

  @Test
  void manyCreatorsAtOnceAllSucceed() throws Exception {
    Path home = directory.resolve("home");
    List<Callable<StateDirectory>> tasks = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      tasks.add(() -> open(home));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<StateDirectory> done : threads.invokeAll(tasks)) {
        assertEquals(home, done.get().home());
      }
    }
  }

  @Test
  void aNewerVersionIsRefused() throws IOException {
    open(directory);
    Files.writeString(directory.resolve("version"), "3\n");
    assertRefused(directory, "has version 3, and this program knows version 2");
    Files.writeString(directory.resolve("version"), "one\n");
    assertRefused(directory, "does not hold a version");
  }

  @Test
  void aDirectoryOfOtherThingsIsRefused() throws IOException {
    Files.writeString(directory.resolve("thesis.tex"), "");
    assertRefused(directory, "holds other things (such as thesis.tex)");
    assertFalse(Files.exists(directory.resolve("version")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"launchers", "files", "layers", "rootfs", "running", "runs", "locks"})
  void aLinkInPlaceOfOneOfItsDirectoriesIsRefused(String place) throws IOException {
    Path home = directory.resolve("home");
    open(home);
    Path elsewhere = Files.move(home.resolve(place), directory.resolve("elsewhere"));
    Files.createSymbolicLink(home.resolve(place), elsewhere);
    assertRefused(home, home.resolve(place) + " is not a directory");
  }

  @Test
  void aLinkToADirectoryMayBeTheWholeOfIt() throws IOException {
    Path home = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("real")));
    open(home);
    assertTrue(Files.exists(directory.resolve("real/version")));
  }

  @Test
  void whatOthersCanWriteIsRefused() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    assertRefused(directory, "is writable by others; run chmod 700");
  }

  @Test
  void nobodyIsToldToCloseWhatOthersUse() throws IOException {
    Files.createFile(directory.resolve("of-another"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRefused(directory, "holds other things (such as of-another)");
    Path file = Files.createFile(directory.resolve("null"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    StoreException refusal =
        assertThrows(StoreException.class, () -> StateDirectory.existing(file, HostUser.current().uid()));
    assertEquals(file + " is not a directory; name another with --home DIR", refusal.getMessage());
  }

  @Test
  void somebodyElsesDirectoryIsRefused() throws IOException {
    long other = HostUser.current().uid() + 1;
    StoreException refusal =
        assertThrows(StoreException.class, () -> StateDirectory.open(directory, other, Waiting.UNTOLD));
    assertTrue(refusal.toString().contains("belongs to uid"), refusal.toString());
  }

  @Test
  void aPlaceThatCannotBeMadeSaysWhoWhereAndWhatToDo() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertRefused(file.resolve("home"), "cannot use the state directory " + file + "/home as uid ");
    assertRefused(file, "is not a directory; name another with --home DIR");
  }

  @Test
  void whoOnlyLooksMakesNothing() throws IOException {
    long uid = HostUser.current().uid();
    assertEquals(Optional.empty(), StateDirectory.existing(directory.resolve("none"), uid));
    assertFalse(Files.exists(directory.resolve("none")));
    assertEquals(Optional.empty(), StateDirectory.existing(directory, uid));
    Files.createDirectory(directory.resolve("locks"));
    assertEquals(Optional.empty(), StateDirectory.existing(directory, uid));
    assertFalse(Files.exists(directory.resolve("version")));
    open(directory);
    assertEquals(directory, StateDirectory.existing(directory, uid).orElseThrow().home());
  }

  @Test
  void whoOnlyLooksFindsNothingInADirectoryThatLacksItsPlaces() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(directory.resolve("version"), "1\n");
    Runs runs = StateDirectory.existing(directory, HostUser.current().uid()).orElseThrow().runs();
    assertEquals(List.of(), runs.kept());
    assertEquals(List.of(), runs.running());
    assertEquals("1\n", Files.readString(directory.resolve("version")));
  }

  @Test
  void whoOnlyLooksIsRefusedWhatCannotBeUsed() throws IOException {
    long uid = HostUser.current().uid();
    assertThrows(StoreException.class, () -> StateDirectory.existing(directory, uid + 1));
    Path thesis = Files.writeString(directory.resolve("thesis.tex"), "");
    assertThrows(StoreException.class, () -> StateDirectory.existing(directory, uid));
    assertThrows(StoreException.class, () -> StateDirectory.existing(thesis, uid));
    Files.delete(thesis);
    open(directory);
    Files.writeString(directory.resolve("version"), "3\n");
    assertThrows(StoreException.class, () -> StateDirectory.existing(directory, uid));
  }

  private static StateDirectory open(Path home) throws IOException {
    return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
  }

  private static void assertRefused(Path home, String why) {
    StoreException refusal = assertThrows(StoreException.class, () -> open(home));
    assertTrue(refusal.toString().contains(why), refusal.toString());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
