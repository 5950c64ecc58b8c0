package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A command that goes on while the test does; its standard input is open until it is told to end. */
final class Started implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;
  private final BufferedReader err;

  private Started(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  static Started of(ProcessBuilder builder) throws IOException {
    return new Started(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** The next line that it prints. */
  String line() throws InterruptedException {
    return inTime(() -> read(out));
  }

  /** The next line that it complains of. */
  String complaint() throws InterruptedException {
    return inTime(() -> read(err));
  }

  private static String read(BufferedReader from) {
    try {
      return String.valueOf(from.readLine());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String rest(BufferedReader from) {
    StringBuilder rest = new StringBuilder();
    from.lines().forEach(line -> rest.append(line).append('\n'));
    return rest.toString();
  }

  /** Ends its standard input, and waits for its end. */
  Caller.Outcome end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    FutureTask<String> complaints = new FutureTask<>(() -> rest(err));
    Thread.ofVirtual().start(complaints);
    String printed = inTime(() -> rest(out));
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    return new Caller.Outcome(process.exitValue(), printed, inTime(() -> get(complaints)));
  }

  private static String get(FutureTask<String> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String inTime(Supplier<String> reading) throws InterruptedException {
    FutureTask<String> task = new FutureTask<>(reading::get);
    Thread.ofVirtual().start(task);
    try {
      return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("nothing came", e);
    }
  }

  /** Whether it goes on. */
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
