package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.diagnostic.SourceText;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Action;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;

/** Says of what was read which sandboxes there should be. */
final class DesiredState {
  private final Reading reading;
  private final Map<String, Path> manifests = new HashMap<>();
  private final Map<Path, String> digests = new HashMap<>();

  private DesiredState(Reading reading) throws IOException {
    this.reading = reading;
    for (Sandbox sandbox : reading.sandboxes()) {
      if (!manifests.containsKey(sandbox.file())) {
        Path manifest = Path.of(sandbox.file()).toRealPath();
        manifests.put(sandbox.file(), manifest);
        SourceText text = reading.sources().get(sandbox.file());
        digests.put(manifest, text == null ? "" : Manifest.digest(text.text()));
      }
    }
  }

  /** The sandboxes of a reading without errors. Their launchers are not known yet. */
  static List<Desired> of(Reading reading) throws IOException, EngineException {
    DesiredState state = new DesiredState(reading);
    return state.all(Revision.of(state.manifests.values()));
  }

  /**
   * The same, for a run: a manifest whose text is as it was applied keeps the revision that it was applied as. To ask
   * git would take as long as many a script.
   */
  static List<Desired> of(Reading reading, Collection<Applied> before) throws IOException, EngineException {
    DesiredState state = new DesiredState(reading);
    Map<Path, Optional<String>> revisions = new HashMap<>();
    Set<Path> unknown = new HashSet<>(state.manifests.values());
    for (Applied applied : before) {
      Source source = applied.source();
      if (source.digest().equals(state.digests.get(source.manifest()))) {
        revisions.put(source.manifest(), source.revision());
        unknown.remove(source.manifest());
      }
    }
    revisions.putAll(Revision.of(unknown));
    return state.all(revisions);
  }

  private List<Desired> all(Map<Path, Optional<String>> revisions) throws IOException, EngineException {
    List<Desired> all = new ArrayList<>();
    for (Sandbox sandbox : reading.sandboxes()) {
      Path manifest = manifests.getOrDefault(sandbox.file(), Path.of(sandbox.file()));
      Source source =
          new Source(
              manifest,
              sandbox.name().origin() instanceof Origin.Line line ? line.line() : 1,
              digests.getOrDefault(manifest, ""),
              revisions.getOrDefault(manifest, Optional.empty()),
              Spec.lines(sandbox));
      all.add(new Desired(sandbox.name().value(), Spec.of(sandbox), source, contents(sandbox), Optional.empty()));
    }
    return all;
  }

  private static SortedMap<String, Content> contents(Sandbox sandbox) throws IOException, EngineException {
    SortedMap<String, Content> contents = new TreeMap<>();
    for (Script script : sandbox.scripts()) {
      if (script.action().value() instanceof Action.File file) {
        contents.put(script.name(), content(ScriptFile.read(file.path())));
      }
    }
    return contents;
  }

  static Content content(byte[] bytes) {
    return new Content(Sha256.of(bytes), bytes.length);
  }
}
