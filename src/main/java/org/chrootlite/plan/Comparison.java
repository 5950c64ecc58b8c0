package org.chrootlite.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.chrootlite.model.Amount;
import org.chrootlite.spec.Difference;
import org.chrootlite.spec.Spec;
import org.chrootlite.spec.SpecPath;
import org.jspecify.annotations.Nullable;

/** Compares a sandbox as it is with how it should be. */
final class Comparison {
  /** What a repair calls the layer. */
  static final String LAYER = "layer";

  private static final int DIGEST_SHOWN = 12;

  private final Observed.Found found;
  private final Applied before;
  private final Desired desired;
  private final TemplateState template;
  private final boolean isAdopted;
  private final List<Action.Change> changes = new ArrayList<>();
  private final List<Action.Repair> repairs = new ArrayList<>();

  /**
   * @param template the state of the template that the desired sandbox has; current where it has none
   * @param isAdopted whether the desired one is of another manifest, as that of the sandbox is gone
   */
  Comparison(Observed.Found found, Desired desired, TemplateState template, boolean isAdopted) {
    this.found = found;
    this.before = found.applied();
    this.desired = desired;
    this.template = template;
    this.isAdopted = isAdopted;
  }

  /** What it takes; nothing where it is as it should be. */
  Optional<Action.Update> update() {
    for (Difference difference : Difference.between(before.spec(), desired.spec())) {
      changes.add(new Action.Change(difference.field(), difference.before(), difference.after()));
    }
    if (isAdopted) {
      String gone = before.source().manifest() + " (which is gone)";
      changes.add(
          new Action.Change("manifest", Optional.of(gone), Optional.of(desired.source().manifest().toString())));
    }
    compareContents();
    changes.sort(Comparator.comparing(Action.Change::field));
    repairContents();
    repairLaunchers();
    Action.LayerFate layer = layer();
    repairLayer(layer);
    return changes.isEmpty() && repairs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Action.Update(before, desired, changes, repairs, layer));
  }

  private void compareContents() {
    for (String script : union(before.contents(), desired.contents())) {
      @Nullable Content old = before.contents().get(script);
      @Nullable Content now = desired.contents().get(script);
      // Of a script that became a file, or is none any more, the setting says it.
      boolean comparable = (old != null && now != null) || hasSameSpec(script);
      if (comparable && !Objects.equals(old, now)) {
        String field = SpecPath.child("scripts", script) + ".file (content)";
        boolean alike = old != null && now != null && size(old).equals(size(now));
        changes.add(new Action.Change(field, text(old, alike), text(now, alike)));
      }
    }
  }

  private static Optional<String> text(@Nullable Content content, boolean withDigest) {
    return Optional.ofNullable(content).map(c -> withDigest ? size(c) + ", sha256 " + digest(c) : size(c));
  }

  private static String size(Content content) {
    return Amount.bytes(content.size());
  }

  private static String digest(Content content) {
    return content.digest().substring(0, Math.min(DIGEST_SHOWN, content.digest().length()));
  }

  private void repairContents() {
    found
        .contents()
        .forEach(
            (script, damage) -> {
              if (desired.contents().containsKey(script)) {
                repairs.add(new Action.Repair("stored file of " + script, Wording.cause(damage)));
              }
            });
  }

  /** A launcher that differs needs a cause only where nothing that it is made from has changed. */
  private void repairLaunchers() {
    List<String> differing = new ArrayList<>();
    for (String script : scripts()) {
      @Nullable Damage damage = found.launchers().get(script);
      if (damage != null && isDesired(script)) {
        repairs.add(new Action.Repair("launcher of " + script, Wording.cause(damage)));
      } else if (!hasSameLauncher(script)
          && hasSameSpec(script)
          && Objects.equals(before.contents().get(script), desired.contents().get(script))) {
        differing.add(script);
      }
    }
    if (!differing.isEmpty()) {
      String what = (differing.size() == 1 ? "launcher of " : "launchers of ") + String.join(", ", differing);
      repairs.add(new Action.Repair(what, launcherCause()));
    }
  }

  private String launcherCause() {
    if (template != TemplateState.CURRENT) {
      return "rootfs template " + desired.spec().template().orElse("") + " is prepared anew";
    }
    return desired.launchers().isPresent()
        ? "chroot-lite or this host has changed"
        : "chroot-lite or this host may have changed";
  }

  private boolean hasSameLauncher(String script) {
    return desired.launchers().isPresent()
        && Objects.equals(before.launchers().get(script), desired.launchers().get().get(script));
  }

  private SortedSet<String> scripts() {
    SortedSet<String> scripts = new TreeSet<>(before.launchers().keySet());
    scripts.addAll(Wording.scripts(desired.spec()));
    desired.launchers().ifPresent(launchers -> scripts.addAll(launchers.keySet()));
    return scripts;
  }

  private boolean isDesired(String script) {
    return desired.launchers().map(launchers -> launchers.containsKey(script)).orElse(false)
        || Wording.scripts(desired.spec()).contains(script);
  }

  /** Whether nothing of what a script runs in, and what it runs, has changed; the content of its file aside. */
  private boolean hasSameSpec(String script) {
    return before.spec().equals(desired.spec()) || inputs(before.spec(), script).equals(inputs(desired.spec(), script));
  }

  private static SortedMap<String, Object> inputs(Spec spec, String script) {
    SortedMap<String, Object> inputs = new TreeMap<>(spec.tree());
    inputs.remove("description");
    inputs.remove("labels");
    @Nullable Object own = inputs.remove("scripts") instanceof Map<?, ?> scripts ? scripts.get(script) : null;
    inputs.put("scripts", Optional.ofNullable(own));
    return inputs;
  }

  private Action.LayerFate layer() {
    boolean whole = before.layer().isPresent() && !found.layer().equals(Optional.of(Damage.MISSING));
    if (desired.spec().keeps()) {
      if (!whole) {
        return Action.LayerFate.MAKE;
      }
      boolean newRootfs =
          template == TemplateState.OUTDATED || !source(before.spec()).equals(source(desired.spec()));
      return newRootfs ? Action.LayerFate.KEEP_ON_NEW_ROOTFS : Action.LayerFate.KEEP;
    }
    return whole ? Action.LayerFate.DELETE : Action.LayerFate.NONE;
  }

  /** What the root is made from, without what becomes of writes to it. */
  private static SortedMap<Object, Object> source(Spec spec) {
    SortedMap<Object, Object> source = new TreeMap<>();
    if (spec.tree().get("rootfs") instanceof Map<?, ?> rootfs) {
      source.putAll(rootfs);
      source.remove("writes");
    }
    return source;
  }

  private void repairLayer(Action.LayerFate fate) {
    boolean keeps = desired.spec().keeps();
    if (keeps && found.layer().isPresent() && before.layer().isPresent()) {
      repairs.add(
          switch (found.layer().get()) {
            case MISSING -> new Action.Repair(LAYER, "it was removed, with all that was kept in it");
            case ALTERED ->
                new Action.Repair("directories of the layer", "they were altered; all that is kept in it stays");
          });
    } else if (before.spec().keeps() == keeps && before.layer().isPresent() != keeps) {
      repairs.add(new Action.Repair("record of the layer", "it was wrong"));
    }
    if (fate == Action.LayerFate.KEEP_ON_NEW_ROOTFS && template == TemplateState.OUTDATED) {
      String what = "rootfs template " + desired.spec().template().orElse("");
      repairs.add(new Action.Repair(what, Wording.cause(template)));
    }
  }

  private static SortedSet<String> union(SortedMap<String, ?> one, SortedMap<String, ?> other) {
    SortedSet<String> union = new TreeSet<>(one.keySet());
    union.addAll(other.keySet());
    return union;
  }
}
