package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Layer;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;
import org.jspecify.annotations.Nullable;

/** Whatever is written comes back, whole or in parts. */
class SandboxesProperties {
  private static final Path[] PLACE = new Path[1];

  @BeforeContainer
  static void makePlace() throws IOException {
    PLACE[0] = Files.createTempDirectory("sandboxes-");
  }

  @AfterContainer
  static void removePlace() throws IOException {
    Path trash = PLACE[0].resolveSibling(PLACE[0].getFileName() + "-trash");
    Removal.delete(PLACE[0], trash);
    Files.delete(trash);
  }

  @Property(tries = 300)
  void whatIsWrittenComesBack(
      @ForAll("sandboxes") List<Applied> sandboxes, @ForAll("texts") Set<String> removing) throws IOException {
    Sandboxes index = new Sandboxes(PLACE[0]);
    index.replace(sandboxes, removing, "test");
    List<Applied> sorted = new ArrayList<>(sandboxes);
    sorted.sort(Comparator.comparing(Applied::name));
    assertEquals(sorted, index.all());
    assertEquals(List.copyOf(new TreeSet<>(removing)), index.removing());
    Set<String> scripts = new TreeSet<>(removing);
    Set<String> names = new TreeSet<>(removing);
    for (Applied sandbox : sorted) {
      scripts.addAll(sandbox.launchers().keySet());
      scripts.addAll(sandbox.spec().tree().keySet());
      names.add(sandbox.name());
    }
    for (String name : names) {
      Optional<Applied> expected = sorted.stream().filter(sandbox -> sandbox.name().equals(name)).findAny();
      assertEquals(expected, index.named(name));
    }
    for (String script : scripts) {
      assertEquals(
          sorted.stream().filter(sandbox -> sandbox.launchers().containsKey(script)).toList(),
          index.withScript(script));
    }
  }

  @Provide
  Arbitrary<List<Applied>> sandboxes() {
    return applied().list().ofMaxSize(5).uniqueElements(Applied::name);
  }

  @Provide
  Arbitrary<Set<String>> texts() {
    return text().set().ofMaxSize(3);
  }

  private static Arbitrary<Applied> applied() {
    Arbitrary<Instant> times =
        Combinators.combine(
                Arbitraries.longs().between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()),
                Arbitraries.integers().between(0, 999_999_999))
            .as(Instant::ofEpochSecond);
    return Combinators.combine(
            text(),
            map(values(3)).map(tree -> new Spec(new TreeMap<>(tree))),
            source(),
            map(content()),
            map(digests()),
            Arbitraries.longs().map(Layer::new).optional(),
            times)
        .as(
            (name, spec, source, contents, launchers, layer, since) ->
                new Applied(
                    name, spec, source, new TreeMap<>(contents), new TreeMap<>(launchers), layer, since));
  }

  private static Arbitrary<Source> source() {
    return Combinators.combine(
            Arbitraries.strings().withChars("a/ \"\\\n\u00e9\u20ac").ofMaxLength(12),
            Arbitraries.integers(),
            text(),
            text().optional(),
            map(Arbitraries.integers()))
        .as(
            (path, line, digest, revision, lines) ->
                new Source(Path.of("/" + path), line, digest, revision, new TreeMap<>(lines)));
  }

  private static Arbitrary<Content> content() {
    return Combinators.combine(digests(), Arbitraries.longs()).as(Content::new);
  }

  private static Arbitrary<String> digests() {
    return Arbitraries.strings().withChars("0123456789abcdef").ofLength(64);
  }

  /** Some that the index's own keys and lines are made of, and any other. */
  private static Arbitrary<String> text() {
    return Arbitraries.oneOf(
        Arbitraries.of("name", "removing", "digest", "launchers", "spec", "\n{\"name\":\"a\",", "\"", "a\"", "\\", ""),
        Arbitraries.of("a", "b", "a\u0300", "\ud800", "\udc00\ud800", "\ud83d\ude00", "\u2028", "\u0000"),
        Arbitraries.strings().ofMaxLength(8));
  }

  private static <T extends @Nullable Object> Arbitrary<Map<String, T>> map(Arbitrary<T> values) {
    // Keys come from manifests, where half a character is refused; the reader refuses it too.
    Arbitrary<String> keys = text().filter(key -> StandardCharsets.UTF_8.newEncoder().canEncode(key));
    return Arbitraries.maps(keys, values).ofMaxSize(3);
  }

  private static Arbitrary<Object> values(int depth) {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            text().asGeneric(),
            Arbitraries.longs().asGeneric(),
            Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L).asGeneric(),
            Arbitraries.of(true, false).asGeneric(),
            digests().asGeneric());
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<Object> inner = values(depth - 1);
    Arbitrary<? extends Collection<Object>> lists = inner.list().ofMaxSize(3);
    return Arbitraries.oneOf(leaves, lists.asGeneric(), map(inner).asGeneric());
  }
}
