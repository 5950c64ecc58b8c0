package org.chrootlite.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.run.Input;
import org.jspecify.annotations.Nullable;

/** Standard input, output and error. All text is UTF-8, whatever the locale says. */
record Streams(InputStream in, PrintStream out, PrintStream err, Terminal terminal) {
  private static final int BUFFER = 8192;

  /** This process's own. */
  static Streams ofProcess() {
    Terminal terminal = Terminal.ofProcess();
    return new Streams(
        isInputClosed() ? InputStream.nullInputStream() : new FileInputStream(FileDescriptor.in),
        print(new Sink(FileDescriptor.out), terminal.output()),
        print(new Sink(FileDescriptor.err), true),
        terminal);
  }

  /** Where descriptor 0 is closed, the first file that the JVM opens becomes it: a script would read Java's modules. */
  private static boolean isInputClosed() {
    try {
      Path input = Files.readSymbolicLink(Path.of("/proc/self/fd/0"));
      return input.equals(Path.of(System.getProperty("java.home"), "lib", "modules").toRealPath());
    } catch (IOException e) {
      return false; // no /proc, or Java has no such file
    }
  }

  /** A stream that prints to {@code sink}, at the end of each line where {@code eager}. */
  private static PrintStream print(Sink sink, boolean eager) {
    return new Printer(sink, eager);
  }

  /**
   * Writes a message to standard error, after all that is buffered for standard output. Control characters, which may
   * come from file names and manifests, are shown as escapes; line ends stay.
   */
  void complain(String message) {
    out.flush();
    String begin = "chroot-lite: ";
    for (String line : message.split("\n", -1)) {
      err.println(begin + Printable.escape(line));
      begin = "  ";
    }
  }

  /** Standard input for a script. */
  Input scriptInput() throws IOException {
    return in instanceof FileInputStream file && file.getFD().equals(FileDescriptor.in)
        ? new Input.Descriptor(0, terminal.input())
        : new Input.Stream(in);
  }

  /** Standard output for a script: fails when its reader has gone away, which a print stream does not. */
  OutputStream scriptOutput() {
    return new Script(out, 1);
  }

  /** Standard error for a script, likewise. */
  OutputStream scriptError() {
    return new Script(err, 2);
  }

  /**
   * Writes out what is buffered.
   *
   * @throws IOException if anything that went to standard output was lost, unless its reader has gone away: a closed
   *     pipe ({@code chroot-lite ... | head}) is not an error
   */
  void flush() throws IOException {
    out.flush();
    err.flush();
    if (out instanceof Printer printer && printer.sink.failure != null && !Terminal.isPipe(1)) {
      throw new IOException("cannot write to standard output: " + printer.sink.failure.getMessage());
    }
  }

  /** A print stream whose failure is not forgotten. */
  private static final class Printer extends PrintStream {
    private final Sink sink;

    Printer(Sink sink, boolean eager) {
      super(new BufferedOutputStream(sink, BUFFER), eager, StandardCharsets.UTF_8);
      this.sink = sink;
    }
  }

  /** Passes a script's output on to a print stream, and reports the end of a pipe. */
  private static final class Script extends OutputStream {
    private final PrintStream to;
    private final int descriptor;

    Script(PrintStream to, int descriptor) {
      this.to = to;
      this.descriptor = descriptor;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      to.write(bytes, offset, length);
      check();
    }

    @Override
    public void flush() throws IOException {
      to.flush();
      check();
    }

    /** A full disk, say, is told at the end; see {@link Streams#flush}. */
    private void check() throws IOException {
      if (to instanceof Printer printer && printer.sink.failure != null && Terminal.isPipe(descriptor)) {
        throw new IOException("its reader is gone", printer.sink.failure);
      }
    }
  }

  /** A descriptor's stream that keeps its first failure, and then fails at each write. */
  private static final class Sink extends OutputStream {
    private final FileOutputStream file;
    private @Nullable IOException failure;

    Sink(FileDescriptor descriptor) {
      file = new FileOutputStream(descriptor);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (failure != null) {
        throw failure;
      }
      try {
        file.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
