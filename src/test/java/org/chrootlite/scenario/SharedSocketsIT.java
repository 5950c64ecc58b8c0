package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
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
import tools.jackson.databind.JsonNode;

/** Sockets and FIFOs in a mount that shares its inodes with the host are used only where the manifest asks for it. */
final class SharedSocketsIT {
  private static final String CALLERS = "org.chrootlite.scenario.Caller#all";

  private static final String WRITABLE = "[{source: ./data, target: /data, readOnly: false}]";
  private static final String ASKED = "[{source: ./data, target: /data, readOnly: false, sockets: true}]";

  private static final String LOOK =
      """
      import os, socket
      try:
          client = socket.socket(socket.AF_UNIX)
          client.connect("/data/below/socket")
          print("connected")
      except FileNotFoundError:
          pass
      try:
          os.write(os.open("/data/below/fifo", os.O_WRONLY | os.O_NONBLOCK), b"x")
          print("written")
      except FileNotFoundError:
          pass
      """;

  private static Box box(Caller caller, String mounts) throws IOException {
    Box box = Box.of(caller);
    Path below = Files.createDirectories(box.directory().resolve("data/below"));
    for (Path path : List.of(below.getParent(), below)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Files.writeString(box.directory().resolve("look.py"), LOOK);
    return with(box, mounts);
  }

  private static Box with(Box box, String mounts) throws IOException {
    return box.manifest(
        "rootfs: {template: python}\nmounts: " + mounts + "\nscripts:\n"
            + "  look: {interpreter: [python3], file: look.py}\n"
            + "  make: {run: mkfifo /data/own && (echo x >/data/own &) && cat /data/own}\n");
  }

  /** What belongs to the caller, and to nobody else: of root a script that is root's files' owner could use it. */
  private static void own(Caller caller, Path path) throws IOException {
    Object uid = Files.getAttribute(caller.directory(), "unix:uid");
    Files.setAttribute(path, "unix:uid", uid);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  private static String refusal(Box box, String script) throws IOException, InterruptedException {
    Caller.Outcome outcome = box.run("run", "-o", "json", script);
    assertEquals(125, outcome.exit(), outcome::toString);
    JsonNode result = Box.results(outcome).getFirst();
    assertEquals("setup-error", result.get("verdict").asString());
    return result.get("evidence").asString();
  }

  private static String said(Box box, String what) {
    return "chroot-lite failed: box/look: mount /data (sandbox.yaml:5 mounts[0]): sockets or FIFOs in it lead to"
        + " programs of the host: " + box.directory().resolve(what)
        + ": remove them, or say sockets: true on the mount, which lets its scripts use all that is in it";
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aSocketOfTheHostInAWritableMountIsUsedOnlyWhereAskedFor(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    Path path = box.directory().resolve("data/below/socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      own(caller, path);
      assertEquals(said(box, "data/below/socket"), refusal(box, "look"));
      assertEquals("connected\n", with(box, ASKED).run("run", "look").out());
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void aFifoOfTheHostInAWritableMountIsUsedOnlyWhereAskedFor(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    Path fifo = box.directory().resolve("data/below/fifo");
    Command.output("mkfifo", fifo.toString());
    own(caller, fifo);
    try (FileChannel reader = FileChannel.open(fifo, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE))) {
      assertEquals(true, reader.isOpen());
      assertEquals(said(box, "data/below/fifo"), refusal(box, "look"));
      assertEquals("written\n", with(box, ASKED).run("run", "look").out());
    }
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void whatAScriptMakesWorksAndIsToBeRemovedBeforeTheNextRun(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    assertEquals("x\n", box.run("run", "make").out());
    assertEquals(said(box, "data/own").replace("box/look", "box/make"), refusal(box, "make"));
    Files.delete(box.directory().resolve("data/own"));
    assertEquals("x\n", box.run("run", "make").out());
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void noDeviceWorksInAWritableMountAndALinkOutOfItIsNotSearched(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    Path below = box.directory().resolve("data/below");
    Command.output("mknod", "-m", "666", below.resolve("null").toString(), "c", "1", "3");
    Path elsewhere = Files.createDirectories(box.directory().resolve("elsewhere"));
    Command.output("mkfifo", elsewhere.resolve("fifo").toString());
    Files.createSymbolicLink(below.resolve("link"), elsewhere);
    Files.writeString(
        box.directory().resolve("look.py"),
        """
        import errno
        try:
            open("/data/below/null")
            print("opened")
        except OSError as e:
            print(errno.errorcode[e.errno])
        """);
    assertEquals(new Caller.Outcome(0, "EACCES\n", ""), box.run("run", "look"));
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void whatHasMountsBelowItIsSearchedWithThem(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    // Read-only too, where it is an ordinary user's: no overlay can be laid over it then.
    List<String> mounts = new ArrayList<>(List.of(WRITABLE));
    if (!caller.isRoot()) {
      mounts.add("[{source: ./data, target: /data}]");
    }
    for (String each : mounts) {
      Caller.Outcome outcome = mounted(with(box, each).prepare("run", "look"), box);
      assertEquals(125, outcome.exit(), outcome::toString);
      String found = "programs of the host: " + box.directory() + "/data/below/fifo:";
      assertTrue(outcome.err().contains(found), outcome.err());
    }
  }

  /** Runs it where a file system with a FIFO is mounted, in a mount namespace of its own. */
  private static Caller.Outcome mounted(ProcessBuilder run, Box box) throws IOException, InterruptedException {
    String mount = "mount -t tmpfs -o size=64k,mode=755 tmpfs \"$0\"; mkfifo -m 666 \"$0/fifo\"; exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mount));
    command.add(box.directory().resolve("data/below").toString());
    command.addAll(run.command());
    return Caller.finish(run.command(command));
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void validateAndDoctorSayWhatARunIsRefusedForAndWhatIsLeft(Caller caller) throws Exception {
    Box box = box(caller, WRITABLE);
    Path fifo = box.directory().resolve("data/below/fifo");
    Command.output("mkfifo", "-m", "666", fifo.toString());
    Caller.Outcome validated = box.run("validate", "sandbox.yaml");
    assertEquals("1 sandbox, no errors, 1 warning\n", validated.out());
    assertTrue(validated.err().contains("sandbox.yaml:5: warning: mounts[0]"), validated.err());
    String found = "sockets or FIFOs in it lead to programs of the host: " + fifo;
    assertTrue(validated.err().contains(found), validated.err());
    Caller.Outcome examined = box.run("doctor", "sandbox.yaml");
    assertEquals(1, examined.exit(), examined::toString);
    assertTrue(examined.out().contains(fifo.toString()), examined.out());
    Files.delete(fifo);
    assertEquals("1 sandbox, no errors, 0 warnings\n", box.run("validate", "sandbox.yaml").out());
    String left = box.run("doctor", "sandbox.yaml").out().replaceAll("\\s+", " ");
    assertTrue(left.contains("a socket or FIFO that the host makes in it during a run can be used"), left);
    with(box, ASKED);
    String asked = box.run("doctor", "sandbox.yaml").out().replaceAll("\\s+", " ");
    assertTrue(asked.contains("sockets: true: scripts reach the programs of the host that listen in it"), asked);
  }

  @ParameterizedTest
  @MethodSource(CALLERS)
  void doctorSaysWhichReadOnlyMountsShareTheirInodesAndWhy(Caller caller) throws Exception {
    Box box = box(caller, "[{source: /proc/sys, target: /sys}, {source: ./data, target: /data}]");
    Files.writeString(box.directory().resolve("empty"), "");
    String mount = "mount -t tmpfs -o size=64k,mode=755 tmpfs \"$0\"; exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mount));
    command.add(box.directory().resolve("data/below").toString());
    ProcessBuilder doctor = box.prepare("doctor", "sandbox.yaml");
    command.addAll(doctor.command());
    String said = Caller.finish(doctor.command(command)).out().replaceAll("\\s+", " ");
    String shares = "shares its inodes with the host, and so file locks and inotify events: ";
    String ofProc = "mount /sys " + shares + "the kernel lays no overlay over a file system of type proc";
    assertTrue(said.contains(ofProc), said);
    String locked =
        box.directory() + "/data/below is mounted below " + box.directory()
            + "/data, and the kernel lets only root leave that out of an overlay: umount that";
    assertEquals(!caller.isRoot(), said.contains("mount /data " + shares + locked), said);
  }
}
