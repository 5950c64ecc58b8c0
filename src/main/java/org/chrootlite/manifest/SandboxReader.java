package org.chrootlite.manifest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.User;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sandbox of a document: fills in the defaults, and checks what a schema cannot. It relies on the schema check
 * for unknown keys and fixed values, and makes no sandbox of what does not have the schema's shape.
 */
final class SandboxReader {
  private static final String DEFAULT_WORKDIR = "/work";
  private static final long NOBODY = 65_534;
  private static final long LAST_ID = 4_294_967_294L;
  private static final int MAX_NAME = 63;
  private static final int MAX_HOSTNAME = 64;

  private final String file;
  private final HostFiles hostFiles;
  private final Set<String> templates;
  private final Problems problems = new Problems();
  private final Place root;

  private SandboxReader(String file, Path path, Node document, Set<String> templates) {
    this.file = file;
    this.hostFiles = new HostFiles(path);
    this.templates = templates;
    this.root = Place.root(document, problems);
  }

  /**
   * What a document says.
   *
   * @param sandbox nothing where the document is wrong
   * @param name its name, where it has a good one, though all else may be wrong
   * @param files of the host that it names
   */
  record Outcome(
      Optional<Sandbox> sandbox, Optional<Named> name, HostFiles files, List<Diagnostic> diagnostics) {}

  /** A sandbox's name and where it is. */
  record Named(String name, Position position) {}

  /**
   * Reads a document.
   *
   * @param file the manifest as the user named it
   * @param path the same file; what the document names is relative to its directory
   * @param templates the templates that there are
   */
  static Outcome read(String file, Path path, Node document, Set<String> templates) {
    return new SandboxReader(file, path, document, templates).read();
  }

  private Outcome read() {
    @Nullable Place namePlace = required("name");
    @Nullable String name = namePlace == null ? null : name(namePlace);
    Optional<Named> named =
        namePlace == null || name == null ? Optional.empty() : Optional.of(new Named(name, namePlace.position()));
    @Nullable Sandbox sandbox = sandbox(namePlace, name == null ? "" : name);
    Optional<Sandbox> usable = problems.unusable() ? Optional.empty() : Optional.ofNullable(sandbox);
    return new Outcome(usable, named, hostFiles, problems.diagnostics());
  }

  private @Nullable Sandbox sandbox(@Nullable Place namePlace, String name) {
    required("apiVersion");
    required("kind");
    Rootfs rootfs = new RootfsReader(hostFiles, templates).read(root.get("rootfs"));
    @Nullable Place limitsPlace = root.get("limits");
    Limits written = limitsPlace == null ? Limits.NONE : LimitsReader.read(limitsPlace);
    Limits limits = LimitsReader.DEFAULTS.with(written);
    Setting<String> workdir = workdir(root.get("workdir"));
    @Nullable Place mountsPlace = root.get("mounts");
    List<Mount> mounts =
        mountsPlace == null ? List.of() : new MountsReader(hostFiles, workdir.value()).read(mountsPlace);
    SortedMap<String, Setting<String>> environment = EnvironmentReader.read(root.get("environment"));
    List<Script> scripts = scripts(root.get("scripts"), environment, limits);
    hostFiles.checkWritable(mounts, problems);
    if (limitsPlace != null) {
      MemoryAdvice.check(limitsPlace, limits, scripts.stream().anyMatch(MemoryAdvice::hasMemory));
    }
    Setting<String> hostname = hostname(root.get("hostname"), name);
    Setting<User> user = user(root.get("user"));
    SortedMap<String, String> labels = labels(root.get("labels"));
    @Nullable Place descriptionPlace = root.get("description");
    @Nullable String description = descriptionPlace == null ? "" : descriptionPlace.text();
    Setting<Isolation> isolation = isolation(root.get("isolation"));
    Setting<FileLocks> fileLocks = fileLocks(root.get("hardening"));
    Setting<Network> network = network(root.get("network"));
    if (namePlace == null || description == null) {
      return null;
    }
    return new Sandbox(
        file,
        new Setting<>(name, namePlace.origin()),
        description,
        labels,
        isolation,
        fileLocks,
        rootfs,
        LimitsReader.settled(limits),
        network,
        mounts,
        environment,
        workdir,
        user,
        hostname,
        scripts);
  }

  private @Nullable Place required(String key) {
    @Nullable Place place = root.get(key);
    if (place == null) {
      problems.misshapen();
    }
    return place;
  }

  private static @Nullable String name(Place place) {
    @Nullable String name = place.text();
    if (name == null) {
      return null;
    }
    boolean good = !name.isEmpty() && !name.startsWith("-") && !name.endsWith("-");
    for (int at = 0; at < name.length(); at++) {
      char c = name.charAt(at);
      good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!good) {
      place.error(
          Messages.quote(name) + " is not a sandbox's name",
          "small letters, digits and hyphens, with a letter or digit at both ends");
      return null;
    }
    if (name.length() > MAX_NAME) {
      place.error("must have at most " + MAX_NAME + " characters, not " + name.length(), "");
      return null;
    }
    return name;
  }

  private static SortedMap<String, String> labels(@Nullable Place place) {
    SortedMap<String, String> labels = new TreeMap<>();
    if (place != null) {
      place
          .children()
          .forEach(
              (name, value) -> {
                @Nullable String text = value.text();
                if (name.isEmpty()) {
                  value.keyError("a label needs a name", "");
                } else if (text != null) {
                  labels.put(name, text);
                }
              });
    }
    return labels;
  }

  private Setting<Isolation> isolation(@Nullable Place place) {
    if (place == null) {
      return new Setting<>(Isolation.STRICT, new Origin.Default("isolation"));
    }
    return Choice.read(
        place, Map.of("strict", Isolation.STRICT, "best-effort", Isolation.BEST_EFFORT), Isolation.STRICT);
  }

  private static Setting<FileLocks> fileLocks(@Nullable Place hardening) {
    @Nullable Place place = hardening == null ? null : hardening.get("locks");
    if (place == null) {
      return new Setting<>(FileLocks.ALLOW, new Origin.Default("hardening.locks"));
    }
    return Choice.read(place, Map.of("allow", FileLocks.ALLOW, "deny", FileLocks.DENY), FileLocks.ALLOW);
  }

  private Setting<Network> network(@Nullable Place place) {
    if (place == null) {
      return new Setting<>(Network.NONE, new Origin.Default("network"));
    }
    if (place.node() instanceof Node.Mapping mapping && mapping.entries().containsKey("allow")) {
      place.error("a list of allowed destinations is not supported yet; use none or host", "");
    }
    return Choice.read(place, Map.of("none", Network.NONE, "host", Network.HOST), Network.NONE);
  }

  private static Setting<String> workdir(@Nullable Place place) {
    @Nullable String path = place == null ? null : SandboxPath.read(place);
    return place == null || path == null
        ? new Setting<>(DEFAULT_WORKDIR, new Origin.Default("workdir"))
        : new Setting<>(path, place.origin());
  }

  private static Setting<User> user(@Nullable Place place) {
    if (place == null) {
      return new Setting<>(new User(NOBODY, NOBODY), new Origin.Default("user"));
    }
    return new Setting<>(new User(id(place.get("uid")), id(place.get("gid"))), place.origin());
  }

  /** An id; 4294967295 is -1, which Linux takes for "leave it as it is". */
  private static long id(@Nullable Place place) {
    @Nullable Long id = place == null ? null : Numbers.integer(place, 0, LAST_ID);
    return id == null ? NOBODY : id;
  }

  private static Setting<String> hostname(@Nullable Place place, String name) {
    if (place == null) {
      return new Setting<>(name, new Origin.Default("hostname"));
    }
    @Nullable String hostname = place.text();
    if (hostname == null) {
      return new Setting<>(name, place.origin());
    }
    boolean good = !hostname.isEmpty();
    for (int at = 0; at < hostname.length(); at++) {
      char c = hostname.charAt(at);
      boolean inside = at > 0 && at < hostname.length() - 1;
      good &=
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || (inside && (c == '-' || c == '.'));
    }
    if (!good) {
      place.error(Messages.quote(hostname) + " is not a host name", "letters, digits, hyphens and dots");
    } else if (hostname.length() > MAX_HOSTNAME) {
      place.error("must have at most " + MAX_HOSTNAME + " characters, not " + hostname.length(), "");
    }
    return new Setting<>(hostname, place.origin());
  }

  private List<Script> scripts(
      @Nullable Place place, SortedMap<String, Setting<String>> environment, Limits limits) {
    List<Script> scripts = new ArrayList<>();
    if (place != null) {
      ScriptReader reader = new ScriptReader(hostFiles, environment, limits);
      place
          .children()
          .forEach(
              (name, script) -> {
                @Nullable Script read = reader.read(name, script);
                if (read != null) {
                  scripts.add(read);
                }
              });
    }
    return scripts;
  }
}
