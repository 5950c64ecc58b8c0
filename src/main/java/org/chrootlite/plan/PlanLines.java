package org.chrootlite.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.plan.PlanText.Kind;
import org.chrootlite.plan.PlanText.Line;

/** Writes the lines of one plan. */
final class PlanLines {
  private static final String INDENT = "    ";

  private final Path base;
  private final Map<String, String> layerSizes;
  private final List<Line> lines = new ArrayList<>();

  PlanLines(Path base, Map<String, String> layerSizes) {
    this.base = base;
    this.layerSizes = layerSizes;
  }

  List<Line> of(Plan plan) {
    plan.actions().forEach(this::add);
    plan.conflicts().forEach(this::add);
    add(Kind.SUMMARY, PlanSummary.of(plan));
    return List.copyOf(lines);
  }

  private void add(Kind kind, String text) {
    lines.add(new Line(kind, text));
  }

  private void detail(String text) {
    add(Kind.DETAIL, INDENT + text);
  }

  private void add(Action action) {
    switch (action) {
      case Action.PrepareRootfs prepare -> prepare(prepare);
      case Action.Create create -> create(create.desired());
      case Action.Update update -> update(update);
      case Action.Delete delete -> delete(delete);
    }
  }

  private void prepare(Action.PrepareRootfs prepare) {
    String text = "prepare rootfs template " + Wording.name(prepare.template()) + ": " + Wording.cause(prepare.cause());
    if (prepare.cause() == TemplateState.ABSENT) {
      add(Kind.CREATE, "+ " + text);
    } else {
      add(Kind.UPDATE, "~ " + text);
    }
  }

  private void create(Desired desired) {
    StringBuilder text = new StringBuilder(where("+ create ", desired.name(), desired.source()));
    text.append(": ").append(Wording.rootfs(desired.spec()));
    if (desired.spec().keeps()) {
      text.append(", which keeps what is written to it");
    }
    List<String> scripts = Wording.scripts(desired.spec());
    if (!scripts.isEmpty()) {
      text.append(scripts.size() == 1 ? "; script " : "; scripts ").append(String.join(", ", scripts));
    }
    add(Kind.CREATE, text.toString());
  }

  private void update(Action.Update update) {
    add(Kind.UPDATE, where("~ update ", update.desired().name(), update.desired().source()));
    for (Action.Change change : update.changes()) {
      detail(change.field() + ": " + shown(change.before()) + " -> " + shown(change.after()));
    }
    for (Action.Repair repair : update.repairs()) {
      detail(repair.what() + ": made again, since " + repair.why());
    }
    switch (update.layer()) {
      case NONE, KEEP -> {}
      case KEEP_ON_NEW_ROOTFS -> detail("layer: " + Wording.KEPT_ON_NEW_ROOTFS);
      case MAKE -> {
        if (update.repairs().stream().noneMatch(repair -> repair.what().equals(Comparison.LAYER))) {
          detail("layer: an empty one is made");
        }
      }
      case DELETE -> detail("layer: deleted, with all that was kept in it" + size(update.before().name()));
    }
  }

  private static String shown(Optional<String> value) {
    return value.orElse("not set");
  }

  private void delete(Action.Delete delete) {
    Applied applied = delete.applied();
    String text =
        switch (delete.cause()) {
          case NO_LONGER_LISTED ->
              "- delete " + applied.name() + ": no longer listed in " + path(applied.source().manifest());
          case ASKED_FOR -> where("- delete ", applied.name(), applied.source()) + ": asked for";
        };
    String layer = applied.layer().isPresent() ? "; its layer is deleted with it" + size(applied.name()) : "";
    add(Kind.DELETE, text + layer);
  }

  private void add(Plan.Conflict conflict) {
    add(
        Kind.CONFLICT,
        "! conflict on %s: it was applied from %s:%d, and %s:%d has that name too"
            .formatted(
                conflict.name(),
                path(conflict.owner()),
                conflict.ownerLine(),
                path(conflict.claimant()),
                conflict.claimantLine()));
    detail("rename one of them; or, where it has moved, apply a directory that both files are in");
  }

  private String size(String name) {
    return Optional.ofNullable(layerSizes.get(name)).map(size -> " (" + size + ")").orElse("");
  }

  private String where(String start, String name, Source source) {
    return start + name + " (" + path(source.manifest()) + ":" + source.line() + ")";
  }

  private String path(Path manifest) {
    boolean below = manifest.startsWith(base) && !manifest.equals(base);
    return Wording.name((below ? base.relativize(manifest) : manifest).toString());
  }
}
