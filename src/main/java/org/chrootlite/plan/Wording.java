package org.chrootlite.plan;

import java.util.List;
import java.util.Map;
import org.chrootlite.spec.Spec;
import org.chrootlite.spec.TextForm;

/** What plans say of their parts. */
final class Wording {
  static final String KEPT_ON_NEW_ROOTFS =
      "kept, now on another rootfs: what it changed or deleted hides what is there; nothing of it is lost";

  private Wording() {}

  /** A name or path, on one line. */
  static String name(String text) {
    return TextForm.plain(text);
  }

  /** Why a rootfs template is prepared. */
  static String cause(TemplateState state) {
    return switch (state) {
      case ABSENT -> "there is none yet";
      case OUTDATED -> "its recipe or the host's programs have changed";
      case DAMAGED -> "files of it were removed or altered";
      case CURRENT -> "it is as it should be";
    };
  }

  /** Why something of a sandbox is made again. */
  static String cause(Damage damage) {
    return switch (damage) {
      case MISSING -> "it was removed";
      case ALTERED -> "it was altered";
    };
  }

  /** What the root of a sandbox is made from, such as {@code rootfs template base}. */
  static String rootfs(Spec spec) {
    if (spec.tree().get("rootfs") instanceof Map<?, ?> rootfs) {
      for (String key : List.of("template", "directory")) {
        if (rootfs.get(key) instanceof String value) {
          return "rootfs " + key + " " + name(value);
        }
      }
    }
    return "no rootfs";
  }

  /** The names of a sandbox's scripts. */
  static List<String> scripts(Spec spec) {
    return spec.tree().get("scripts") instanceof Map<?, ?> scripts
        ? scripts.keySet().stream().map(Object::toString).toList()
        : List.of();
  }
}
