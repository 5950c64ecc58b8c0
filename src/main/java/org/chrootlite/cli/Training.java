package org.chrootlite.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * Does once what users do often, so that the JVM can record it for its ahead-of-time cache ({@code -XX:AOTCacheOutput},
 * JEP 514). What is missing here works as well, but starts slower. The script {@code chroot-lite} starts it.
 */
final class Training {
  private Training() {}

  /** Command lines that are worth a fast start. */
  private static List<List<String>> workload(Path checkout) {
    String home = "--home=" + checkout.resolve("target/training"); // the script removes it afterwards
    String manifest = checkout.resolve("examples/01-hello/sandbox.yaml").toString();
    return List.of(
        List.of(home, "validate", manifest),
        List.of(home, "apply", manifest),
        List.of(home, "run", "hello"),
        List.of(home, "run", "-o", "json", "hello"),
        List.of(home, "run", "-f", manifest, "hello"),
        List.of(home, "apply", manifest),
        List.of(home, "diff", manifest),
        List.of(home, "list"),
        List.of(home, "info", "hello"),
        List.of(home, "explain", "-f", manifest, "hello"),
        List.of(home, "exec", "-f", manifest, "hello", "--", "/bin/true"),
        List.of(home, "history"),
        List.of("schema"),
        List.of("schema", "--help"),
        List.of("--help"),
        List.of("--version"));
  }

  /**
   * Runs the workload; a command that fails is named on standard error, and the others go on.
   *
   * @param args the checkout
   */
  public static void main(String[] args) {
    for (List<String> command : workload(Path.of(args[0]))) {
      Streams streams = Streams.ofProcess();
      int code = Main.run(command, Commands.all(), streams, System.getenv());
      if (code != 0) {
        streams.err().println("training: " + command + " ends with " + code);
      }
    }
  }
}
