package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chrootlite.spec.Spec;

/** A plan as programs read it: maps, lists, texts and numbers, to be written as JSON. Paths are absolute. */
public final class PlanJson {
  private PlanJson() {}

  /**
   * The tree of a plan, with {@code actions}, {@code conflicts}, and the number of {@code unchanged} sandboxes.
   *
   * @param layerSizes how large sandboxes' layers are, in bytes, by the sandbox's name; said of those that are deleted
   */
  public static Map<String, Object> tree(Plan plan, Map<String, Long> layerSizes) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("actions", plan.actions().stream().map(action -> tree(action, layerSizes)).toList());
    tree.put("conflicts", plan.conflicts().stream().map(PlanJson::tree).toList());
    tree.put("unchanged", plan.unchanged());
    return tree;
  }

  private static Map<String, Object> tree(Action action, Map<String, Long> layerSizes) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (action) {
      case Action.PrepareRootfs prepare -> {
        tree.put("action", "prepare-rootfs");
        tree.put("template", prepare.template());
        tree.put("cause", id(prepare.cause()));
      }
      case Action.Create create -> {
        start(tree, "create", create.desired().name(), create.desired().source());
        tree.put("rootfs", rootfs(create.desired().spec()));
        tree.put("scripts", Wording.scripts(create.desired().spec()));
        tree.put("layer", id(create.desired().spec().keeps() ? Action.LayerFate.MAKE : Action.LayerFate.NONE));
      }
      case Action.Update update -> {
        start(tree, "update", update.desired().name(), update.desired().source());
        tree.put("changes", update.changes().stream().map(PlanJson::tree).toList());
        tree.put("repairs", update.repairs().stream().map(PlanJson::tree).toList());
        putLayer(tree, update.layer(), update.before().name(), layerSizes);
      }
      case Action.Delete delete -> {
        Applied applied = delete.applied();
        start(tree, "delete", applied.name(), applied.source());
        tree.put("cause", id(delete.cause()));
        Action.LayerFate layer = applied.layer().isPresent() ? Action.LayerFate.DELETE : Action.LayerFate.NONE;
        putLayer(tree, layer, applied.name(), layerSizes);
      }
    }
    return tree;
  }

  private static void start(Map<String, Object> tree, String action, String sandbox, Source source) {
    tree.put("action", action);
    tree.put("sandbox", sandbox);
    tree.put("manifest", source.manifest().toString());
    tree.put("line", source.line());
    tree.put("revision", source.revision());
  }

  private static Object rootfs(Spec spec) {
    return spec.tree().getOrDefault("rootfs", Map.of());
  }

  private static void putLayer(
      Map<String, Object> tree, Action.LayerFate layer, String sandbox, Map<String, Long> layerSizes) {
    tree.put("layer", id(layer));
    if (layer == Action.LayerFate.DELETE && layerSizes.containsKey(sandbox)) {
      tree.put("layerSize", layerSizes.get(sandbox));
    }
  }

  private static Map<String, Object> tree(Action.Change change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("field", change.field());
    tree.put("before", change.before());
    tree.put("after", change.after());
    return tree;
  }

  private static Map<String, Object> tree(Action.Repair repair) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("what", repair.what());
    tree.put("why", repair.why());
    return tree;
  }

  private static Map<String, Object> tree(Plan.Conflict conflict) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("sandbox", conflict.name());
    tree.put("owner", place(conflict.owner(), conflict.ownerLine()));
    tree.put("claimant", place(conflict.claimant(), conflict.claimantLine()));
    return tree;
  }

  private static Map<String, Object> place(Path manifest, int line) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("manifest", manifest.toString());
    tree.put("line", line);
    return tree;
  }

  private static String id(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
