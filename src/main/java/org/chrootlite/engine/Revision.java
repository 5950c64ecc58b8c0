package org.chrootlite.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which revision of their repositories manifests are.
 *
 * <p>A repository may come from anywhere, and its settings name programs that git runs on all sorts of occasions. So
 * git is asked only for what is committed: it reads no index and no work tree, and runs neither filters nor hooks nor
 * monitors. What the files hold now is digested here, as git digests it.
 */
public final class Revision {
  /** How many bytes of paths git is given at a time; Linux takes 2 MiB of arguments. */
  private static final int PATHS_AT_A_TIME = 256 << 10;

  /** How long one call of git may take, in seconds; then the manifests have no revision. */
  private static final long PATIENCE = 5;

  private static final Optional<Repository> NONE = Optional.empty();

  private final Map<Path, Optional<Path>> directories = new HashMap<>();
  private final Map<Path, Optional<Path>> marked = new HashMap<>();
  private final Map<Path, Optional<Repository>> repositories = new HashMap<>();

  private Revision() {}

  /** A manifest in its repository; {@code name} is its path there. */
  private record Place(Path file, String name) {}

  /**
   * A repository.
   *
   * @param top the directory that its work tree begins in
   * @param commit the id of what is committed
   * @param shown the same, abbreviated; a branch may have that name too
   */
  private record Repository(Path top, String commit, String shown) {}

  /**
   * The revision of one manifest.
   *
   * @return such as {@code git:1a2b3c4 (clean)} or {@code git:1a2b3c4 (modified)}; empty where the manifest is in no
   *     repository, the repository has no commit or is somebody else's, or there is no git
   */
  public static Optional<String> of(String manifest) {
    Path file = Path.of(manifest);
    return of(List.of(file)).getOrDefault(file, Optional.empty());
  }

  /**
   * The revisions of manifests, as of one. How often git is run depends on how many repositories they are in, not on
   * how many they are.
   *
   * @return for each manifest what {@link #of(String)} returns
   */
  public static Map<Path, Optional<String>> of(Collection<Path> manifests) {
    Map<Path, Optional<String>> revisions = new LinkedHashMap<>();
    manifests.forEach(manifest -> revisions.put(manifest, Optional.empty()));
    try {
      new Revision().ask(revisions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return revisions;
  }

  private void ask(Map<Path, Optional<String>> revisions) throws InterruptedException {
    Map<Repository, List<Place>> places = new LinkedHashMap<>();
    for (Path manifest : revisions.keySet()) {
      Path file = manifest.toAbsolutePath();
      Path parent = file.getParent();
      Optional<Path> directory = parent == null ? Optional.empty() : real(parent);
      if (directory.isEmpty() || file.endsWith("..") || file.endsWith(".")) {
        continue;
      }
      Optional<Repository> repository = repository(directory.get());
      if (repository.isPresent()) {
        Path inside = repository.get().top().relativize(directory.get().resolve(file.getFileName()));
        places
            .computeIfAbsent(repository.get(), _ -> new ArrayList<>())
            .add(new Place(manifest, inside.toString()));
      }
    }
    for (Map.Entry<Repository, List<Place>> each : places.entrySet()) {
      answer(each.getKey(), each.getValue(), revisions);
    }
  }

  private static void answer(Repository repository, List<Place> places, Map<Path, Optional<String>> revisions)
      throws InterruptedException {
    try {
      Map<String, String> committed = committed(repository, places);
      for (Place place : places) {
        String blob = committed.get(place.name());
        boolean clean = blob != null && blob.equals(GitBlob.id(place.file(), blob.length()).orElse(""));
        revisions.put(
            place.file(), Optional.of("git:" + repository.shown() + (clean ? " (clean)" : " (modified)")));
      }
    } catch (IOException e) {
      // There is no git any more, or it fails in the middle: nothing is known of these.
      places.forEach(place -> revisions.put(place.file(), Optional.empty()));
    }
  }

  /** The ids of the regular files among the places, as the repository's commit has them. */
  private static Map<String, String> committed(Repository repository, List<Place> places)
      throws IOException, InterruptedException {
    Map<String, String> committed = new HashMap<>();
    List<String> names = new ArrayList<>();
    int length = 0;
    for (Place place : places) {
      int more = place.name().getBytes(StandardCharsets.UTF_8).length + 1 + Long.BYTES;
      if (length + more > PATHS_AT_A_TIME && !names.isEmpty()) {
        list(repository, names, committed);
        names.clear();
        length = 0;
      }
      names.add(place.name());
      length += more;
    }
    list(repository, names, committed);
    return committed;
  }

  private static void list(Repository repository, List<String> names, Map<String, String> committed)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ls-tree", "-z", repository.commit(), "--"));
    command.addAll(names);
    String listed =
        git(repository.top(), command).orElseThrow(() -> new IOException("git ls-tree failed"));
    for (String entry : listed.split("\0", -1)) {
      // MODE SP TYPE SP ID TAB PATH: git-ls-tree(1). A link's blob is its target's name: no manifest.
      int tab = entry.indexOf('\t');
      if (tab > 0 && entry.startsWith("100")) {
        committed.put(entry.substring(tab + 1), entry.substring(entry.lastIndexOf(' ', tab) + 1, tab));
      }
    }
  }

  private Optional<Path> real(Path directory) {
    return directories.computeIfAbsent(
        directory,
        each -> {
          try {
            return Optional.of(each.toRealPath());
          } catch (IOException e) {
            return Optional.empty();
          }
        });
  }

  /** The repository that a directory is in. */
  private Optional<Repository> repository(Path directory) throws InterruptedException {
    Optional<Path> top = markedAbove(directory);
    if (top.isEmpty()) {
      return NONE;
    }
    Optional<Repository> known = repositories.get(top.get());
    if (known == null) {
      known = open(top.get());
      repositories.put(top.get(), known);
    }
    return known;
  }

  /** The next directory from here upwards that holds a {@code .git}, which spares asking git about each directory. */
  private Optional<Path> markedAbove(Path directory) {
    Set<Path> passed = new HashSet<>();
    Optional<Path> found = Optional.empty();
    for (Path at = directory; at != null; at = at.getParent()) {
      Optional<Path> known = marked.get(at);
      if (known != null) {
        found = known;
        break;
      }
      passed.add(at);
      if (Files.exists(at.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        found = Optional.of(at);
        break;
      }
    }
    for (Path each : passed) {
      marked.put(each, found);
    }
    return found;
  }

  /** The repository whose work tree begins in this directory, or above it where its {@code .git} is none. */
  private static Optional<Repository> open(Path directory) throws InterruptedException {
    try {
      Optional<String> answer = git(directory, List.of("rev-parse", "--show-cdup", "HEAD", "--short", "HEAD"));
      if (answer.isEmpty()) {
        return NONE;
      }
      // The way up, which is empty or ../ several times; the commit; and the commit abbreviated.
      List<String> lines = answer.get().lines().toList();
      return lines.size() == 3
          ? Optional.of(new Repository(directory.resolve(lines.get(0)).toRealPath(), lines.get(1), lines.get(2)))
          : NONE;
    } catch (IOException e) {
      return NONE;
    }
  }

  /** The output of git; empty when it fails. */
  private static Optional<String> git(Path directory, List<String> arguments) throws IOException, InterruptedException {
    // A bare repository would be any directory with the right names in it; a file's name may begin with a colon.
    List<String> command =
        new ArrayList<>(List.of("git", "--no-pager", "--literal-pathspecs", "-c", "safe.bareRepository=explicit"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    // Of a git that has called us, as one of its hooks; its repository need not be the manifest's.
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    // What a partial clone lacks is not fetched: that would run what its settings name.
    builder.environment().put("GIT_NO_LAZY_FETCH", "1");
    builder.environment().put("GIT_ALLOW_PROTOCOL", "none");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    // A repository can make it wait for ever, with a FIFO in place of one of its files.
    Thread impatient = Thread.ofPlatform().daemon().name("git").start(() -> endLater(process));
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } finally {
      impatient.interrupt();
    }
  }

  private static void endLater(Process process) {
    try {
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // It has ended by itself.
      Thread.currentThread().interrupt();
    }
  }
}
