package org.chrootlite.scenario.machine;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.rootfs.RootfsPreparer;
import org.chrootlite.store.StateDirectory;
import org.chrootlite.store.Waiting;
import org.chrootlite.testing.Command;

/**
 * A small Linux system with Chroot Lite in it, for a disk: what the template {@code base} is made of and so can be made
 * of again, with Java in {@code /opt/java} and the program in {@code /opt/chroot-lite}.
 */
final class Installation {
  /** What the program and its libraries ask for, by jdeps, without what they never use. */
  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.unsupported,jdk.zipfs";

  /** Those of the script chroot-lite. */
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED");

  private final Path root;

  private Installation(Path root) {
    this.root = root;
  }

  /** Makes one of what was just built. */
  static Installation in(Path work) throws IOException {
    Path home = work.resolve("state");
    StateDirectory state = StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
    RootfsPreparer preparer = new RootfsPreparer(state, (_, _, _) -> {});
    Path base = preparer.prepare(new RootfsSource.Template("base")).root();
    Path root = Files.move(base, work.resolve("root"));
    Command.output("rm", "-r", home.toString());

    Installation made = new Installation(root);
    made.addJava();
    made.addChrootLite(Files.createDirectories(work.resolve("checkout")));
    made.addProgram(Path.of("/usr/bin/setpriv"));
    return made;
  }

  Path root() {
    return root;
  }

  private void addJava() throws IOException {
    Path jdk = Path.of(System.getProperty("java.home"));
    // Made once: it takes seconds.
    Path made = Path.of("target", "machine", "java-" + Runtime.version()).toAbsolutePath();
    if (!Files.exists(made)) {
      Path parent = Files.createDirectories(made.getParent());
      Path unfinished = Files.createTempDirectory(parent, "java-").resolve("image");
      Command.output(jdk.resolve("bin/jlink").toString(), "--add-modules", MODULES, "--strip-debug",
          "--no-header-files", "--no-man-pages", "--output", unfinished.toString());
      Files.move(unfinished, made);
      Files.delete(unfinished.getParent());
    }
    Path image = root.resolve("opt/java");
    Command.output("cp", "-a", made.toString(), image.toString());
    try (Stream<Path> files = Files.walk(image)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".so") || name.equals("java") || name.equals("jspawnhelper")) {
          addLibraries(file);
        }
      }
    }
  }

  private void addChrootLite(Path checkout) throws IOException {
    Path place = Files.createDirectories(root.resolve("opt/chroot-lite"));
    Command.output("cp", "-a", "target/chroot-lite.jar", "target/lib", place.toString());
    Path command = Files.copy(
        Path.of("src/test/resources/scenario/machine/chroot-lite"), root.resolve("usr/bin/chroot-lite"));
    Command.output("chmod", "+x", command.toString());
    // As the script chroot-lite does it: an emulated processor takes twice as long without.
    Command.output("cp", "-a", "examples", checkout.toString());
    List<String> training = new ArrayList<>(List.of(root.resolve("opt/java/bin/java").toString()));
    training.add("-XX:AOTCacheOutput=" + place.resolve("cache.aot"));
    training.addAll(FLAGS);
    training.addAll(List.of("-cp", place.resolve("chroot-lite.jar").toString(), "org.chrootlite.cli.Training"));
    Files.createDirectory(checkout.resolve("target"));
    training.add(checkout.toString());
    // The JVM announces on standard error what it hands to itself.
    String quiet = "\"$@\" 2>\"$0\" || { cat \"$0\"; exit 1; }";
    training.addAll(0, List.of("sh", "-c", quiet, checkout.resolve("log").toString()));
    Command.output("", training);
    Command.output("rm", "-r", checkout.toString());
  }

  /** Adds a program of this machine, at the same path. */
  private void addProgram(Path program) throws IOException {
    add(program);
    addLibraries(program);
  }

  /** What ldd(1) prints is {@code name => path (address)}, or for the loader {@code path (address)}. */
  private void addLibraries(Path program) throws IOException {
    for (String line : Command.output("ldd", program.toString()).lines().toList()) {
      List<String> words = new ArrayList<>(List.of(line.strip().split(" ", -1)));
      String path = words.size() > 1 ? words.get(words.size() - 2) : "";
      if (path.startsWith(File.separator) && !path.startsWith(root.toString())) {
        add(Path.of(path));
      }
    }
  }

  private void add(Path file) throws IOException {
    Path target = root.resolve(file.toString().substring(1));
    // What is a link already may lead out of the tree to this machine's own file.
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(target.getParent());
      Command.output("cp", "-L", "--preserve=mode", file.toString(), target.toString());
    }
  }
}
