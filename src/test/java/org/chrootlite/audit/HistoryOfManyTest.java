package org.chrootlite.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history under several processes, under those that are killed, and where the disk is full. */
@Timeout(120)
class HistoryOfManyTest {
  private static final int NEVER_FULL = 1 << 30;

  @TempDir Path home;
  @TempDir Path outputs;

  /** An {@link Appender} in a process of its own; what it prints is in a file, even when it was killed. */
  private record Child(Process process, Path output) implements AutoCloseable {
    /** The lines that are whole. */
    List<String> printed() throws IOException {
      String text = Files.readString(output);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    List<String> printedAtTheEnd() throws IOException, InterruptedException {
      process.waitFor();
      return printed();
    }

    /** With SIGKILL. */
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
      kill();
    }
  }

  private Child start(List<String> prefix, String name, int count, int full, int padding) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Appender.class.getName(), home.toString(), name));
    command.addAll(List.of(Integer.toString(count), Integer.toString(full), Integer.toString(padding)));
    Path output = Files.createTempFile(outputs, name, "");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Child(builder.redirectOutput(output.toFile()).start(), output);
  }

  private Child start(String name, int count, int full, int padding) throws IOException {
    return start(List.of(), name, count, full, padding);
  }

  /** Reading goes on at the same time, and never sees half a line. */
  @ParameterizedTest
  @ValueSource(ints = {5_000, NEVER_FULL})
  void processesThatAppendAtTheSameTimeLoseNothing(int full) throws Exception {
    int count = 300;
    Set<String> expected = new HashSet<>();
    List<Child> children = new ArrayList<>();
    try {
      for (String name : List.of("a", "b", "c")) {
        children.add(start(name, count, full, 50));
        for (int i = 0; i < count; i++) {
          expected.add(name + i);
        }
      }
      while (Given.readAll(home).ids().size() < expected.size()) {
        Given.Read read = Given.readAll(home);
        assertEquals(0, read.damaged());
        assertTrue(expected.containsAll(read.ids()), () -> "strange among " + read.ids());
      }
      for (Child child : children) {
        assertEquals(count, child.printedAtTheEnd().size());
      }
    } finally {
      children.forEach(Child::close);
    }
    Given.Read read = Given.readAll(home);
    assertEquals(expected, new HashSet<>(read.ids()));
    assertEquals(expected.size(), read.ids().size());
    for (String name : List.of("a", "b", "c")) {
      List<String> own = read.ids().stream().filter(id -> id.startsWith(name)).toList();
      assertEquals(own.size(), count);
      assertEquals(name + "0", own.getFirst());
      assertEquals(name + (count - 1), own.getLast());
    }
  }

  /** Long lines make it likely that a writer dies within its write. */
  @Test
  void whoIsKilledLosesNothingThatHadReturned() throws Exception {
    Random random = new Random(1);
    Set<String> returned = new HashSet<>();
    for (int round = 0; round < 12; round++) {
      int padding = round % 2 == 0 ? 1_000_000 : 100;
      try (Child child = start("r" + round + "-", 10_000, 3_000_000, padding);
          Child other = start("s" + round + "-", 10_000, 3_000_000, padding)) {
        while (child.printed().isEmpty() && other.printed().isEmpty()) {
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(100));
        child.kill();
        other.kill();
        returned.addAll(child.printed());
        returned.addAll(other.printed());
      }
      Given.Read read = Given.readAll(home);
      assertEquals(read.ids().size(), new HashSet<>(read.ids()).size());
      Set<String> lost = new HashSet<>(returned);
      read.ids().forEach(lost::remove);
      assertEquals(Set.of(), lost, "lost in round " + round);
    }
    History.in(Given.state(home)).append(Given.run("afterwards"));
    assertEquals("afterwards", Given.readAll(home).ids().getLast());
  }

  /** A limit of the size of files fails as a full disk does: a part of the line is written, and then no more. */
  @Test
  void whereThereIsNoRoomNothingOfALineIsLeft() throws Exception {
    List<String> limit = List.of("prlimit", "--fsize=100000");
    List<String> printed;
    try (Child child = start(limit, "a", 10, NEVER_FULL, 30_000)) {
      printed = child.printedAtTheEnd();
    }
    assertEquals(List.of("a0", "a1", "a2"), printed.subList(0, 3));
    assertEquals(4, printed.size());
    assertTrue(
        printed.get(3).startsWith("cannot write the history " + home.resolve("history.jsonl") + ": File too large; "),
        printed.get(3));
    String text = Files.readString(home.resolve("history.jsonl"));
    assertTrue(text.endsWith("\n") && text.length() < 100_000, () -> "length " + text.length());
    History.in(Given.state(home)).append(Given.run("afterwards"));
    assertEquals(new Given.Read(List.of("a0", "a1", "a2", "afterwards"), 0), Given.readAll(home));
  }

  @Test
  void aDirectoryThatMayNotBeWrittenToIsNamedAndCanStillBeRead() throws Exception {
    History.in(Given.state(home), 10).append(Given.run("a"));
    // Root may write everywhere while it has this capability.
    List<String> prefix =
        HostUser.current().isRoot() ? List.of("setpriv", "--bounding-set", "-dac_override") : List.of();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-x------"));
    try (Child child = start(prefix, "b", 1, 10, 0)) {
      assertEquals(
          List.of(
              "cannot write the history "
                  + home.resolve("history.jsonl")
                  + ": permission denied; what was done is not recorded there, so make room or mend its permissions"),
          child.printedAtTheEnd());
      assertEquals(new Given.Read(List.of("a"), 0), Given.readAll(home));
    } finally {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
