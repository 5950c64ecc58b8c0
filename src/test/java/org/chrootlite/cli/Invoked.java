package org.chrootlite.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a command line left: its exit code and what it printed, where nothing is a terminal. */
public record Invoked(int code, String out, String err) {
  /** Runs a command line in this process. */
  public static Invoked of(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            Terminal.NONE);
    int code = Main.run(List.of(args), Commands.all(), streams, Map.of("HOME", "/home/tester"));
    return new Invoked(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
