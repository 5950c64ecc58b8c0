package org.chrootlite.plan;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.spec.Spec;

/** Small sandboxes for examples. */
final class Boxes {
  static final Scope GIT = new Scope(List.of(Path.of("/git")), true);

  private Boxes() {}

  /** A tree with these settings besides its name. */
  static Map<String, Object> tree(String writes, long memory, Map<String, ?> scripts) {
    return Map.of(
        "rootfs", Map.of("template", "base", "writes", writes),
        "limits", Map.of("memory", memory),
        "scripts", scripts);
  }

  static Source source(String manifest, int line) {
    return new Source(Path.of(manifest), line, "d1", Optional.of("git:1 (clean)"), new TreeMap<>());
  }

  static Desired desired(String name, Map<String, ?> tree, Source source) {
    Spec spec = new Spec(new TreeMap<>(tree));
    return new Desired(name, spec, source, new TreeMap<>(), Optional.of(launchers(spec)));
  }

  /** As it is after an apply. */
  static Observed.Found applied(Desired desired) {
    return damaged(desired, Map.of(), Map.of(), Optional.empty());
  }

  static Observed.Found damaged(
      Desired desired, Map<String, Damage> launchers, Map<String, Damage> contents, Optional<Damage> layer) {
    Applied applied =
        new Applied(
            desired.name(),
            desired.spec(),
            desired.source(),
            desired.contents(),
            launchers(desired.spec()),
            desired.spec().keeps() ? Optional.of(new Layer(2_000_000_017L)) : Optional.empty(),
            Instant.EPOCH);
    return new Observed.Found(applied, new TreeMap<>(launchers), new TreeMap<>(contents), layer);
  }

  static Desired withContents(Desired desired, Map<String, Content> contents) {
    return new Desired(
        desired.name(), desired.spec(), desired.source(), new TreeMap<>(contents), desired.launchers());
  }

  static Desired withLaunchers(Desired desired, Optional<SortedMap<String, String>> launchers) {
    return new Desired(desired.name(), desired.spec(), desired.source(), desired.contents(), launchers);
  }

  /** One of each script, all alike. */
  static SortedMap<String, String> launchers(Spec spec) {
    SortedMap<String, String> launchers = new TreeMap<>();
    Wording.scripts(spec).forEach(script -> launchers.put(script, "l1"));
    return launchers;
  }

  /** These sandboxes, with the templates in these states. */
  static Observed observed(Map<String, TemplateState> templates, Observed.Found... found) {
    return new Observed(List.of(found), new TreeMap<>(templates));
  }

  static final Map<String, TemplateState> CURRENT = Map.of("base", TemplateState.CURRENT);

  /** The lines of a plan, one below the other. */
  static String told(Plan plan) {
    List<String> lines = new ArrayList<>();
    PlanText.lines(plan, Path.of("/git"), Map.of("old", "12 MB", "kept", "3.4 MB"))
        .forEach(line -> lines.add(line.text()));
    return String.join("\n", lines);
  }
}
