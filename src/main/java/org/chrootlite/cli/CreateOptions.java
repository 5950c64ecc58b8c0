package org.chrootlite.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.manifest.Draft;
import org.chrootlite.model.LimitKind;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code create}: what the new manifest is to say. */
final class CreateOptions {
  private static final String FILE = "--file";
  private static final String DESCRIPTION = "--description";
  private static final String LABEL = "--label";
  private static final String TEMPLATE = "--template";
  private static final String DIRECTORY = "--directory";
  private static final String KEEP = "--keep";
  private static final String READ_ONLY = "--read-only";
  private static final String NETWORK = "--allow-network";
  private static final String MOUNT = "--mount";
  private static final String ENVIRONMENT = "--env";
  private static final String SCRIPT = "--script";

  /** The limit that an option sets. */
  private record LimitOption(LimitKind kind, String name, String label, String description) {}

  private static final List<LimitOption> LIMITS =
      List.of(
          new LimitOption(LimitKind.MEMORY, "--memory", "SIZE", "Memory of all processes together, such as 128MB"),
          new LimitOption(LimitKind.ADDRESS_SPACE, "--address-space", "SIZE", "Address space of each process"),
          new LimitOption(LimitKind.CPU_TIME, "--cpu", "DURATION", "CPU time of all processes together, such as 20s"),
          new LimitOption(LimitKind.WALL_TIME, "--wall-time", "DURATION", "Time from start to end (default: 1m)"),
          new LimitOption(LimitKind.CPUS, "--cpus", "N", "CPU bandwidth in CPUs, such as 1.5"),
          new LimitOption(LimitKind.PROCESSES, "--processes", "N", "Processes and threads together"),
          new LimitOption(LimitKind.OPEN_FILES, "--open-files", "N", "Open files of each process"),
          new LimitOption(LimitKind.FILE_SIZE, "--file-size", "SIZE", "Size of each file that is written"),
          new LimitOption(LimitKind.OUTPUT, "--output-limit", "SIZE", "Standard output and error together"),
          new LimitOption(LimitKind.DISK, "--disk", "SIZE", "All that a run writes to disk (default: 1GiB)"),
          new LimitOption(LimitKind.STACK, "--stack", "SIZE", "Stack of each process"),
          new LimitOption(LimitKind.CORE_SIZE, "--core-size", "SIZE", "Size of a core dump"));

  private final ParseResult parsed;

  CreateOptions(ParseResult parsed) {
    this.parsed = parsed;
  }

  static void declare(CommandSpec spec) {
    for (LimitOption limit : LIMITS) {
      text(spec, limit.name(), limit.label(), limit.description());
    }
    text(spec, TEMPLATE, "NAME", "What the root is made from (default: base)");
    text(spec, DIRECTORY, "DIR", "Or a directory of the host that is used as the root");
    flag(spec, KEEP, "Keep what scripts write to the root until the sandbox is deleted");
    flag(spec, READ_ONLY, "Make the root read-only");
    flag(spec, NETWORK, "Let scripts use the host's network");
    texts(spec, MOUNT, "SOURCE:TARGET[:rw]", "Show a file or directory of the host at TARGET; read-only without :rw");
    texts(spec, ENVIRONMENT, "NAME=VALUE", "Set an environment variable");
    texts(spec, SCRIPT, "NAME=TEXT", "Add a shell script (default: one that says hello)");
    text(spec, DESCRIPTION, "TEXT", "Say what the sandbox is for");
    texts(spec, LABEL, "NAME=VALUE", "Add a label");
    text(spec, FILE, "FILE", "The manifest to write (default: NAME.yaml); one that exists is left alone");
  }

  private static void flag(CommandSpec spec, String name, String description) {
    spec.addOption(Options.flag(name, description));
  }

  private static void text(CommandSpec spec, String name, String label, String description) {
    spec.addOption(Options.value(String.class, label, description, name));
  }

  private static void texts(CommandSpec spec, String name, String label, String description) {
    spec.addOption(Options.value(String[].class, label, description + "; may be given several times", name));
  }

  /** The manifest that is to be written, for a sandbox of this name. */
  String file(String name) {
    return one(FILE).orElse(name + ".yaml");
  }

  /** The directory that the manifest is to be in. */
  Path directory() throws CommandException {
    Path here = Path.of("").toAbsolutePath();
    Path parent = one(FILE).map(file -> here.resolve(file).normalize().getParent()).orElse(here);
    if (parent == null || !Files.isDirectory(parent)) {
      throw CommandException.failure(FILE + ": there is no directory " + parent);
    }
    return parent;
  }

  /**
   * What the manifest is to say.
   *
   * @param directory that of the manifest: its paths are relative to it, those of the command line are not
   */
  Draft draft(String name, Path directory) throws CommandException, IOException {
    excluded(TEMPLATE, DIRECTORY);
    excluded(KEEP, READ_ONLY);
    Map<LimitKind, String> limits = new EnumMap<>(LimitKind.class);
    for (LimitOption limit : LIMITS) {
      one(limit.name()).ifPresent(text -> limits.put(limit.kind(), text));
    }
    return new Draft(
        name,
        one(DESCRIPTION),
        pairs(LABEL, "course=cs101"),
        root(directory),
        parsed.hasMatchedOption(KEEP)
            ? Optional.of(Draft.Writes.KEEP)
            : parsed.hasMatchedOption(READ_ONLY) ? Optional.of(Draft.Writes.DENY) : Optional.empty(),
        limits,
        parsed.hasMatchedOption(NETWORK),
        mounts(directory),
        pairs(ENVIRONMENT, "LANG=C.UTF-8"),
        pairs(SCRIPT, "hello='echo hello'"));
  }

  private void excluded(String option, String other) throws CommandException {
    if (parsed.hasMatchedOption(option) && parsed.hasMatchedOption(other)) {
      throw CommandException.usage(option + " and " + other + " exclude each other");
    }
  }

  private Optional<String> one(String option) {
    return Optional.ofNullable(parsed.matchedOptionValue(option, null));
  }

  private List<String> all(String option) {
    String[] none = {};
    return List.of(parsed.matchedOptionValue(option, none));
  }

  private Optional<Draft.Root> root(Path directory) throws IOException {
    Optional<String> tree = one(DIRECTORY);
    if (tree.isPresent()) {
      return Optional.of(new Draft.Root.Directory(seenFrom(directory, tree.get())));
    }
    return one(TEMPLATE).map(Draft.Root.Template::new);
  }

  private Map<String, String> pairs(String option, String example) throws CommandException {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : all(option)) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw CommandException.usage(option + ": \"" + text + "\" is not NAME=VALUE, such as " + example);
      }
      String name = text.substring(0, equals);
      if (pairs.put(name, text.substring(equals + 1)) != null) {
        throw CommandException.usage(option + ": \"" + name + "\" is given twice");
      }
    }
    return pairs;
  }

  private List<Draft.Bind> mounts(Path directory) throws CommandException, IOException {
    List<Draft.Bind> mounts = new ArrayList<>();
    for (String text : all(MOUNT)) {
      boolean writable = text.endsWith(":rw");
      String both = writable || text.endsWith(":ro") ? text.substring(0, text.length() - 3) : text;
      // Of several the last one: a target is absolute, and a colon is likelier in the name of a host's file.
      int colon = both.lastIndexOf(":/");
      if (colon < 1) {
        throw CommandException.usage(
            MOUNT + ": \"" + text + "\" is not SOURCE:TARGET with an absolute target, such as ./data:/data"
                + " or ./out:/out:rw");
      }
      mounts.add(new Draft.Bind(seenFrom(directory, both.substring(0, colon)), both.substring(colon + 1), writable));
    }
    return mounts;
  }

  /** A path of the command line, as it must be written in a manifest in this directory. */
  private static String seenFrom(Path directory, String path) throws IOException {
    Path here = Path.of("").toAbsolutePath();
    if (path.isEmpty() || path.startsWith("/") || directory.equals(here)) {
      return path;
    }
    // From a directory that is reached by a link, the way up is another one for each name that it has.
    boolean linked = !directory.equals(directory.toRealPath());
    return linked ? here.resolve(path).toString() : directory.relativize(here) + "/" + path;
  }

  /**
   * What on the command line a setting of the manifest comes from.
   *
   * @param path the setting's, as diagnostics have it, such as {@code limits.memory}
   */
  String origin(String path) {
    for (LimitOption limit : LIMITS) {
      if (path.equals("limits." + limit.kind().key())) {
        return limit.name();
      }
    }
    return switch (path) {
      case "name" -> "NAME";
      case "description" -> DESCRIPTION;
      case "rootfs.template" -> TEMPLATE;
      case "rootfs.directory" -> DIRECTORY;
      case "rootfs.writes" -> parsed.hasMatchedOption(KEEP) ? KEEP : READ_ONLY;
      case "network" -> NETWORK;
      default -> {
        if (path.startsWith("mounts[")) {
          int index = Integer.parseInt(path.substring("mounts[".length(), path.indexOf(']')));
          yield MOUNT + " " + all(MOUNT).get(index);
        }
        yield keyed(path, "labels", LABEL)
            .or(() -> keyed(path, "environment", ENVIRONMENT))
            .or(() -> keyed(path, "scripts", SCRIPT))
            .orElse(path);
      }
    };
  }

  /** The option and the name it gives: {@code labels.course} and {@code labels["a b"]}. */
  private static Optional<String> keyed(String path, String group, String option) {
    if (!path.startsWith(group + ".") && !path.startsWith(group + "[")) {
      return path.equals(group) ? Optional.of(option) : Optional.empty();
    }
    String rest = path.substring(group.length() + 1);
    boolean quoted = path.charAt(group.length()) == '[';
    int end = quoted ? rest.indexOf("\"]") + 1 : rest.indexOf('.');
    return Optional.of(option + " " + (end > 0 ? rest.substring(0, end) : rest));
  }
}
