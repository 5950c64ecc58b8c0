package org.chrootlite.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.chrootlite.host.HostUser;
import org.chrootlite.host.MountTable;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Sandbox;
import org.chrootlite.probe.HostView;
import org.chrootlite.probe.Outside;
import org.chrootlite.probe.PromiseProbe;
import org.chrootlite.run.SubstituteSupervisor;
import org.jspecify.annotations.Nullable;

/**
 * Observes the processes of a {@link org.chrootlite.probe.PresenceProbe} from the host. The probe prints a byte when
 * its processes run, and waits for the end of its input, which comes when they were observed.
 */
final class ProbeObserver {
  private static final Path PROC = Path.of("/proc");

  /** How long the probe may take to be there, and its daemon to be gone: in seconds, and in milliseconds. */
  private static final long PATIENCE = 20;

  private static final long LONGEST_END = 1000;

  /** How long its processes may take to stop, or to go on, in milliseconds. */
  private static final long LONGEST_STOP = 1000;

  private final CountDownLatch looked = new CountDownLatch(1);
  private final List<ProcessHandle> processes = new ArrayList<>();
  private final List<String> statuses = new ArrayList<>();
  private final SubstituteSupervisor supervisor = new SubstituteSupervisor();
  private boolean stopsWithSupervisor;
  private boolean resumesWithSupervisor;
  private @Nullable IOException failure;

  /** The host's view for a sandbox; {@code paths} are absolute and exist. */
  static HostView host(List<String> paths, Sandbox sandbox) throws IOException {
    Map<String, String> namespaces = new HashMap<>();
    for (String name : List.of("user", "mnt", "pid", "ipc", "uts", "cgroup", "net")) {
      Path link = PROC.resolve("self/ns").resolve(name);
      namespaces.put(name, Files.readSymbolicLink(link).toString());
    }
    // Linux 5.6, and CONFIG_TIME_NS.
    Path time = PROC.resolve("self/ns/time");
    if (Files.exists(time, LinkOption.NOFOLLOW_LINKS)) {
      namespaces.put("time", Files.readSymbolicLink(time).toString());
    }
    Optional<HostView.FileId> shared =
        HostUser.current().isRoot() ? Optional.of(idOf(Path.of("/dev/null"))) : Optional.empty();
    return new HostView(namespaces, idOf(Path.of("/")), shared, paths, devices(sandbox));
  }

  private static Map<String, Long> devices(Sandbox sandbox) throws IOException {
    MountSources sources = new MountSources(MountTable.current(), HostUser.current());
    Map<String, Long> devices = new HashMap<>();
    for (Mount mount : sandbox.mounts()) {
      boolean isOwn =
          mount instanceof Mount.Bind bind
              && bind.readOnly()
              && !bind.sockets()
              // One that is gone is for the first run to tell.
              && Files.exists(bind.source())
              && sources.obstacle(bind.source()).isEmpty();
      if (isOwn && mount instanceof Mount.Bind bind) {
        devices.put(bind.target(), idOf(bind.source()).device());
      }
    }
    return devices;
  }

  private static HostView.FileId idOf(Path file) throws IOException {
    // As glibc's makedev(3) packs them.
    long device = (Long) Files.getAttribute(file, "unix:dev");
    long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
    return new HostView.FileId(major | minor << 32, (Long) Files.getAttribute(file, "unix:ino"));
  }

  /** The supervisor that init of the probe's run watches. */
  SubstituteSupervisor supervisor() {
    return supervisor;
  }

  /** The standard output of the probe. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        look();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        look();
      }
    };
  }

  /** The standard input of the probe; ends when its processes were observed. */
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        try {
          looked.await(PATIENCE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
        return -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return read();
      }
    };
  }

  private synchronized void look() {
    if (looked.getCount() == 0) {
      return;
    }
    try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
      for (ProcessHandle process : descendants.toList()) {
        look(process);
      }
      supervisor.stop();
      stopsWithSupervisor = become(true);
      supervisor.resume();
      resumesWithSupervisor = become(false);
    } catch (IOException e) {
      failure = e;
    } finally {
      looked.countDown();
    }
  }

  private void look(ProcessHandle process) throws IOException {
    Path directory = PROC.resolve(Long.toString(process.pid()));
    try {
      String status = Files.readString(directory.resolve("status"), StandardCharsets.ISO_8859_1);
      if (status.startsWith("Name:\t" + PromiseProbe.NAME + "\n")) {
        statuses.add(status);
        processes.add(process);
      }
    } catch (IOException e) {
      // ENOENT, or ESRCH from reading: it has ended, and was none of the probe's, which are still there.
      if (process.isAlive()) {
        throw e;
      }
    }
  }

  /** Whether all of the probe's processes are stopped, or none is, before long. */
  private boolean become(boolean stopped) throws IOException {
    long giveUp = System.nanoTime() + LONGEST_STOP * 1_000_000;
    while (System.nanoTime() < giveUp) {
      boolean all = true;
      for (ProcessHandle process : processes) {
        Path file = PROC.resolve(process.pid() + "/status");
        String status = Files.readString(file, StandardCharsets.ISO_8859_1);
        all &= status.contains("\nState:\tT") == stopped;
      }
      if (all) {
        return true;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return false;
  }

  /** The observations, once the run is over. */
  synchronized Outside seen() throws IOException, InterruptedException {
    if (failure != null) {
      throw failure;
    }
    long giveUp = System.nanoTime() + LONGEST_END * 1_000_000;
    while (survivors() > 0 && System.nanoTime() < giveUp) {
      Thread.sleep(1);
    }
    return new Outside(statuses, stopsWithSupervisor, resumesWithSupervisor, survivors());
  }

  private int survivors() {
    int alive = 0;
    for (ProcessHandle process : processes) {
      alive += process.isAlive() ? 1 : 0;
    }
    return alive;
  }
}
