package org.chrootlite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs the host's programs; a test fails where one is missing or fails. */
public final class Command {

  private Command() {}

  /** What a program writes to its standard output; it reads {@code input} and must exit with 0. */
  public static String output(String input, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Thread feeder = Thread.startVirtualThread(() -> {
        try (var stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      feeder.join();
      if (status != 0) {
        throw new AssertionError(command + " ended with " + status + " and wrote: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new AssertionError("cannot run " + command.getFirst() + ": install it", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What a program writes to its standard output; it reads nothing and must exit with 0. */
  public static String output(String... command) {
    return output("", List.of(command));
  }

  /** Compiles one C file with gcc, as a static executable. */
  public static Path compileC(Path source, Path target) {
    output("gcc", "-O1", "-static", "-Wall", "-Wextra", "-Werror", "-o", target.toString(), source.toString());
    return target;
  }
}
