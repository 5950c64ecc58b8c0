package org.chrootlite.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another Java process that runs a main class of the tests. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  /** Starts it with this process's own class path. */
  public ChildJvm(Class<?> main, String... arguments) throws IOException {
    this(List.of(), main, List.of(arguments));
  }

  /** Starts it likewise, by a command that takes a command for its last arguments. */
  static ChildJvm under(List<String> prefix, Class<?> main, String... arguments) throws IOException {
    return new ChildJvm(prefix, main, List.of(arguments));
  }

  private ChildJvm(List<String> prefix, Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Waits for its next line; null at the end of its output. */
  public @Nullable String readLine() throws IOException {
    return output.readLine();
  }

  /** Kills it with SIGKILL and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
