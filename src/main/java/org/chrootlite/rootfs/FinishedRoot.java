package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;

/**
 * The root of a sandbox as its scripts will find it: the rootfs, what earlier runs have kept over it, and the mounts.
 *
 * <p>Finds the place of each mount target: its path with the links of the rootfs followed, such as {@code
 * /usr/bin/awk} for {@code /bin/awk}. Mounts are ordered, and conflicts are found, by place. A link below a mount, or
 * one that was kept, is never followed, because a script may have made it. All of this is read before a run and may be
 * outdated when the run begins, so the launcher follows no link at all on its way to a place.
 */
public final class FinishedRoot {
  /** As many as the kernel follows; see path_resolution(7). */
  private static final int MAX_LINKS = 40;

  private static final String SCRIPT_DIRECTORY = "/run";
  private static final String TEMPORARY = "/tmp";
  private static final String CONFIGURATION = "/etc";

  private final Sandbox sandbox;
  private final Path rootfs;
  private final Optional<Path> upper;

  /** What is mounted, by the path that the manifest gives. */
  private record Target(String path, Origin origin) {}

  /**
   * A root to look into.
   *
   * @param rootfs the prepared tree
   * @param upper the upper directory of the sandbox's kept layer; empty where nothing is kept
   */
  public FinishedRoot(Sandbox sandbox, Path rootfs, Optional<Path> upper) {
    this.sandbox = sandbox;
    this.rootfs = rootfs;
    this.upper = upper;
  }

  /**
   * The place of each path that a run needs: mount targets, the workdir, artifacts, {@code /tmp} and {@code /etc}.
   *
   * @throws RootfsException where two targets have the same place, one is hidden by another, or one leads to a
   *     directory of the sandbox's own
   */
  public Map<String, String> places() throws IOException {
    Map<String, String> places = new LinkedHashMap<>();
    List<Target> waiting = targets();
    while (!waiting.isEmpty()) {
      Target next = shallowest(waiting, places.values());
      String place = follow(next.path, places.values());
      check(next, place, places);
      places.put(next.path, place);
      waiting.remove(next);
    }
    for (Target target : targets()) {
      if (!follow(target.path, others(target, places)).equals(places.get(target.path))) {
        throw problem(
            target.origin,
            "target " + target.path + " leads through a link of the rootfs that another mount hides",
            "name the place itself as the target, or move the other mount");
      }
    }
    Collection<String> mounted = List.copyOf(places.values());
    places.putIfAbsent(CONFIGURATION, follow(CONFIGURATION, mounted));
    for (Script script : sandbox.scripts()) {
      for (Setting<String> artifact : script.artifacts()) {
        places.putIfAbsent(artifact.value(), artifactPlace(artifact.value(), mounted));
      }
    }
    return places;
  }

  /** The first link on the way to a place, as {@code PATH -> TARGET}; empty where there is none any more. */
  public Optional<String> linkOnTheWayTo(String place) throws IOException {
    for (int end = place.indexOf('/', 1); ; end = place.indexOf('/', end + 1)) {
      String path = end < 0 ? place : place.substring(0, end);
      Optional<Path> onHost = inMount(path);
      Optional<String> link = onHost.isPresent() ? linkAt(onHost.get()) : linkOfRoot(path);
      if (link.isPresent()) {
        return Optional.of(path + " -> " + link.get());
      }
      if (end < 0) {
        return Optional.empty();
      }
    }
  }

  private List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (Mount mount : sandbox.mounts()) {
      targets.add(new Target(mount.target(), mount.origin()));
    }
    addUnlessMounted(sandbox.workdir().value(), sandbox.workdir().origin(), targets);
    addUnlessMounted(TEMPORARY, Origin.ALWAYS, targets);
    return targets;
  }

  private static void addUnlessMounted(String path, Origin origin, List<Target> targets) {
    if (targets.stream().noneMatch(target -> target.path.equals(path))) {
      targets.add(new Target(path, origin));
    }
  }

  /** An outer mount has its place before what lies in it: only then is known which links are links of the rootfs. */
  private Target shallowest(List<Target> targets, Collection<String> placed) throws IOException {
    Target best = targets.getFirst();
    int least = Integer.MAX_VALUE;
    for (Target target : targets) {
      int depth = follow(target.path, placed).split("/").length;
      if (depth < least) {
        best = target;
        least = depth;
      }
    }
    return best;
  }

  private static List<String> others(Target target, Map<String, String> places) {
    List<String> others = new ArrayList<>();
    places.forEach(
        (path, place) -> {
          if (!path.equals(target.path)) {
            others.add(place);
          }
        });
    return others;
  }

  private void check(Target target, String place, Map<String, String> places) throws RootfsException {
    String leads = "target " + target.path + " leads to " + place;
    if (place.equals(SCRIPT_DIRECTORY)) {
      throw problem(target.origin, leads + ", where the script is", "use a directory below it");
    }
    for (Map.Entry<String, String> earlier : places.entrySet()) {
      boolean isMount = isMount(target.path) && isMount(earlier.getKey());
      if (isMount && earlier.getValue().equals(place)) {
        throw problem(
            target.origin,
            leads + ", and so does the target " + earlier.getKey() + " of another mount",
            "mount one of them somewhere else");
      }
    }
  }

  private boolean isMount(String target) {
    return sandbox.mounts().stream().anyMatch(mount -> mount.target().equals(target));
  }

  private RootfsException problem(Origin origin, String what, String advice) {
    String where =
        switch (origin) {
          case Origin.Line(String file, int line, String setting) -> file + ":" + line + ": " + setting;
          case Origin.Default(String setting) -> sandbox.file() + ": " + setting;
          case Origin.Always always -> sandbox.file();
        };
    return new RootfsException(where + ": " + what + ": " + advice);
  }

  /** An artifact itself must not be a link, so only the directory that it lies in is looked up. */
  private String artifactPlace(String path, Collection<String> mounted) throws IOException {
    int slash = path.lastIndexOf('/');
    String directory = slash <= 0 ? "" : follow(path.substring(0, slash), mounted);
    return (directory.equals("/") ? "" : directory) + path.substring(slash);
  }

  /**
   * Follows the links of the root; what lies in something mounted is taken as it is called. Links that lead in circles,
   * or to where nothing can be mounted, are not followed: the launcher will fail on the first of them.
   */
  private String follow(String path, Collection<String> mounted) throws IOException {
    Deque<String> todo = new ArrayDeque<>(Arrays.asList(path.split("/")));
    List<String> at = new ArrayList<>();
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!at.isEmpty()) {
          at.removeLast();
        }
        continue;
      }
      at.addLast(name);
      String here = join(at);
      Optional<String> link =
          mounted.stream().anyMatch(place -> isIn(here, place)) ? Optional.empty() : honestLink(here);
      if (link.isPresent()) {
        if (++links > MAX_LINKS) {
          return path;
        }
        at.removeLast();
        if (link.get().startsWith("/")) {
          at.clear();
        }
        String[] rest = link.get().split("/", -1);
        for (int i = rest.length - 1; i >= 0; i--) {
          todo.addFirst(rest[i]);
        }
      }
    }
    String place = join(at);
    boolean isOurs = place.equals("/") || isIn(place, "/proc") || isIn(place, "/dev");
    return isOurs ? path : place;
  }

  /** A link of the rootfs; not one that a script has put in its place, and that is kept. */
  private Optional<String> honestLink(String path) throws IOException {
    Optional<String> link = linkOfRoot(path);
    return link.isPresent() && link.equals(linkAt(rootfs.resolve(path.substring(1)))) ? link : Optional.empty();
  }

  /** What is kept hides what the rootfs has there. All directories that lead to the path must be known to be none. */
  private Optional<String> linkOfRoot(String path) throws IOException {
    if (upper.isPresent()) {
      Path kept = upper.get().resolve(path.substring(1));
      if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
        return linkAt(kept);
      }
    }
    return linkAt(rootfs.resolve(path.substring(1)));
  }

  private static Optional<String> linkAt(Path path) throws IOException {
    return Files.isSymbolicLink(path) ? Optional.of(Files.readSymbolicLink(path).toString()) : Optional.empty();
  }

  /** Where a path is on the host that lies below the place of a mount, not at it. */
  private Optional<Path> inMount(String path) throws IOException {
    Map<String, String> places = places();
    Optional<Path> found = Optional.empty();
    int longest = 0;
    for (Mount mount : sandbox.mounts()) {
      String place = places.getOrDefault(mount.target(), mount.target());
      if (mount instanceof Mount.Bind bind && path.startsWith(place + "/") && place.length() > longest) {
        longest = place.length();
        found = Optional.of(bind.source().resolve(path.substring(place.length() + 1)));
      }
    }
    return found;
  }

  private static boolean isIn(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  private static String join(List<String> names) {
    return "/" + String.join("/", names);
  }
}
