package org.chrootlite.plan;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.chrootlite.model.Sandbox;
import org.chrootlite.spec.AnySandbox;
import org.chrootlite.spec.Spec;

/** What manifests ask for and what there is, of every kind, in few names and manifests, so that they meet. */
final class Worlds {
  /** A case for the planner. */
  record World(List<Desired> desired, Scope scope, Observed observed) {}

  private static final List<Path> MANIFESTS =
      List.of(Path.of("/git/a.yaml"), Path.of("/git/sub/b.yaml"), Path.of("/git/sub/c.yaml"), Path.of("/other/d.yaml"));

  private static final Arbitrary<TemplateState> STATES = Arbitraries.of(TemplateState.class);

  private Worlds() {}

  static Arbitrary<World> worlds() {
    return Combinators.combine(
            Arbitraries.maps(names(), desired()).ofMaxSize(4),
            Arbitraries.maps(names(), found()).ofMaxSize(4),
            Arbitraries.integers().between(0, 15),
            scopes(),
            Arbitraries.maps(Arbitraries.of("base", "python"), STATES))
        .as(Worlds::world)
        .withoutEdgeCases();
  }

  private static World world(
      Map<String, Desired> desired,
      Map<String, Observed.Found> found,
      int same,
      Scope scope,
      Map<String, TemplateState> templates) {
    List<Desired> wanted = new ArrayList<>();
    desired.forEach((name, one) -> wanted.add(renamed(name, one, templates)));
    SortedMap<String, Observed.Found> there = new TreeMap<>();
    found.forEach((name, one) -> there.put(name, renamed(name, one)));
    // Much of what is desired is there already, if with another source, or damaged.
    for (int at = 0; at < wanted.size(); at++) {
      Desired one = wanted.get(at);
      Observed.Found other = there.get(one.name());
      if (other != null && (same >> at & 1) == 1) {
        there.put(one.name(), applied(one, other));
      }
    }
    return new World(List.copyOf(wanted), scope, new Observed(List.copyOf(there.values()), new TreeMap<>(templates)));
  }

  private static Observed.Found applied(Desired one, Observed.Found other) {
    Applied now =
        new Applied(
            one.name(),
            one.spec(),
            other.applied().source(),
            one.contents(),
            one.launchers().orElseGet(() -> launchers(one.spec(), one.contents())),
            one.spec().keeps() ? Optional.of(new Layer(7)) : Optional.empty(),
            Instant.EPOCH);
    return new Observed.Found(now, other.launchers(), other.contents(), other.layer());
  }

  /** Of a sandbox with this name, with launchers where its template is there. */
  private static Desired renamed(String name, Desired one, Map<String, TemplateState> templates) {
    SortedMap<String, Object> tree = new TreeMap<>(one.spec().tree());
    tree.put("name", name);
    Spec spec = new Spec(tree);
    boolean known =
        spec.template().map(t -> templates.get(t) == TemplateState.CURRENT).orElse(true);
    return new Desired(
        name,
        spec,
        one.source(),
        one.contents(),
        known ? Optional.of(launchers(spec, one.contents())) : Optional.empty());
  }

  private static Observed.Found renamed(String name, Observed.Found one) {
    Applied a = one.applied();
    SortedMap<String, Object> tree = new TreeMap<>(a.spec().tree());
    tree.put("name", name);
    Applied renamed =
        new Applied(name, new Spec(tree), a.source(), a.contents(), a.launchers(), a.layer(), a.since());
    return new Observed.Found(renamed, one.launchers(), one.contents(), one.layer());
  }

  private static Arbitrary<String> names() {
    return Arbitraries.of("a", "b", "c", "d", "e");
  }

  private static Arbitrary<Source> sources() {
    return Combinators.combine(
            Arbitraries.of(MANIFESTS), Arbitraries.integers().between(1, 3), Arbitraries.of("aa", "bb"))
        .as((manifest, line, digest) -> new Source(manifest, line, digest, Optional.of("git:1"), new TreeMap<>()));
  }

  private static Arbitrary<Scope> scopes() {
    return Combinators.combine(
            Arbitraries.subsetOf(
                Path.of("/git"), Path.of("/git/sub"), Path.of("/git/a.yaml"), Path.of("/other/d.yaml")),
            Arbitraries.of(true, false))
        .as((paths, prune) -> new Scope(List.copyOf(paths), prune));
  }

  private static Arbitrary<Map<String, Content>> contents() {
    return Arbitraries.maps(
            Arbitraries.of("hello", "primes", "_1"),
            Arbitraries.of(new Content("c1".repeat(32), 812), new Content("c2".repeat(32), 1200)))
        .ofMaxSize(2);
  }

  private static Arbitrary<Desired> desired() {
    return Combinators.combine(AnySandbox.sandboxes(), sources(), contents())
        .as((sandbox, source, contents) -> desired(sandbox, source, new TreeMap<>(contents)));
  }

  private static Desired desired(Sandbox sandbox, Source source, SortedMap<String, Content> contents) {
    contents.keySet().removeIf(name -> sandbox.script(name).isEmpty());
    return new Desired("", Spec.of(sandbox), source, contents, Optional.empty());
  }

  private static Arbitrary<Observed.Found> found() {
    Arbitrary<Map<String, Damage>> damages =
        Arbitraries.maps(Arbitraries.of("hello", "primes", "gone"), Arbitraries.of(Damage.class)).ofMaxSize(1);
    return Combinators.combine(
            desired(), Arbitraries.of(true, false), damages, damages, Arbitraries.of(Damage.class).optional(),
            Arbitraries.of(0, 1, 2))
        .as(
            (one, keeps, launchers, contents, layer, old) ->
                new Observed.Found(
                    new Applied(
                        one.name(),
                        one.spec(),
                        one.source(),
                        one.contents(),
                        // Some are of another version, and some lack what they should have.
                        old == 0 ? launchers(one.spec(), one.contents()) : new TreeMap<>(Map.of("hello", "old" + old)),
                        keeps ? Optional.of(new Layer(old)) : Optional.empty(),
                        Instant.EPOCH),
                    new TreeMap<>(launchers),
                    new TreeMap<>(contents),
                    layer));
  }

  /** A compiler. */
  static SortedMap<String, String> launchers(Spec spec, SortedMap<String, Content> contents) {
    SortedMap<String, String> launchers = new TreeMap<>();
    for (String script : Wording.scripts(spec)) {
      SortedMap<String, Object> inputs = new TreeMap<>(spec.tree());
      inputs.remove("labels");
      inputs.remove("description");
      launchers.put(script, script + inputs.hashCode() + contents.get(script));
    }
    return launchers;
  }

  /** What an apply that does all of a plan leaves, in the simplest words. */
  static Observed executed(Plan plan, Observed observed) {
    SortedMap<String, Observed.Found> there = new TreeMap<>();
    observed.sandboxes().forEach(found -> there.put(found.applied().name(), found));
    SortedMap<String, TemplateState> templates = new TreeMap<>(observed.templates());
    for (Action action : plan.actions()) {
      switch (action) {
        case Action.PrepareRootfs prepare -> templates.put(prepare.template(), TemplateState.CURRENT);
        case Action.Create(Desired desired) -> {
          Optional<Layer> layer = desired.spec().keeps() ? Optional.of(new Layer(1)) : Optional.empty();
          there.put(desired.name(), whole(desired, layer));
        }
        case Action.Update update -> {
          Optional<Layer> layer =
              switch (update.layer()) {
                case NONE, DELETE -> Optional.empty();
                case KEEP, KEEP_ON_NEW_ROOTFS -> update.before().layer();
                case MAKE -> Optional.of(new Layer(2));
              };
          there.put(update.desired().name(), whole(update.desired(), layer));
        }
        case Action.Delete delete -> there.remove(delete.applied().name());
      }
    }
    for (Plan.Refresh refresh : plan.refreshed()) {
      Applied a = refresh.before();
      Observed.Found found = there.get(a.name());
      Applied now =
          new Applied(a.name(), a.spec(), refresh.source(), a.contents(), a.launchers(), a.layer(), a.since());
      if (found != null) {
        there.put(a.name(), new Observed.Found(now, found.launchers(), found.contents(), found.layer()));
      }
    }
    return new Observed(List.copyOf(there.values()), templates);
  }

  private static Observed.Found whole(Desired desired, Optional<Layer> layer) {
    Applied applied =
        new Applied(
            desired.name(),
            desired.spec(),
            desired.source(),
            desired.contents(),
            launchers(desired.spec(), desired.contents()),
            layer,
            Instant.EPOCH);
    return new Observed.Found(applied, new TreeMap<>(), new TreeMap<>(), Optional.empty());
  }

  /** What the manifests ask for when they are read again after an apply: all launchers are known now. */
  static List<Desired> again(List<Desired> desired) {
    return desired.stream()
        .map(
            d -> {
              SortedMap<String, String> launchers = launchers(d.spec(), d.contents());
              return new Desired(d.name(), d.spec(), d.source(), d.contents(), Optional.of(launchers));
            })
        .toList();
  }

  /** Without those whose names others own. */
  static World withoutConflicts(World world) {
    Set<String> names = new HashSet<>();
    Planner.plan(world.desired, world.scope, world.observed).conflicts().forEach(c -> names.add(c.name()));
    return new World(
        world.desired.stream().filter(d -> !names.contains(d.name())).toList(), world.scope, world.observed);
  }

  /** What is there, by name. */
  static Map<String, Observed.Found> byName(Observed observed) {
    Map<String, Observed.Found> byName = new HashMap<>();
    observed.sandboxes().forEach(found -> byName.put(found.applied().name(), found));
    return byName;
  }
}
