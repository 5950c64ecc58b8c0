package org.chrootlite.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The sandbox's own /proc, held open: it lists all processes of the namespace, by the numbers that they have there, and
 * nobody gets out of it by changing parents. Other than in the host's, no number ever becomes another run's.
 *
 * <p>It is reached through the root of the script's first process, which cannot change its root nor what is mounted
 * there. We may look there because the sandbox's user namespace is ours, or we are root: see "Ptrace access mode
 * checking" in ptrace(2).
 */
final class SandboxProc implements AutoCloseable {
  private static final Path HERE = Path.of(".");
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);

  private final SecureDirectoryStream<Path> directory;
  private ByteBuffer buffer = ByteBuffer.allocate(1 << 13);

  private SandboxProc(SecureDirectoryStream<Path> directory) {
    this.directory = directory;
  }

  /**
   * Opens that of a launcher's sandbox; empty while there is no script in it yet.
   *
   * @throws AccessDeniedException when we may not look at the script; so it is until it executes its program
   */
  static Optional<SandboxProc> open(long launcher) throws IOException {
    OptionalLong script = ProcessTree.script(launcher);
    if (script.isEmpty()) {
      return Optional.empty();
    }
    String process = Long.toString(script.getAsLong());
    Optional<SandboxProc> opened = open(launcher, script, process);
    if (opened.isEmpty()) {
      // Its first thread may have ended; the root directory is the others' then.
      for (String thread : ProcessTree.threads(process)) {
        opened = opened.isEmpty() ? open(launcher, script, thread) : opened;
      }
    }
    return opened;
  }

  /** Through the root of a process or thread; empty where that is gone. */
  @SuppressWarnings("StreamResourceLeak") // It is what is held open.
  private static Optional<SandboxProc> open(long launcher, OptionalLong script, String place) throws IOException {
    try {
      SecureDirectoryStream<Path> proc = HeldDirectory.open(Path.of("/proc", place, "root", "proc"));
      // The same process had the number before and has it afterwards, so it was the one whose root this is.
      if (ProcessTree.script(launcher).equals(script)) {
        return Optional.of(new SandboxProc(proc));
      }
      proc.close();
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The numbers of all processes, in ascending order; they are those of the sandbox, where init has 1. */
  List<String> list() throws IOException {
    List<String> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = directory.newDirectoryStream(HERE)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (Character.isDigit(name.charAt(0))) {
          processes.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return processes;
  }

  /** A process's threads, by their directories here; none where it is gone. */
  List<String> threads(String process) throws IOException {
    List<String> threads = new ArrayList<>();
    try (DirectoryStream<Path> entries = directory.newDirectoryStream(Path.of(process, "task"))) {
      for (Path entry : entries) {
        threads.add(process + "/task/" + entry.getFileName());
      }
    } catch (DirectoryIteratorException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return threads;
  }

  /** What a file of a process or thread holds; empty where that is gone. */
  Optional<String> read(String process, String file) throws IOException {
    return read(process, file, Integer.MAX_VALUE);
  }

  /**
   * The same, but of a longer file no more than a beginning of at least so many bytes: how long some files are is up to
   * the process.
   */
  Optional<String> read(String process, String file, int most) throws IOException {
    buffer.clear();
    try (SeekableByteChannel channel = directory.newByteChannel(Path.of(process, file), READ)) {
      while (buffer.position() < most && channel.read(buffer) >= 0) {
        if (!buffer.hasRemaining()) {
          buffer = ByteBuffer.allocate(2 * buffer.capacity()).put(buffer.flip());
        }
      }
    } catch (IOException e) {
      if (isGone(e)) {
        return Optional.empty();
      }
      throw e;
    }
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** ENOENT from open(2), or ESRCH from read(2), of which Java tells the words only. */
  private static boolean isGone(IOException failure) {
    return failure instanceof NoSuchFileException
        || String.valueOf(failure.getMessage()).contains("No such process");
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
