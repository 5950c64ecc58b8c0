package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.run.Clues;
import org.chrootlite.run.Report;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTracesTest {
  @TempDir Path place;
  private Path rootfs = Path.of("/");
  private byte[] elf = new byte[0];
  private String mounts = "[]";

  @BeforeEach
  void makeRootfs() throws IOException {
    elf = Files.readAllBytes(Path.of("/bin/true"));
    rootfs = place.resolve("rootfs");
    put(rootfs.resolve("bin/tool"));
  }

  private void put(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, elf);
  }

  private RunTraces traces(Optional<Path> layer, byte[] script, String... paths) throws IOException {
    String manifest = "name: b\nmounts: " + mounts + "\nscripts: {a: {run: 'true'}}\n";
    Sandbox sandbox = Given.sandboxes(manifest).getFirst();
    Step put = new Step.PlaceScript(new Tree("run"), "big", new ScriptText(script), Origin.ALWAYS);
    Step execute = new Step.Execute(List.of(paths), List.of("it"), new TreeMap<>(), Origin.ALWAYS);
    Artifacts artifacts = Artifacts.prepare(place, place, List.of());
    Report report = new Report(Optional.empty(), Optional.empty(), List.of());
    JailPlan plan = new JailPlan(List.of(), List.of(put), List.of(execute));
    return new RunTraces(sandbox, plan, rootfs, layer, artifacts, report, Instant.now());
  }

  private Optional<String> program(byte[] script, String... paths) throws IOException {
    return traces(Optional.empty(), script, paths).demand().map(Clues.Demand::program);
  }

  private Optional<String> program(String... paths) throws IOException {
    return program(new byte[0], paths);
  }

  @Test
  void theScriptsOwnFileIsWhatIsLoaded() throws IOException {
    Clues.Demand demand = traces(Optional.empty(), elf, "/run/big").demand().orElseThrow();
    assertEquals("/run/big", demand.program());
    assertTrue(demand.bytes() > 10_000 && demand.bytes() < 1_000_000, demand.toString());
    assertTrue(demand.largest() > 0 && demand.largest() < demand.bytes(), demand.toString());
    assertTrue(demand.available() > demand.bytes(), demand.toString());
  }

  @Test
  void ofAScriptItsInterpreterIsLoaded() throws IOException {
    assertEquals(Optional.of("/bin/tool"), program("#!/bin/tool -x\n".getBytes(StandardCharsets.UTF_8), "/run/big"));
    assertEquals(Optional.empty(), program("#!/bin/none\n".getBytes(StandardCharsets.UTF_8), "/run/big"));
    assertEquals(Optional.empty(), program("echo\n".getBytes(StandardCharsets.UTF_8), "/run/big"));
  }

  @Test
  void aCommandIsLookedUpInTheRootfs() throws IOException {
    assertEquals(Optional.of("/bin/tool"), program("/usr/bin/tool", "/bin/tool"));
    assertEquals(Optional.empty(), program("./tool"));
    assertEquals(Optional.empty(), program("/bin/none"));
  }

  @Test
  void whatAScriptCouldHaveChangedProvesNothing() throws IOException {
    assertEquals(Optional.empty(), traces(Optional.of(place), new byte[0], "/bin/tool").demand());
    put(place.resolve("data/tool"));
    mounts = "[{source: " + place.resolve("data") + ", target: /data, readOnly: false}, {tmpfs: /bin, size: 1MB}]";
    assertEquals(Optional.empty(), program("/data/tool"));
    assertEquals(Optional.empty(), program("/bin/tool"));
  }

  @Test
  void aReadOnlyMountIsLookedInto() throws IOException {
    put(place.resolve("data/bin/tool"));
    String source = place.resolve("data").toString();
    mounts =
        "[{source: %s, target: /data}, {source: %s/bin/tool, target: /one}, {tmpfs: /data/bin/deep, size: 1MB}]"
            .formatted(source, source);
    assertEquals(Optional.of("/data/bin/tool"), program("/data/bin/tool"));
    assertEquals(Optional.of("/one"), program("/one"));
    assertEquals(Optional.empty(), program("/data/bin/deep/tool"));
    assertEquals(Optional.empty(), program("/database/tool"));
  }

  @Test
  void aFileIsLookedForWhereARunLeavesSome() throws IOException {
    Files.createDirectories(place.resolve("layer/upper/home"));
    Files.createDirectories(place.resolve("data"));
    Files.createDirectories(place.resolve("fixed"));
    mounts =
        "[{source: %s, target: /data, readOnly: false}, {source: %s, target: /fixed}]"
            .formatted(place.resolve("data"), place.resolve("fixed"));
    RunTraces traces = traces(Optional.of(place.resolve("layer")), new byte[0], "/bin/tool");
    Files.write(place.resolve("fixed/file"), new byte[1000]);
    assertEquals(Optional.empty(), traces.writtenFile(1000));
    Files.write(place.resolve("data/file"), new byte[1000]);
    assertEquals(Optional.of("/data/file"), traces.writtenFile(1000));
    Files.write(place.resolve("layer/upper/home/kept"), new byte[1000]);
    assertEquals(Optional.of("/home/kept"), traces.writtenFile(1000));
    assertEquals(Optional.empty(), traces.writtenFile(999));
  }

  @Test
  void aSourceThatCannotBeReachedAnyMoreIsNamedBySettingOfItsMount() throws IOException {
    Path parent = place.resolve("parent");
    Path data = Files.createDirectories(parent.resolve("data"));
    mounts = "[{tmpfs: /one, size: 1MB}, {source: %s, target: /data}]".formatted(data);
    RunTraces traces = traces(Optional.empty(), new byte[0], "/bin/tool");
    Origin origin = traces.sandbox().mounts().getLast().origin();
    assertEquals(Optional.empty(), traces.sourceOf(origin));
    Files.delete(data);
    assertEquals(data + " is not there any more", traces.sourceOf(origin).orElseThrow().why());
    assertEquals(Optional.empty(), traces.sourceOf(Origin.ALWAYS));
    Files.delete(parent);
    Files.createFile(parent);
    assertTrue(traces.sourceOf(origin).orElseThrow().remedy().startsWith("put it there again, or change "));
  }
}
