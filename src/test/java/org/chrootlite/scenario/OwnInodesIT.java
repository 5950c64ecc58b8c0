package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chrootlite.testing.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of read-only mounts and of a root that is not written to have inodes of the run's own: neither the host nor
 * another run can be reached by them.
 */
final class OwnInodesIT {
  private static final String CALLERS = "org.chrootlite.scenario.Caller#all";

  private static Box box(Caller caller) throws IOException {
    Box box = Box.of(caller);
    Path data = Files.createDirectories(box.directory().resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(data.resolve("file"), "content\n");
    Files.setPosixFilePermissions(data.resolve("file"), PosixFilePermissions.fromString("rw-rw-rw-"));
    return box;
  }

  private static String python(String mounts) {
    return "rootfs: {template: python, writes: deny}\nmounts: " + mounts + "\nscripts:\n  look:\n"
        + "    interpreter: [python3]\n    file: look.py\n";
  }

  private static String look(Box box, String mounts, String program) throws IOException, InterruptedException {
    Files.writeString(box.directory().resolve("look.py"), program);
    box.manifest(python(mounts));
    Caller.Outcome outcome = box.run("run", "look");
    assertEquals("", outcome.err());
    return outcome.out();
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aSocketOfTheHostBelowAReadOnlyMountCannotBeConnectedTo(Caller caller) throws Exception {
    Box box = box(caller);
    String connect =
        """
        import errno, socket
        try:
            socket.socket(socket.AF_UNIX).connect("/data/socket")
            print("connected")
        except OSError as e:
            print(errno.errorcode[e.errno])
        """;
    Path path = box.directory().resolve("data/socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      assertEquals("ECONNREFUSED\n", look(box, "[{source: ./data, target: /data}]", connect));
      assertEquals("connected\n", look(box, "[{source: ./data, target: /data, sockets: true}]", connect));
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aFifoOfTheHostBelowAReadOnlyMountHasNobodyAtItsOtherEnd(Caller caller) throws Exception {
    Box box = box(caller);
    Path fifo = box.directory().resolve("data/fifo");
    Command.output("mkfifo", "-m", "666", fifo.toString());
    String write =
        """
        import errno, os
        try:
            os.write(os.open("/data/fifo", os.O_WRONLY | os.O_NONBLOCK), b"x")
            print("written")
        except OSError as e:
            print(errno.errorcode[e.errno])
        """;
    Set<StandardOpenOption> both = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel reader = FileChannel.open(fifo, both)) {
      assertEquals(true, reader.isOpen());
      assertEquals("ENXIO\n", look(box, "[{source: ./data, target: /data}]", write));
      assertEquals("written\n", look(box, "[{source: ./data, target: /data, sockets: true}]", write));
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void locksOfTheHostAreNotSeenOnAMountedDirectoryOrFile(Caller caller) throws Exception {
    Box box = box(caller);
    String lock =
        """
        import fcntl, os, struct
        for path in "/data/file", "/file":
            f = open(path)
            asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            print(struct.unpack("hhqqi4x", fcntl.fcntl(f, fcntl.F_GETLK, asked))[0] == fcntl.F_UNLCK)
        """;
    Path file = box.directory().resolve("data/file");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertEquals(true, channel.lock().isValid());
      String mounts = "[{source: ./data, target: /data}, {source: ./data/file, target: /file}]";
      assertEquals("True\nTrue\n", look(box, mounts, lock));
      String shared = "[{source: ./data, target: /data, sockets: true}]";
      assertEquals("False\n", look(box, shared, lock.replace(", \"/file\"", ",")), "a check that can fail");
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void watchesTellNothingOfWhatTheHostDoesInAMountAndReadsSeeIt(Caller caller) throws Exception {
    Box box = box(caller);
    String watch =
        """
        import ctypes, os, select, time
        libc = ctypes.CDLL(None)
        fd = libc.inotify_init()
        # Modified, attributes, closed after writing, moved, created: what the host does below, not our own reads.
        libc.inotify_add_watch(fd, b"/data", 0x1ce)
        libc.inotify_add_watch(fd, b"/data/file", 0x1ce)
        print("ready", flush=True)
        while "new" not in os.listdir("/data"):  # a name that was looked up and missing would stay so for this run
            time.sleep(0.01)
        print(open("/data/new").read(), open("/data/file").read(), sep="", end="")
        print(len([r for r in select.select([fd], [], [], 0.2)[0]]))
        """;
    Files.writeString(box.directory().resolve("look.py"), watch);
    box.manifest(python("[{source: ./data, target: /data}]"));
    Process process = box.prepare("run", "look").start();
    Path data = box.directory().resolve("data");
    try (var output = process.inputReader()) {
      assertEquals("ready", output.readLine());
      Files.writeString(data.resolve("file"), "changed\n");
      Files.writeString(data.resolve("next"), "new\n");
      Files.setPosixFilePermissions(data.resolve("next"), PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.move(data.resolve("next"), data.resolve("new"));
      assertEquals("new", output.readLine());
      assertEquals("changed", output.readLine());
      assertEquals("0", output.readLine(), "events");
    }
    assertEquals(0, process.waitFor());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void runsAtTheSameTimeDoNotSeeEachOthersLocksOnARootThatIsNotWrittenTo(Caller caller) throws Exception {
    Box box = box(caller);
    Files.writeString(
        box.directory().resolve("look.py"),
        """
        import fcntl, time
        files = [open(path) for path in ("/etc/passwd", "/data/file")]
        refused = 0
        for i in range(20):
            for f in files:
                try:
                    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    refused += 1
            time.sleep(0.05)
        print(refused)
        """);
    box.manifest(python("[{source: ./data, target: /data}]"));
    Caller.Outcome outcome = box.run("run", "-o", "json", "--repeat", "2", "--parallel", "2", "look");
    assertEquals("", outcome.err());
    Box.results(outcome).forEach(result -> assertEquals("0\n", result.get("stdout").asString(), result.toString()));
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void whatIsMountedBelowASourceIsSeenToo(Caller caller) throws Exception {
    Box box = box(caller);
    Path below = Files.createDirectories(box.directory().resolve("data/below"));
    Files.writeString(
        box.directory().resolve("look.py"),
        "print(open('/data/file').read(), open('/data/below/file').read(), sep='', end='')");
    box.manifest(python("[{source: ./data, target: /data}]"));
    // In a mount namespace of its own: other tests that go on meanwhile compare the host's mounts.
    String mount = "mount -t tmpfs -o size=64k,mode=755 tmpfs \"$0\"; echo mounted >\"$0/file\"; exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mount, below.toString()));
    ProcessBuilder run = box.prepare("run", "look");
    command.addAll(run.command());
    Process process = run.command(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertEquals("content\nmounted\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, process.waitFor());
  }
}
