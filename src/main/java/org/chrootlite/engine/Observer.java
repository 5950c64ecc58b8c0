package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Damage;
import org.chrootlite.plan.Desired;
import org.chrootlite.plan.Observed;
import org.chrootlite.plan.TemplateState;
import org.chrootlite.store.Contents;

/** Looks at what there is, and changes nothing. */
final class Observer {
  private final Workshop workshop;

  Observer(Workshop workshop) {
    this.workshop = workshop;
  }

  /** What is recorded, and in which state all of it is. */
  Observed thoroughly(Collection<Applied> applied, Collection<Desired> desired) throws IOException {
    List<Observed.Found> found = new ArrayList<>();
    for (Applied one : applied) {
      SortedMap<String, String> contents = new TreeMap<>();
      one.contents().forEach((script, content) -> contents.put(script, content.digest()));
      found.add(
          new Observed.Found(
              one,
              damages(one.launchers(), workshop.state().launchers()),
              damages(contents, workshop.state().files()),
              layer(one)));
    }
    SortedMap<String, TemplateState> templates = new TreeMap<>();
    for (String template : templates(applied, desired)) {
      templates.put(template, workshop.rootfs().state(template));
    }
    return new Observed(found, templates, vanished(applied));
  }

  /** What is recorded; a run finds out by itself what else it needs. */
  static Observed asRecorded(Collection<Applied> applied, Collection<Desired> desired) {
    List<Observed.Found> found = new ArrayList<>();
    for (Applied one : applied) {
      found.add(new Observed.Found(one, new TreeMap<>(), new TreeMap<>(), Optional.empty()));
    }
    SortedMap<String, TemplateState> templates = new TreeMap<>();
    templates(applied, desired).forEach(template -> templates.put(template, TemplateState.CURRENT));
    return new Observed(found, templates, vanished(applied));
  }

  private static Set<Path> vanished(Collection<Applied> applied) {
    Set<Path> vanished = new HashSet<>();
    for (Applied one : applied) {
      if (Files.notExists(one.source().manifest())) {
        vanished.add(one.source().manifest());
      }
    }
    return vanished;
  }

  private static SortedMap<String, Damage> damages(Map<String, String> digests, Contents contents)
      throws IOException {
    SortedMap<String, Damage> damages = new TreeMap<>();
    for (Map.Entry<String, String> entry : digests.entrySet()) {
      contents.check(entry.getValue()).ifPresent(damage -> damages.put(entry.getKey(), damage));
    }
    return damages;
  }

  private Optional<Damage> layer(Applied applied) throws IOException {
    return applied.layer().isPresent()
        ? workshop.state().layers().check(applied.name(), applied.layer().get().uid())
        : Optional.empty();
  }

  private static Set<String> templates(Collection<Applied> applied, Collection<Desired> desired) {
    Set<String> templates = new TreeSet<>();
    applied.forEach(one -> one.spec().template().ifPresent(templates::add));
    desired.forEach(one -> one.spec().template().ifPresent(templates::add));
    return templates;
  }
}
