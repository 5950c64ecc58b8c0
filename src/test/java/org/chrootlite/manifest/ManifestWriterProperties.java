package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;

/** Whatever is asked for is what the manifest says, or is refused. */
class ManifestWriterProperties {
  private static final Set<String> TEMPLATES = Set.of("base", "python");

  private static Reading read(Draft draft, String file) {
    return Manifests.readText("/tmp/x.yaml", ManifestWriter.write(draft, file, Optional.empty()), TEMPLATES);
  }

  private static void check(Draft draft, String file) {
    Reading reading = read(draft, file);
    String text = ManifestWriter.write(draft, file, Optional.empty());
    if (reading.hasErrors()) {
      return;
    }
    assertEquals(1, reading.sandboxes().size(), text);
    Sandbox sandbox = reading.sandboxes().getFirst();
    assertEquals(draft.name(), sandbox.name().value());
    assertEquals(draft.description().orElse(""), sandbox.description(), text);
    assertEquals(draft.labels(), sandbox.labels(), text);
    assertEquals(draft.hostNetwork() ? Network.HOST : Network.NONE, sandbox.network().value());
    Map<String, String> environment = new TreeMap<>();
    sandbox.environment().forEach((name, value) -> environment.put(name, value.value()));
    assertEquals(draft.environment(), environment, text);
    Map<String, String> scripts = new TreeMap<>();
    for (Script script : sandbox.scripts()) {
      Setting<Action> action = script.action();
      scripts.put(script.name(), action.value() instanceof Action.Shell(String shell) ? shell : "no shell");
    }
    if (!draft.scripts().isEmpty()) {
      assertEquals(draft.scripts(), scripts, text);
    }
    for (LimitKind kind : draft.limits().keySet()) {
      boolean none = kind == LimitKind.WALL_TIME && draft.limits().get(kind).matches("0+(\\.0+)?( ?(ms|s|m|h))?");
      assertEquals(!none, sandbox.scripts().getFirst().limits().get(kind).isPresent(), text);
    }
  }

  @Property
  void anyTextsAreReadBackOrRefused(@ForAll("wild") Draft draft, @ForAll("texts") String file) {
    check(draft, file);
  }

  @Property
  void whatTheKernelTakesIsNotRefused(@ForAll("tame") Draft draft, @ForAll("texts") String file) {
    Reading reading = read(draft, file);
    String text = ManifestWriter.write(draft, file, Optional.empty());
    assertFalse(reading.hasErrors(), () -> reading.diagnostics() + "\n" + text);
    check(draft, file);
  }

  /** What the comments say must not become a part of the document. */
  @Property
  void noNameOfAFileChangesWhatTheManifestSays(@ForAll("tame") Draft draft, @ForAll("texts") String file) {
    List<Limit> expected = read(draft, "x.yaml").sandboxes().getFirst().limits().all();
    List<Limit> actual = read(draft, file).sandboxes().getFirst().limits().all();
    assertEquals(expected, actual);
    String text = ManifestWriter.write(draft, file, Optional.empty());
    assertTrue(text.indexOf("\napiVersion: chroot-lite/v1\nkind: Sandbox\nname: ") > 0, text);
  }

  private static Arbitrary<Draft> drafts(
      Arbitrary<String> names,
      Arbitrary<String> texts,
      Arbitrary<String> keys,
      Arbitrary<Map<LimitKind, String>> limits) {
    return Combinators.combine(
            names,
            texts.optional(),
            Arbitraries.maps(keys, texts).ofMaxSize(3),
            limits,
            Arbitraries.of(true, false),
            Arbitraries.maps(keys, texts).ofMaxSize(3),
            Arbitraries.maps(keys, texts).ofMaxSize(3))
        .as(
            (name, description, labels, some, network, environment, scripts) ->
                new Draft(
                    name,
                    description,
                    labels,
                    Optional.empty(),
                    Optional.empty(),
                    some,
                    network,
                    List.of(),
                    environment,
                    scripts));
  }

  @Provide
  Arbitrary<Draft> wild() {
    Arbitrary<Map<LimitKind, String>> limits =
        Arbitraries.maps(
                Arbitraries.of(LimitKind.values()),
                Arbitraries.oneOf(
                    texts(),
                    Arbitraries.of(
                        "1", "0", "1.5", "1e3", "0x10", "0o7", "128MB", "1.5 GiB", "20s", "0s", "1 h", "-1", "+1", ".5",
                        "1.", "1.5.5", "5: 5", "~", "null", "true", ".inf", "999999999999999999999", "1_0")))
            .ofMaxSize(4);
    return drafts(Arbitraries.oneOf(texts(), Arbitraries.of("mybox", "a")), texts(), texts(), limits);
  }

  @Provide
  Arbitrary<Draft> tame() {
    Arbitrary<String> texts =
        texts()
            .filter(text -> !text.isBlank() && text.indexOf('\0') < 0)
            .filter(text -> text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
    Arbitrary<String> names = Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(63);
    Arbitrary<Map<LimitKind, String>> limits =
        Arbitraries.maps(
                Arbitraries.of(LimitKind.MEMORY, LimitKind.DISK, LimitKind.OUTPUT, LimitKind.FILE_SIZE),
                Arbitraries.of("128MB", "1.5 GiB", "65536", "1000 KiB"))
            .ofMaxSize(4)
            .map(all -> new EnumMap<LimitKind, String>(all.isEmpty() ? Map.of(LimitKind.CPUS, "1.25") : all));
    return drafts(names, texts, names, limits.map(all -> all));
  }

  @Provide
  Arbitrary<String> texts() {
    List<String> pieces = new ArrayList<>(List.of("hello", "echo", "A", "/data", "./x", "x".repeat(1100)));
    pieces.addAll(
        List.of(
            " ", "\n", "\n\n", "\t", "\r", "-", "- ", ":", ": ", "#", " #", ",", "{", "}", "[", "&", "*", "!", "|", "'",
            "\"", "\\", "%", "@", "---\n", "\n...\n", "~", "null", "true", "yes", "1", "=", "<<", "\u0000", "\u001b",
            "\u0085", "\u2028", "\u202e", "\ufeff", "\ud800", "\ud83d\ude00", "\uffff", "é", "\nname: other\n"));
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.of(pieces).list().ofMaxSize(6).map(list -> String.join("", list))),
        Tuple.of(1, Arbitraries.strings().ofMaxLength(40)));
  }
}
