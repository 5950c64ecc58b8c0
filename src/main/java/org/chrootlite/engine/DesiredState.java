package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.diagnostic.SourceText;
import org.chrootlite.manifest.Reading;
import org.chrootlite.model.Action;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Sha256;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;

/** Says of what was read which sandboxes there should be. */
final class DesiredState {
  private final Reading reading;
  private final Map<String, Path> manifests = new HashMap<>();
  private final Map<String, String> digests = new HashMap<>();

  private DesiredState(Reading reading) throws IOException {
    this.reading = reading;
    for (Sandbox sandbox : reading.sandboxes()) {
      if (!manifests.containsKey(sandbox.file())) {
        manifests.put(sandbox.file(), Path.of(sandbox.file()).toRealPath());
        SourceText text = reading.sources().get(sandbox.file());
        digests.put(sandbox.file(), text == null ? "" : Manifest.digest(text.text()));
      }
    }
  }

  /** The sandboxes of a reading without errors. Their launchers are not known yet. */
  static List<Desired> of(Reading reading) throws IOException, EngineException {
    return new DesiredState(reading).all();
  }

  private List<Desired> all() throws IOException, EngineException {
    Map<Path, Optional<String>> revisions = Revision.of(manifests.values());
    List<Desired> all = new ArrayList<>();
    for (Sandbox sandbox : reading.sandboxes()) {
      Path manifest = manifests.getOrDefault(sandbox.file(), Path.of(sandbox.file()));
      Source source =
          new Source(
              manifest,
              sandbox.name().origin() instanceof Origin.Line line ? line.line() : 1,
              digests.getOrDefault(sandbox.file(), ""),
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
