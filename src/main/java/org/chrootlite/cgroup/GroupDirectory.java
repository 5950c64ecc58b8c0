package org.chrootlite.cgroup;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The directory of a control group, of either version. */
record GroupDirectory(Path path) {
  /** The file with the ids of the processes in a group. */
  static final String PROCESSES = "cgroup.procs";

  /** Ends all processes of a group at once: Linux 5.14, version 2. */
  private static final String KILL = "cgroup.kill";

  /** How long processes that are killed may take to go, in nanoseconds; those that wait for a disk take longest. */
  private static final long PATIENCE = 5_000_000_000L;

  private static final long FIRST_PAUSE = 200_000;
  private static final long LONGEST_PAUSE = 20_000_000;

  /** Nobody else may make groups in it, whatever the umask. */
  private static final FileAttribute<?> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

  /** Makes a group. */
  static GroupDirectory make(Path path) throws IOException {
    return new GroupDirectory(Files.createDirectory(path, MODE));
  }

  boolean has(String file) {
    return Files.exists(path.resolve(file));
  }

  /** Whether the file system and its permissions allow to write this file, or for "" to make groups. */
  boolean isWritable(String file) {
    return Files.isWritable(path.resolve(file));
  }

  String read(String file) throws IOException {
    try (FileInputStream in = new FileInputStream(path.resolve(file).toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException("cannot read " + path.resolve(file) + ": " + Reason.of(e), e);
    }
  }

  /** Writes at once, as the kernel wants it; not by a channel, which an interrupt would close. */
  void write(String file, String text) throws IOException {
    try (FileOutputStream out = new FileOutputStream(path.resolve(file).toFile())) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IOException("cannot write " + text + " to " + path.resolve(file) + ": " + Reason.of(e), e);
    }
  }

  /** Kills what is in the group, and removes it, where it is there. */
  void remove() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      long begin = System.nanoTime();
      long pause = FIRST_PAUSE;
      for (Optional<IOException> busy = tryRemove(); busy.isPresent(); busy = tryRemove()) {
        if (System.nanoTime() - begin > PATIENCE) {
          throw new IOException(
              "cannot remove the control group "
                  + path
                  + ": "
                  + Reason.of(busy.get())
                  + "; it holds the processes ["
                  + read(PROCESSES).strip().replace('\n', ' ')
                  + "]: when they have ended, remove it with rmdir "
                  + path,
              busy.get());
        }
        kill();
        LockSupport.parkNanos(pause);
        interrupted |= Thread.interrupted();
        pause = Math.min(LONGEST_PAUSE, pause * 2);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The kernel removes no group that has processes, or has just had some. */
  private Optional<IOException> tryRemove() throws IOException {
    try {
      Files.deleteIfExists(path);
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw new IOException("cannot remove the control group " + path + ": " + Reason.of(e), e);
    } catch (FileSystemException e) {
      return Optional.of(e);
    }
  }

  private void kill() throws IOException {
    if (has(KILL)) {
      write(KILL, "1");
      return;
    }
    // A number read from the file may be another process's by the time it is killed. A handle knows when its process
    // began, and kills no other; if the number is in the group after the handle was taken, so is the handle's process,
    // or the handle's process has ended. No process leaves the group: nobody but us has the right to move it.
    List<String> before = Mount.lines(read(PROCESSES));
    Set<ProcessHandle> handles = new HashSet<>();
    for (String id : before) {
      ProcessHandle.of(Long.parseLong(id)).ifPresent(handles::add);
    }
    List<String> after = Mount.lines(read(PROCESSES));
    for (ProcessHandle handle : handles) {
      if (after.contains(Long.toString(handle.pid())) && !handle.equals(ProcessHandle.current())) {
        // False where it is gone by now; who is left is seen in the next round.
        handle.destroyForcibly();
      }
    }
  }
}
