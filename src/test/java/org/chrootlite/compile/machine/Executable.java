package org.chrootlite.compile.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.linux.Architecture;

/** Runs executables of ours, natively or by qemu's user mode emulation. */
public final class Executable {
  /** How a program ended and what it wrote, its errors as bytes of Latin-1; a signal n ends it with 128 + n. */
  public record Outcome(int exitCode, String output, String errors) {}

  private Executable() {}

  /** Runs a program. */
  public static Outcome run(Program program, Architecture architecture, String... arguments) {
    try {
      Path directory = Files.createTempDirectory("executable");
      try {
        return run(Image.executable(program, architecture), architecture, directory, arguments);
      } finally {
        Files.deleteIfExists(directory.resolve("launcher"));
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs an executable as {@code launcher} in a directory, with nothing to read. */
  public static Outcome run(byte[] executable, Architecture architecture, Path directory, String... arguments) {
    try {
      Path file = Files.write(directory.resolve("launcher"), executable);
      if (!file.toFile().setExecutable(true, false)) {
        throw new IOException("cannot make " + file + " executable");
      }
      List<String> command = new ArrayList<>(emulator(architecture));
      command.add("./launcher");
      command.addAll(List.of(arguments));
      Path errors = Files.createTempFile("executable", ".err");
      Process process =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), text, Files.readString(errors, StandardCharsets.ISO_8859_1));
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> emulator(Architecture architecture) {
    boolean isNative = System.getProperty("os.arch", "").replace("amd64", "x86_64").equals(architecture.kernelName());
    return isNative ? List.of() : List.of("qemu-" + architecture.kernelName() + "-static");
  }
}
