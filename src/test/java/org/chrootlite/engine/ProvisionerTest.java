package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.Powers;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.host.Host;
import org.chrootlite.host.HostUser;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Resource;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.rootfs.PreparedRootfs;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionerTest {
  private static final Host HOST =
      new Host(Architecture.X86_64, new HostUser(1000, 1000, "tester"), true, true, Map.of(Resource.CORE, 0L));
  private static final Provisions.Identity CALLER = new Provisions.Identity.Caller(1000, 1000);

  @TempDir Path directory;

  private static Provisions provide(Sandbox sandbox, Action action) throws Exception {
    PreparedRootfs rootfs = new PreparedRootfs.OfUser(Path.of("/tree"));
    ScriptText text = ScriptFile.of(Job.of(sandbox, Optional.empty(), "x", action).script());
    return new Provisioner(HOST).provide(sandbox, Limits.NONE, text, rootfs, Optional.empty(), CALLER, Given.NO_GROUP);
  }

  private static Provisions provide(Action action) throws Exception {
    return provide(Given.sandboxes("name: box\n").getFirst(), action);
  }

  private static String refusal(Path file) {
    Action action = new Action.File(file, List.of());
    return String.valueOf(assertThrows(EngineException.class, () -> provide(action)).getMessage());
  }

  @Test
  void aScriptsBytesArePartOfWhatIsProvided() throws Exception {
    Path file = Files.write(directory.resolve("script"), new byte[] {'#', (byte) 0xff, 0});
    assertArrayEquals(
        new byte[] {'#', (byte) 0xff, 0}, provide(new Action.File(file, List.of())).script().bytes());
    assertArrayEquals("é".getBytes(StandardCharsets.UTF_8), provide(new Action.Shell("é")).script().bytes());
    assertEquals(0, provide(new Action.Command(List.of("ls"))).script().size());
  }

  @Test
  void theHostsFactsArePassedOn() throws Exception {
    Provisions provisions = provide(new Action.Shell("true"));
    assertEquals(CALLER, provisions.identity());
    assertEquals(Path.of("/tree"), provisions.rootfs());
    assertEquals(Map.of(Resource.CORE, 0L), provisions.hardLimits());
    assertTrue(provisions.filter().length() > 100);
  }

  private static String filter(String limits, Powers powers) throws Exception {
    Sandbox sandbox = Given.sandboxes("name: box\nlimits: {" + limits + "}\n").getFirst();
    Script script = Job.of(sandbox, Optional.empty(), "x", new Action.Shell("true")).script();
    PreparedRootfs rootfs = new PreparedRootfs.OfUser(Path.of("/tree"));
    return new Provisioner(HOST)
        .provide(sandbox, script.limits(), ScriptFile.of(script), rootfs, Optional.empty(), CALLER, powers)
        .filter()
        .summary();
  }

  @Test
  void noCallHidesMemoryThatIsSampled() throws Exception {
    assertTrue(filter("memory: 64MB", Given.NO_GROUP).contains("sampled"));
    assertFalse(filter("memory: 64MB", Given.GROUP).contains("sampled"));
    assertFalse(filter("cpuTime: 1s", Given.NO_GROUP).contains("sampled"));
  }

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    assertEquals(directory + " is not a file that could be run", refusal(directory));
    Path missing = directory.resolve("missing");
    assertEquals(missing + " is not a file that could be run", refusal(missing));
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    assertEquals(fifo + " is not a file that could be run", refusal(fifo));
  }

  @Test
  void anEmptyFileIsRefused() throws Exception {
    Path file = Files.createFile(directory.resolve("empty"));
    assertEquals(file + " is empty: there is nothing to run", refusal(file));
  }

  @Test
  void aFileThatIsTooLargeIsRefusedUnread() throws Exception {
    Path file = directory.resolve("large");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((64L << 20) + 1);
    }
    assertEquals(
        file + " has 67108865 bytes, more than the 67108864 that a script may have: mount its directory instead",
        refusal(file));
  }

  @Test
  void filesAreToldApartFromDirectoriesAmongTheMounts() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Sandbox sandbox =
        Given.sandboxes(
                "name: box\nmounts: [{source: %s, target: /a}, {source: %s, target: /b}, {tmpfs: /c, size: 1MB}]\n"
                    .formatted(directory, file))
            .getFirst();
    assertEquals(Set.of(file), provide(sandbox, new Action.Shell("true")).files());
  }

  @Test
  void theHostsResolverIsForTheHostsNetworkOnly() throws Exception {
    assertEquals("", provide(new Action.Shell("true")).resolver());
    Sandbox host = Given.sandboxes("name: box\nnetwork: host\n").getFirst();
    Path resolver = Path.of("/etc/resolv.conf");
    String expected = Files.exists(resolver) ? Files.readString(resolver) : "";
    assertEquals(expected, provide(host, new Action.Shell("true")).resolver());
    assertFalse(expected.isEmpty(), "this host has no resolver, so that nothing was tested");
  }
}
