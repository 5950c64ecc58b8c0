package org.chrootlite.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chrootlite.plan.Damage;

/**
 * What sandboxes keep between runs: for each a directory with {@code upper}, which holds all that its runs have changed
 * of its root, and {@code work}, which the kernel's overlay file system needs beside it, and which is empty between
 * runs.
 *
 * <p>What is in them was written by untrusted code. Who changes anything here holds the lock {@code apply}, and the
 * lock of the sandbox, so that no run uses the layer.
 */
public final class Layers {
  /**
   * The first user id of root's layers. A layer keeps its own, as the files in it do; and as no run may be able to
   * signal those of other sandboxes, they are none of {@link UidSlots}.
   */
  public static final long FIRST_UID = 2_000_010_000L;

  /** How many of root's sandboxes can have layers. */
  public static final int COUNT = 50_000;

  private static final String UPPER = "upper";
  private static final String WORK = "work";
  /** A launcher that has given up root must still find its way; the directory around it is closed to all others. */
  private static final int LAYER_MODE = 0711;

  /** At first. Inside it is the root directory, whose mode is the scripts' to change, as long as they can use it. */
  private static final int UPPER_MODE = 0755;
  private static final int WORK_MODE = 0700;
  private static final int KIBIBYTE = 1024;

  private final Path directory;
  private final StateDirectory state;

  Layers(Path directory, StateDirectory state) {
    this.directory = directory;
    this.state = state;
  }

  /**
   * How much room a layer takes on the disk.
   *
   * @param bytes allocated to all that could be looked at: holes in files take nothing, and a file of several names is
   *     counted once
   * @param whole false where it takes at least this, as some of it could not be looked at
   */
  public record Usage(long bytes, boolean whole) {}

  private record Attributes(boolean isDirectory, int mode, long uid, long gid) {}

  /** The directory of a sandbox's layer, with {@code upper} and {@code work} in it; it need not exist. */
  public Path of(String sandbox) {
    if (sandbox.isEmpty() || sandbox.startsWith(".") || sandbox.indexOf('/') >= 0) {
      throw new IllegalArgumentException("no name of a sandbox: " + sandbox);
    }
    return directory.resolve(sandbox);
  }

  /** Names of the sandboxes that have layers, those that no index knows included. */
  public SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> layers = Files.newDirectoryStream(directory)) {
      for (Path layer : layers) {
        if (!String.valueOf(layer.getFileName()).startsWith(".")) {
          names.add(layer.getFileName().toString());
        }
      }
    } catch (NoSuchFileException e) {
      // No state directory of this version was made yet, and who only looks does not make one.
      return names;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /**
   * Makes an empty layer. One that is there and empty, as a killed apply leaves it, is replaced.
   *
   * @param uid of the host, who owns what is written; for an ordinary user his own
   * @throws StoreException when there is one that holds something: it is left as it is
   */
  public void create(String sandbox, long uid) throws IOException {
    Path layer = of(sandbox);
    discardLeftOvers();
    if (attributes(layer).isPresent()) {
      if (!isEmpty(layer)) {
        throw new StoreException(
            "%s holds what an earlier sandbox %s has kept, and nothing tells whose it is; move it away, or delete it"
                .formatted(layer, sandbox));
      }
      Removal.discard(layer, state.trash());
    }
    Path temporary = directory.resolve("." + sandbox + "." + AtomicFile.randomHex(8) + ".tmp");
    make(temporary, LAYER_MODE, own());
    make(temporary.resolve(UPPER), UPPER_MODE, uid);
    make(temporary.resolve(WORK), WORK_MODE, uid);
    Files.move(temporary, layer, StandardCopyOption.ATOMIC_MOVE);
    Removal.empty(state.trash());
  }

  /** Of killed ones. */
  private void discardLeftOvers() throws IOException {
    try (DirectoryStream<Path> leftOvers = Files.newDirectoryStream(directory, AtomicFile::isTemporary)) {
      for (Path leftOver : leftOvers) {
        Removal.discard(leftOver, state.trash());
      }
    }
  }

  /**
   * Removes layers that hold nothing, and of which nobody knows: those that a killed apply has made. What holds
   * something stays, whosever it is.
   *
   * @param known names of sandboxes that have layers
   */
  public void retain(Set<String> known) throws IOException {
    discardLeftOvers();
    for (String name : names()) {
      if (!known.contains(name) && isEmpty(of(name))) {
        Removal.discard(of(name), state.trash());
      }
    }
    Removal.empty(state.trash());
  }

  private static boolean isEmpty(Path layer) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(layer)) {
      for (Path entry : entries) {
        if (!entry.endsWith(WORK) && !(entry.endsWith(UPPER) && hasNoEntry(entry))) {
          return false;
        }
      }
      return true;
    } catch (NotDirectoryException | AccessDeniedException e) {
      // Nobody knows, so it may hold something.
      return false;
    }
  }

  private static boolean hasNoEntry(Path upper) throws IOException {
    if (!Files.isDirectory(upper, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(upper)) {
      return !entries.iterator().hasNext();
    }
  }

  /** What has happened to a layer, which is missing where all that it kept is; empty where it can be used. */
  public Optional<Damage> check(String sandbox, long uid) throws IOException {
    Path layer = of(sandbox);
    Optional<Damage> damage = check(layer, LAYER_MODE, own());
    if (damage.isEmpty()) {
      damage = checkOwner(layer.resolve(UPPER), uid);
    }
    if (damage.isEmpty() && upperMode(layer).isEmpty()) {
      damage = Optional.of(Damage.ALTERED);
    }
    // Nothing is kept in it, so where it is gone nothing is lost.
    return damage.isEmpty() ? check(layer.resolve(WORK), WORK_MODE, uid).map(any -> Damage.ALTERED) : damage;
  }

  /** The mode that scripts gave it; empty where it is closed even to them. */
  private static Optional<Integer> upperMode(Path layer) throws IOException {
    return attributes(layer.resolve(UPPER)).map(Attributes::mode).filter(mode -> (mode & 0700) == 0700);
  }

  private Optional<Damage> check(Path directory, int mode, long uid) throws IOException {
    Optional<Damage> damage = checkOwner(directory, uid);
    boolean other = attributes(directory).filter(found -> found.mode() != mode).isPresent();
    return damage.isEmpty() && other ? Optional.of(Damage.ALTERED) : damage;
  }

  private Optional<Damage> checkOwner(Path directory, long uid) throws IOException {
    Optional<Attributes> found = attributes(directory);
    if (found.isEmpty()) {
      return Optional.of(Damage.MISSING);
    }
    Attributes is = found.get();
    // An ordinary user cannot give files to others, and whichever of his groups they have makes no difference.
    boolean owned = is.uid() == uid && (own() != 0 || is.gid() == uid);
    return is.isDirectory() && owned ? Optional.empty() : Optional.of(Damage.ALTERED);
  }

  /**
   * Makes a layer what it should be, and loses nothing of what is kept in it; what is missing is made empty.
   *
   * @throws StoreException when something else is in its place: that is left as it is
   */
  public void repair(String sandbox, long uid) throws IOException {
    Path layer = of(sandbox);
    Path upper = layer.resolve(UPPER);
    Path work = layer.resolve(WORK);
    if (attributes(layer).isEmpty()) {
      create(sandbox, uid);
      return;
    }
    refuseOtherThings(layer);
    // First, as an ordinary user sees nothing in a directory that is closed to him.
    make(layer, LAYER_MODE, own());
    refuseOtherThings(upper);
    make(upper, upperMode(layer).orElse(UPPER_MODE), uid);
    if (attributes(work).filter(found -> !found.isDirectory()).isPresent()) {
      Removal.delete(work, state.trash());
    }
    make(work, WORK_MODE, uid);
  }

  private static void refuseOtherThings(Path directory) throws IOException {
    if (attributes(directory).filter(found -> !found.isDirectory()).isPresent()) {
      throw new StoreException(
          "%s should be a directory that keeps a sandbox's files, and is none; move it away".formatted(directory));
    }
  }

  /**
   * Makes a directory, unless there is one, with this mode and owner.
   *
   * @param path there, or nothing is
   */
  private void make(Path path, int mode, long uid) throws IOException {
    if (attributes(path).isEmpty()) {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (own() == 0) {
      Files.setAttribute(path, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", (int) uid, LinkOption.NOFOLLOW_LINKS);
    } else if (uid != own()) {
      throw new IllegalArgumentException("uid %d cannot make a layer of uid %d".formatted(own(), uid));
    }
    Files.setAttribute(path, "unix:mode", mode);
  }

  /**
   * How much room a layer takes.
   *
   * <p>This asks du(1): Java knows no file's allocated size, and whatever untrusted code has put there, such as trees
   * deeper than a path can say, was put before du too.
   */
  public Usage usage(String sandbox) throws IOException {
    Path upper = of(sandbox).resolve(UPPER);
    if (!isLayer(of(sandbox)) || attributes(upper).isEmpty()) {
      return new Usage(0, true);
    }
    ProcessBuilder builder =
        new ProcessBuilder("du", "-s", "-k", "-x", "--", upper.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Process du;
    try {
      du = builder.start();
    } catch (IOException e) {
      // There is no du here.
      return new Usage(0, false);
    }
    try {
      du.getOutputStream().close();
      String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      boolean whole = du.waitFor() == 0;
      int tab = output.indexOf('\t');
      long bytes = tab < 0 ? 0 : Long.parseLong(output.substring(0, tab)) * KIBIBYTE;
      return new Usage(bytes, whole && tab > 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while measuring " + upper);
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      du.destroy();
    }
  }

  /**
   * The user id for a new layer: for root the lowest one that no layer has, for an ordinary user his own.
   *
   * @param used by the layers that the index knows, whether they are there or not
   * @throws StoreException when all are used
   */
  public long freeUid(Set<Long> used) throws IOException {
    if (own() != 0) {
      return own();
    }
    Set<Long> taken = new HashSet<>(used);
    for (String name : names()) {
      for (String part : new String[] {UPPER, WORK}) {
        if (isLayer(of(name))) {
          attributes(of(name).resolve(part)).ifPresent(found -> taken.add(found.uid()));
        }
      }
    }
    for (long uid = FIRST_UID; uid < FIRST_UID + COUNT; uid++) {
      if (!taken.contains(uid)) {
        return uid;
      }
    }
    throw new StoreException(
        "all %d user ids for sandboxes that keep what is written are in use; delete some".formatted(COUNT));
  }

  /**
   * Deletes a layer. It is no error when there is none.
   *
   * @throws IOException when some of it could not be deleted; it is in the trash then
   */
  public void remove(String sandbox) throws IOException {
    Removal.delete(of(sandbox), state.trash());
  }

  private static boolean isLayer(Path layer) {
    return Files.isDirectory(layer, LinkOption.NOFOLLOW_LINKS);
  }

  /** Who owns the state directory is who runs this: it is opened by nobody else. */
  private long own() throws IOException {
    return attributes(state.home()).orElseThrow(() -> new NoSuchFileException(state.home().toString())).uid();
  }

  /** Of a file or link itself; empty where there is nothing. */
  private static Optional<Attributes> attributes(Path path) throws IOException {
    try {
      Map<String, Object> found =
          Files.readAttributes(path, "unix:isDirectory,mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new Attributes(
              Boolean.TRUE.equals(found.get("isDirectory")),
              number(found, "mode") & 07777,
              Integer.toUnsignedLong(number(found, "uid")),
              Integer.toUnsignedLong(number(found, "gid"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static int number(Map<String, Object> attributes, String key) {
    if (attributes.get(key) instanceof Integer number) {
      return number;
    }
    throw new IllegalStateException("Java on Linux tells the " + key + " of each file");
  }
}
