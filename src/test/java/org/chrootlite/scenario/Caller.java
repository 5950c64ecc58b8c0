package org.chrootlite.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;

/**
 * Who runs chroot-lite in a scenario. Root tests as root and as an ordinary user; an ordinary user can only test as
 * himself.
 *
 * <p>Each has a copy of the program and a state directory, in a place that he can read, for as long as the tests run.
 */
final class Caller {
  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** Those of the script chroot-lite. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED");

  /** How many directories' states stay; each holds root directories of some ten megabytes. */
  private static final int STATES = 16;

  /** No user of a usual machine has it. */
  private static final long ORDINARY_UID = 54_321;

  private static final long TIMEOUT_SECONDS = 120;

  /** Undoes what the tests may have inherited: a shell that starts them in the background ignores SIGINT for them. */
  private static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal");

  /** What a command left: its exit code and what it printed. */
  record Outcome(int exit, String out, String err) {}

  private final String name;
  private final List<String> prefix;
  private final Path place;

  /** Those of the tests of this thread, as other tests go on at the same time. */
  private final ThreadLocal<Deque<Path>> states = ThreadLocal.withInitial(ArrayDeque::new);

  private Caller(String name, List<String> prefix, Path place) {
    this.name = name;
    this.prefix = prefix;
    this.place = place;
  }

  /** All that can be tested here; for {@code @MethodSource}. */
  static Stream<Caller> all() {
    return Holder.ALL.stream();
  }

  private static final class Holder {
    static final List<Caller> ALL = make();

    private static List<Caller> make() {
      try {
        Path place = Files.createTempDirectory("chroot-lite-it-");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(place)));
        copyProgram(place);
        makeStartsFast(place);
        if (!HostUser.current().isRoot()) {
          return List.of(new Caller("ordinary user", DEFAULT_SIGNALS, place(place, "ordinary")));
        }
        String id = Long.toString(ORDINARY_UID);
        Path ordinary = place(place, "ordinary");
        Files.setAttribute(ordinary, "unix:uid", (int) ORDINARY_UID);
        Files.setAttribute(ordinary, "unix:gid", (int) ORDINARY_UID);
        List<String> asOrdinary = new ArrayList<>(DEFAULT_SIGNALS);
        asOrdinary.addAll(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
        return List.of(
            new Caller("root", DEFAULT_SIGNALS, place(place, "root")),
            new Caller("ordinary user", List.copyOf(asOrdinary), ordinary));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Path place(Path parent, String name) throws IOException {
      return Files.createDirectory(parent.resolve(name));
    }

    private static void copyProgram(Path place) throws IOException {
      Path target = Path.of("target");
      Files.createDirectory(place.resolve("lib"));
      Files.copy(target.resolve("chroot-lite.jar"), place.resolve("chroot-lite.jar"));
      try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
        for (Path library : libraries.toList()) {
          Files.copy(library, place.resolve("lib").resolve(library.getFileName()));
        }
      }
    }

    /** As the script chroot-lite does it: without the cache, half of the time of all scenarios is the JVM's start. */
    private static void makeStartsFast(Path place) throws IOException {
      Path checkout = place(place, "checkout");
      ExamplesIT.copy(Path.of("examples"), checkout.resolve("examples"));
      place(checkout, "target");
      List<String> command = new ArrayList<>(List.of(JAVA, "-XX:AOTCacheOutput=" + cache(place)));
      command.addAll(FLAGS);
      command.addAll(List.of("-cp", program(place), "org.chrootlite.cli.Training", checkout.toString()));
      Path log = place.resolve("training.log");
      Process training = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        if (training.waitFor() != 0 || !Files.isRegularFile(Path.of(cache(place)))) {
          throw new IllegalStateException("no cache for fast starts: " + Files.readString(log));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      delete(checkout);
    }
  }

  private static String program(Path place) {
    return place.resolve("chroot-lite.jar").toString();
  }

  private static String cache(Path place) {
    return place.resolve("cache.aot").toString();
  }

  /** By rm(1), which takes what a test may have left: closed directories, very deep ones. */
  private static void delete(Path path) {
    try {
      if (new ProcessBuilder("rm", "-rf", "--", path.toString()).inheritIO().start().waitFor() != 0) {
        System.err.println("left behind: " + path);
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("left behind: " + path + ": " + e);
    }
  }

  /** Whether this is root. */
  boolean isRoot() {
    return name.equals("root");
  }

  /** Where he keeps his state when he works there: the sandboxes of one test are not those of another. */
  Path home(Path workingDirectory) {
    return place.resolve("home-" + workingDirectory.getFileName());
  }

  /** A new directory that he owns, for manifests and files of a test. */
  Path directory() throws IOException {
    Path directory = Files.createTempDirectory(place, "test-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Object uid = Files.getAttribute(place, "unix:uid");
    Object gid = Files.getAttribute(place, "unix:gid");
    Files.setAttribute(directory, "unix:uid", uid);
    Files.setAttribute(directory, "unix:gid", gid);
    forgetOldStates(home(directory));
    return directory;
  }

  private void forgetOldStates(Path newest) {
    Deque<Path> own = states.get();
    own.addLast(newest);
    if (own.size() > STATES) {
      delete(own.removeFirst());
    }
  }

  /** A chroot-lite that has not been started: with his identity, state directory and a small environment. */
  ProcessBuilder prepare(Path workingDirectory, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    Path program = Objects.requireNonNull(place.getParent());
    command.addAll(List.of(JAVA, "-XX:AOTCache=" + cache(program), "-Xlog:disable"));
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", program(program), "org.chrootlite.cli.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", place.toString());
    environment.put("CHROOT_LITE_HOME", home(workingDirectory).toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /**
   * The same, started by another program that he runs, such as unshare(1): it makes the surroundings, and then executes
   * what follows its own arguments.
   */
  ProcessBuilder prepareIn(List<String> surroundings, Path workingDirectory, String... arguments) {
    ProcessBuilder builder = prepare(workingDirectory, arguments);
    List<String> command = new ArrayList<>(builder.command());
    command.addAll(prefix.size(), surroundings);
    return builder.command(command);
  }

  /**
   * A shell command on a terminal of its own, not yet started; what it calls {@code ./chroot-lite} is our program.
   * What it prints on its two streams comes as one, with line ends as terminals have them. See script(1).
   */
  ProcessBuilder prepareOnTerminal(Path workingDirectory, String line) throws IOException {
    ProcessBuilder java = prepareShell(workingDirectory, List.of("script", "-qec", line, "/dev/null"));
    java.environment().put("NO_COLOR", "1");
    return java;
  }

  /** An interactive shell on a terminal of its own, likewise; what is typed follows what is waited for, in pairs. */
  ProcessBuilder prepareDialogue(Path workingDirectory, String... steps) throws IOException {
    ProcessBuilder shell = prepareShell(workingDirectory, List.of("bash", "--norc", "--noediting", "-i"));
    List<String> command = new ArrayList<>(List.of("python3", "-c"));
    command.add(Files.readString(Path.of("src/test/resources/scenario/terminal.py")));
    command.addAll(shell.command());
    command.add("--");
    command.addAll(List.of(steps));
    return shell.command(command);
  }

  private ProcessBuilder prepareShell(Path workingDirectory, List<String> shell) throws IOException {
    ProcessBuilder java = prepare(workingDirectory);
    List<String> program = java.command().subList(prefix.size(), java.command().size());
    Path entry = Files.writeString(workingDirectory.resolve("chroot-lite"),
        "#!/bin/sh\nexec '" + String.join("' '", program) + "' \"$@\"\n");
    Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(shell);
    return java.command(command);
  }

  /** Runs chroot-lite with no input, and waits for its end. */
  Outcome run(Path workingDirectory, String... arguments) throws IOException, InterruptedException {
    return finish(prepare(workingDirectory, arguments).redirectInput(Path.of("/dev/null").toFile()));
  }

  /** Starts what is prepared, and waits for its end. */
  static Outcome finish(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile("out", "");
    Path err = Files.createTempFile("err", "");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("not ended in time: " + builder.command() + "\n" + Files.readString(err));
      }
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
