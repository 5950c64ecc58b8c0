package org.chrootlite.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The place where everything that lasts is kept, and its sub-places. */
public final class StateDirectory {
  /** The layout that this program writes, and the newest that it reads. */
  public static final int VERSION = 2;

  private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
  private static final String VERSION_FILE = "version";
  private static final String LOCKS = "locks";

  private final Path home;
  private final Waiting waiting;
  private final Contents launchers;
  private final Contents files;
  private final Sandboxes sandboxes;

  private StateDirectory(Path home, Waiting waiting) {
    this.home = home;
    this.waiting = waiting;
    this.launchers = new Contents(home.resolve("launchers"), "r-x------", this);
    this.files = new Contents(home.resolve("files"), "r--------", this);
    this.sandboxes = new Sandboxes(home);
  }

  /**
   * Where the state directory is: what the command line says, else {@code CHROOT_LITE_HOME}, else {@code
   * /var/lib/chroot-lite} for root, else below {@code XDG_STATE_HOME} (which is ignored unless absolute, as the XDG
   * Base Directory Specification asks), else below {@code ~/.local/state}.
   *
   * @param option the value of {@code --home}
   * @param uid the effective user id of this process
   * @return absolute; it may not exist yet
   * @throws StoreException when nothing says where it is
   */
  public static Path locate(Optional<Path> option, Map<String, String> environment, long uid) throws StoreException {
    String variable = environment.getOrDefault("CHROOT_LITE_HOME", "");
    Path home;
    if (option.isPresent()) {
      home = option.get();
    } else if (!variable.isEmpty()) {
      home = Path.of(variable);
    } else if (uid == 0) {
      home = Path.of("/var/lib/chroot-lite");
    } else {
      home = ofUser(environment).resolve("chroot-lite");
    }
    return home.toAbsolutePath().normalize();
  }

  private static Path ofUser(Map<String, String> environment) throws StoreException {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    if (state.startsWith("/")) {
      return Path.of(state);
    }
    String user = environment.getOrDefault("HOME", "");
    if (!user.startsWith("/")) {
      throw new StoreException("HOME is not set: say --home DIR, or set CHROOT_LITE_HOME");
    }
    return Path.of(user, ".local", "state");
  }

  /**
   * Opens a state directory, and makes it where there is none.
   *
   * @param uid the effective user id of this process, who must own the directory
   * @param waiting is told when locks of this directory have to be waited for
   * @throws StoreException when it cannot be made, belongs to somebody else, is writable by others, holds something
   *     else, or was written by a newer program
   */
  public static StateDirectory open(Path home, long uid, Waiting waiting) throws StoreException {
    try {
      create(home);
      StateDirectory state = new StateDirectory(home, waiting);
      state.check(uid);
      if (!Files.exists(home.resolve(VERSION_FILE))) {
        state.initialise();
      }
      if (state.version() < VERSION) {
        state.upgrade();
      }
      for (String place : new String[] {"launchers", "files", "layers", "rootfs", "running", "runs", LOCKS}) {
        makePrivate(home.resolve(place));
      }
      return state;
    } catch (IOException e) {
      throw StoreException.because("cannot use the state directory %s as uid %d".formatted(home, uid), e);
    }
  }

  /**
   * The state directory, for who only looks: nothing is made or changed. What would be in it may be missing.
   *
   * @param uid the effective user id of this process, who must own the directory
   * @return empty where there is none
   * @throws StoreException when it belongs to somebody else, is writable by others, holds something else, or was
   *     written by a newer program
   */
  public static Optional<StateDirectory> existing(Path home, long uid) throws StoreException {
    StateDirectory state = new StateDirectory(home, Waiting.UNTOLD);
    try {
      if (!Files.exists(home)) {
        return Optional.empty();
      }
      state.check(uid);
      if (!Files.exists(home.resolve(VERSION_FILE))) {
        return Optional.empty();
      }
      state.version();
      return Optional.of(state);
    } catch (IOException e) {
      throw StoreException.because("cannot use the state directory %s as uid %d".formatted(home, uid), e);
    }
  }

  private static void create(Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      Files.createDirectories(home, PosixFilePermissions.asFileAttribute(PRIVATE));
    }
  }

  /** Who could write here could also choose what runs as us. */
  private void check(long uid) throws IOException {
    if (!Files.isDirectory(home)) {
      throw new StoreException("%s is not a directory; name another with --home DIR".formatted(home));
    }
    Map<String, Object> attributes = Files.readAttributes(home, "unix:uid,mode");
    long owner = Integer.toUnsignedLong(((Number) attributes.getOrDefault("uid", -1)).intValue());
    int mode = ((Number) attributes.getOrDefault("mode", -1)).intValue();
    if (owner != uid) {
      throw new StoreException(
          "the state directory %s belongs to uid %d, not to uid %d who runs this; name another with --home DIR"
              .formatted(home, owner, uid));
    }
    // Before its mode: nobody should be told to close /tmp to others.
    checkEmpty();
    if ((mode & 0022) != 0) {
      throw new StoreException("the state directory %s is writable by others; run chmod 700 %s".formatted(home, home));
    }
  }

  /** Unless it is a state directory. */
  private void checkEmpty() throws IOException {
    if (Files.exists(home.resolve(VERSION_FILE))) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(home)) {
      for (Path entry : entries) {
        // Another process may be doing the same, or was killed while it did; or it has done all of it by now.
        boolean ours = entry.endsWith(LOCKS) || entry.endsWith(VERSION_FILE) || AtomicFile.isTemporary(entry);
        if (!ours && !Files.exists(home.resolve(VERSION_FILE))) {
          throw new StoreException(
              "%s holds other things (such as %s) and is no state directory; name an empty one with --home DIR"
                  .formatted(home, entry.getFileName()));
        }
      }
    }
  }

  private void initialise() throws IOException {
    Files.setPosixFilePermissions(home, PRIVATE);
    makePrivate(home.resolve(LOCKS));
    LockFile.Held lock = lock("home").exclusive("making of the state directory");
    try (lock) {
      AtomicFile.removeLeftOvers(home);
      if (!Files.exists(home.resolve(VERSION_FILE))) {
        writeVersion();
      }
    }
  }

  private void upgrade() throws IOException {
    LockFile.Held lock = lock("home").exclusive("upgrade of the state directory");
    try (lock) {
      AtomicFile.removeLeftOvers(home);
      if (version() < VERSION) {
        new FirstVersion(home.resolve("runs"), lock("runs"), waiting).upgrade(this::writeVersion);
      }
    }
  }

  private void writeVersion() throws IOException {
    AtomicFile.write(
        home.resolve(VERSION_FILE),
        (VERSION + "\n").getBytes(StandardCharsets.US_ASCII),
        PosixFilePermissions.fromString("rw-------"));
  }

  /** Reads it, and checks that this program knows what it means. */
  private int version() throws IOException {
    String text = Files.readString(home.resolve(VERSION_FILE), StandardCharsets.ISO_8859_1).strip();
    int version;
    try {
      version = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new StoreException(
          "%s does not hold a version, such as %d: restore it, or name another directory with --home DIR"
              .formatted(home.resolve(VERSION_FILE), VERSION),
          new IOException(e));
    }
    if (version > VERSION || version < 1) {
      throw new StoreException(
          "the state directory %s has version %d, and this program knows version %d; use a newer chroot-lite, or name"
                  .formatted(home, version, VERSION)
              + " another directory with --home DIR");
    }
    return version;
  }

  /**
   * Makes a directory that only its owner may use, unless it is there. A link to one is not taken for it: what lies
   * elsewhere is not ours to delete.
   */
  static void makePrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
          throw e;
        }
      }
    }
  }

  /** The directory itself, absolute. */
  public Path home() {
    return home;
  }

  /** Compiled launchers, named by what they contain. */
  public Contents launchers() {
    return launchers;
  }

  /** Prepared root directories. */
  public Path rootfs() {
    return home.resolve("rootfs");
  }

  /** One directory a run. */
  public Runs runs() {
    return new Runs(home.resolve("running"), home.resolve("runs"));
  }

  /** Texts of manifests that are known to fit their schema. */
  public PassedTexts passedTexts() {
    return new PassedTexts(home.resolve("checked"));
  }

  /** User ids of this host that runs borrow. */
  public UidSlots uidSlots() {
    return new UidSlots(this);
  }

  /**
   * A lock by name.
   *
   * @param name a file name, without a slash
   */
  public LockFile lock(String name) throws IOException {
    return LockFile.at(home.resolve(LOCKS), name, waiting);
  }

  /** The contents of scripts that are files, as they were applied. */
  public Contents files() {
    return files;
  }

  /** What was applied. */
  public Sandboxes sandboxes() {
    return sandboxes;
  }

  /** What somebody is about to change. */
  public Intent intent() {
    return new Intent(home.resolve("intent.json"));
  }

  /** What sandboxes keep between runs. */
  public Layers layers() {
    return new Layers(home.resolve("layers"), this);
  }

  /** What {@link Removal} is deleting; it may not exist. */
  public Path trash() {
    return home.resolve("trash");
  }
}
