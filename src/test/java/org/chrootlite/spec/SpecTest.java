package org.chrootlite.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecTest {
  private static final String HEAD = "apiVersion: chroot-lite/v1\nkind: Sandbox\nname: box\n";

  @TempDir Path folder = Path.of("");

  private Sandbox read(String text) throws Exception {
    Path file = folder.resolve("sandbox.yaml");
    Files.writeString(file, HEAD + text);
    Reading reading = Manifests.read(List.of(file.toString()), Set.of("base", "python"));
    assertEquals(List.of(), reading.diagnostics());
    return reading.sandboxes().getFirst();
  }

  private Spec spec(String text) throws Exception {
    return Spec.of(read(text));
  }

  @Test
  void everySettingIsThereWithItsDefault() throws Exception {
    String manifest =
        """
        description: Everything
        labels: {course: cs101}
        rootfs: {template: python, writes: deny}
        limits: {memory: 128MB, cpus: 1.5, wallTime: 30s}
        mounts:
          - {source: data, target: /data}
          - {tmpfs: /scratch}
        environment: {LANG: C.UTF-8}
        scripts:
          hello: {run: "echo hello\\n", stdin: {text: "1\\n"}, environment: {LANG: C.UTF-8, MODE: fast}}
          primes:
            file: primes.py
            interpreter: [python3]
            args: ["1000"]
            stdin: data
            limits: {wallTime: 0, memory: 128MB, processes: 4}
            artifacts: [/work/result.csv]
          version: {command: [/bin/true]}
        """;
    Files.writeString(folder.resolve("data"), "1\n");
    Files.writeString(folder.resolve("primes.py"), "#!/bin/sh\n");
    Sandbox sandbox = read(manifest);
    Golden.assertMatches("spec/everything.txt", shown(Spec.of(sandbox).tree(), "") + "\n" + lines(sandbox));
    Golden.assertMatches("spec/nothing.txt", shown(spec("").tree(), "") + "\n" + lines(read("")));
  }

  private String lines(Sandbox sandbox) {
    StringBuilder out = new StringBuilder();
    Spec.lines(sandbox).forEach((setting, line) -> out.append(line).append(' ').append(setting).append('\n'));
    return out.toString();
  }

  private String shown(Map<?, ?> tree, String indent) {
    StringBuilder out = new StringBuilder();
    tree.forEach(
        (key, value) -> {
          out.append(indent).append(key).append(':');
          if (value instanceof Map<?, ?> below) {
            out.append('\n').append(shown(below, indent + "  "));
          } else {
            out.append(' ').append(JsonWriter.toJson(value)).append('\n');
          }
        });
    return out.toString().replace(folder.toString(), "/folder");
  }

  /** The real reader's sandboxes come back with all their lines. */
  @Test
  void theExamplesComeBackAsTheyWere() throws Exception {
    List<Path> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("examples"))) {
      files.filter(file -> file.endsWith("sandbox.yaml")).forEach(manifests::add);
    }
    assertTrue(manifests.size() >= 5);
    for (Path manifest : manifests) {
      Reading reading = Manifests.read(List.of(manifest.toString()), Set.of("base", "python"));
      assertFalse(reading.sandboxes().isEmpty(), manifest.toString());
      for (Sandbox sandbox : reading.sandboxes()) {
        assertEquals(sandbox, Spec.of(sandbox).sandbox(sandbox.file(), Spec.lines(sandbox)));
      }
    }
  }

  @Test
  void layoutCommentsAndTheOrderOfKeysDoNotMatter() throws Exception {
    Spec one = spec("limits: {memory: 1GiB, wallTime: 90s}\nscripts:\n  a: {run: x}\n  b: {run: y}\n");
    Spec other =
        spec("# comment\nscripts: {b: {run: y}, a: {run: x}}\nlimits:\n  wallTime: 1.5m\n  memory: 1024MiB\n");
    assertEquals(one, other);
  }

  @Test
  void whatAScriptRepeatsOfItsSandboxIsNotItsOwnButKeepsItsLine() throws Exception {
    String manifest =
        """
        limits: {memory: 1GB}
        environment: {A: x}
        scripts:
          s:
            run: x
            limits: {memory: 1GB}
            environment:
              A: x
        """;
    Sandbox sandbox = read(manifest);
    assertEquals(Map.of("s", Map.of("run", "x")), Spec.of(sandbox).tree().get("scripts"));
    Script back = Spec.of(sandbox).sandbox("f", Spec.lines(sandbox)).scripts().getFirst();
    assertEquals(
        new Origin.Line("f", 9, "scripts.s.limits.memory"),
        back.limits().get(LimitKind.MEMORY).orElseThrow().origin());
    assertEquals(
        Map.of("A", new Setting<>("x", new Origin.Line("f", 11, "scripts.s.environment.A"))), back.environment());
  }

  @Test
  void noWallTimeIsAValueOfItsOwn() throws Exception {
    assertEquals(Map.of("wallTime", 0L, "disk", 1L << 30), spec("limits: {wallTime: 0}\n").tree().get("limits"));
    Spec own = spec("scripts: {s: {run: x, limits: {wallTime: 0}}}\n");
    assertEquals(
        Map.of("s", Map.of("run", "x", "limits", Map.of("wallTime", 0L))), own.tree().get("scripts"));
    Sandbox back = own.sandbox("f", new TreeMap<>());
    assertTrue(back.limits().get(LimitKind.WALL_TIME).isPresent());
    assertTrue(back.scripts().getFirst().limits().get(LimitKind.WALL_TIME).isEmpty());
  }

  @Test
  void aSandboxWhoseScriptsLackWhatItSetsIsRefused() throws Exception {
    Sandbox good = read("limits: {memory: 1GB}\nscripts: {s: {run: x}}\n");
    Script script = good.scripts().getFirst();
    Script bare =
        new Script(
            script.name(), script.action(), script.args(), script.stdin(), script.environment(), Limits.NONE,
            script.artifacts(), script.origin());
    Sandbox bad =
        new Sandbox(
            good.file(), good.name(), good.description(), good.labels(), good.isolation(),
            good.fileLocks(), good.rootfs(), good.limits(), good.network(), good.mounts(), good.environment(),
            good.workdir(), good.user(), good.hostname(), List.of(bare));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Spec.of(bad));
    assertEquals("script s lacks limits.memory of its sandbox", e.getMessage());
  }

  @Test
  void aTreeThatIsNoSandboxIsRefusedWithThePlace() throws Exception {
    Map<String, Object> good = new TreeMap<>(spec("scripts: {s: {run: x}}\n").tree());
    good.put("mounts", List.of(Map.of("tmpfs", "/t", "size", 4096L)));
    refuse("workdir is missing", good, "workdir", Optional.empty());
    refuse("workdir must be text", good, "workdir", 5L);
    refuse("network must be one of none, host", good, "network", "some");
    refuse("limits must be a mapping", good, "limits", List.of());
    refuse("limits.memory must be a whole number from 0 to " + Long.MAX_VALUE, good, "limits", Map.of("memory", -1L));
    refuse("limits.magic is not known to this version of chroot-lite", good, "limits", Map.of("magic", 1L));
    refuse("user.gid must be a whole number from 0 to 4294967294", good, "user", Map.of("uid", 0L, "gid", 1L << 32));
    refuse("mounts must be a list", good, "mounts", "none");
    refuse("mounts[0] must be a mapping", good, "mounts", List.of("none"));
    refuse("mounts[0].size is missing", good, "mounts", List.of(Map.of("tmpfs", "/t")));
    refuse("mounts[0].source must be an absolute path", good, "mounts", List.of(Map.of("source", "x")));
    refuse("rootfs.directory must be a path", good, "rootfs", Map.of("directory", "/\0"));
    refuse("rootfs.template is missing", good, "rootfs", Map.of());
    refuse("scripts.s has none of run, file and command", good, "scripts", Map.of("s", Map.of()));
    refuse("scripts.s must be a mapping", good, "scripts", Map.of("s", "x"));
    refuse("scripts.s.file is not known to this version of chroot-lite", good, "scripts",
        Map.of("s", Map.of("run", "x", "file", "/x")));
    refuse("scripts.s.args[1] must be text", good, "scripts",
        Map.of("s", Map.of("run", "x", "args", List.of("1", 2L))));
    refuse("environment[\"a.b\"] must be text", good, "environment", Map.of("a.b", true));
    refuse("future is not known to this version of chroot-lite", good, "future", "x");
  }

  private static void refuse(String message, Map<String, Object> good, String key, Object value) {
    Map<String, Object> tree = new TreeMap<>(good);
    tree.put(key, value);
    tree.values().remove(Optional.empty());
    SpecException e =
        assertThrows(SpecException.class, () -> Spec.ofTree(tree).sandbox("f", new TreeMap<>()), message);
    assertEquals(message, e.getMessage());
  }

  @Test
  void valuesThatNoSpecHasAreRefusedAtOnce() {
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("a", Arrays.asList("x", null));
    assertEquals("a[1] is empty", assertThrows(SpecException.class, () -> Spec.ofTree(nothing)).getMessage());
    assertEquals(
        "a.b is a Double",
        assertThrows(SpecException.class, () -> Spec.ofTree(Map.of("a", Map.of("b", 1.5)))).getMessage());
    assertEquals(
        "the spec has a key that is not text",
        assertThrows(SpecException.class, () -> Spec.ofTree(Map.of(1L, "x"))).getMessage());
  }

  @Test
  void aSpecCannotBeChangedFromOutside() throws Exception {
    List<Object> args = new ArrayList<>(List.of("1"));
    Spec spec = Spec.ofTree(Map.of("a", Map.of("args", args)));
    args.add("2");
    assertEquals(Map.of("a", Map.of("args", List.of("1"))), spec.tree());
  }

  @Test
  void theTemplateAndWhetherWritesAreKeptAreEasyToSee() throws Exception {
    assertEquals("base", spec("").template().orElseThrow());
    assertTrue(spec("rootfs: {directory: .}\n").template().isEmpty());
    assertFalse(spec("").keeps());
    assertTrue(Spec.ofTree(Map.of("rootfs", Map.of("writes", "keep"))).keeps());
    assertFalse(Spec.ofTree(Map.of("rootfs", "keep")).keeps());
  }
}
