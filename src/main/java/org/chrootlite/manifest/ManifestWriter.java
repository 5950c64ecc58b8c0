package org.chrootlite.manifest;

import java.util.Map;
import java.util.Optional;
import org.chrootlite.model.LimitKind;

/**
 * Writes manifests as a person would: only what was asked for, in the order of the documentation, with a comment on
 * what can be done with it.
 *
 * <p>Whatever the texts of a {@link Draft} are, they are quoted so that {@link Manifests} reads back exactly them, or
 * says of one of them what is wrong.
 */
public final class ManifestWriter {
  private static final String HELLO = "echo \"hello from $(hostname)\"\n";

  private final Draft draft;
  private final String file;
  private final StringBuilder out = new StringBuilder(1024);

  private ManifestWriter(Draft draft, String file) {
    this.draft = draft;
    this.file = file;
  }

  /**
   * The text of a manifest.
   *
   * @param file what the manifest is going to be called on a command line
   * @param schema where the JSON Schema is, for editors, relative to the manifest's directory; letters, digits, dots,
   *     hyphens and slashes
   */
  public static String write(Draft draft, String file, Optional<String> schema) {
    return new ManifestWriter(draft, file).write(schema);
  }

  private String write(Optional<String> schema) {
    schema.ifPresent(path -> out.append("# yaml-language-server: $schema=").append(path).append('\n'));
    Map<String, String> scripts = scripts();
    use(scripts);
    out.append("apiVersion: chroot-lite/v1\nkind: Sandbox\n");
    value("", "name", draft.name());
    draft.description().ifPresent(text -> value("", "description", text));
    texts("labels", draft.labels());
    rootfs();
    limits();
    if (draft.hostNetwork()) {
      out.append("\n# The host's own network: scripts reach all that this host reaches, its local services included.");
      out.append("\nnetwork: host\n");
    }
    mounts();
    texts("environment", draft.environment());
    scripts(scripts);
    return out.toString();
  }

  /** A sandbox in which nothing can be run would be of little use, but of a directory we do not know what is in it. */
  private Map<String, String> scripts() {
    boolean known = draft.root().map(root -> root instanceof Draft.Root.Template).orElse(true);
    return draft.scripts().isEmpty() && known ? Map.of("hello", HELLO) : draft.scripts();
  }

  private void use(Map<String, String> scripts) {
    String with = "-f " + word(file, "FILE") + " ";
    String begin = "# Try it:  ";
    if (!scripts.isEmpty()) {
      out.append(begin).append("chroot-lite run ").append(with);
      out.append(word(scripts.keySet().iterator().next(), "SCRIPT")).append('\n');
      begin = "#          ";
    }
    out.append(begin).append("chroot-lite exec ").append(with);
    out.append(word(draft.name(), "NAME")).append(" -- COMMAND\n");
  }

  /** A word of a command line in a comment; what would need quotes, or could end the comment, is not repeated there. */
  private static String word(String text, String instead) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-/+".indexOf(c) >= 0;
      if (!plain) {
        return instead;
      }
    }
    return text.isEmpty() ? instead : text;
  }

  private void rootfs() {
    if (draft.root().isEmpty() && draft.writes().isEmpty()) {
      return;
    }
    out.append("\nrootfs:\n");
    draft.root().ifPresent(root -> {
      switch (root) {
        case Draft.Root.Template(String name) -> value("  ", "template", name);
        case Draft.Root.Directory(String path) -> value("  ", "directory", path);
      }
    });
    draft.writes().ifPresent(writes -> {
      switch (writes) {
        case KEEP -> out.append("  writes: keep  # what scripts write lasts until the sandbox is deleted\n");
        case DENY -> out.append("  writes: deny  # the root is read-only; /tmp and the workdir are not\n");
      }
    });
  }

  private void limits() {
    if (draft.limits().isEmpty()) {
      return;
    }
    out.append("\nlimits:\n");
    for (LimitKind kind : LimitKind.values()) {
      String text = draft.limits().get(kind);
      if (text != null) {
        out.append("  ").append(kind.key()).append(": ").append(quantity(kind, text)).append('\n');
      }
    }
  }

  /** A number, with a unit where it is of a kind that has units; what is none is text, and refused as what it is. */
  private static String quantity(LimitKind kind, String text) {
    boolean number = !text.isEmpty();
    boolean whole = number;
    for (int at = 0; at < text.length(); at++) {
      boolean digit = text.charAt(at) >= '0' && text.charAt(at) <= '9';
      number &= digit || text.charAt(at) == '.';
      whole &= digit;
    }
    boolean plain =
        switch (kind.unit()) {
          case BYTES, NANOSECONDS -> whole || (isQuantity(text) && PlainScalar.kind(text) == Node.Kind.TEXT);
          case MILLICPUS, COUNT -> number;
        };
    return plain ? text : YamlText.inLine(text);
  }

  private static boolean isQuantity(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean inside = at > 0 && at < text.length() - 1;
      if (!((c >= '0' && c <= '9') || (at > 0 && letter) || (inside && (c == '.' || c == ' ')))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private void mounts() {
    if (draft.mounts().isEmpty()) {
      return;
    }
    out.append("\nmounts:\n");
    for (Draft.Bind mount : draft.mounts()) {
      out.append("  - {source: ").append(YamlText.inLine(mount.source()));
      out.append(", target: ").append(YamlText.inLine(mount.target()));
      out.append(mount.writable() ? ", readOnly: false}\n" : "}\n");
    }
  }

  private void texts(String key, Map<String, String> texts) {
    if (!texts.isEmpty()) {
      out.append('\n').append(key).append(":\n");
      texts.forEach((name, text) -> value("  ", name, text));
    }
  }

  private void scripts(Map<String, String> scripts) {
    if (scripts.isEmpty()) {
      return;
    }
    out.append("\nscripts:\n");
    scripts.forEach(
        (name, text) -> {
          out.append(key("  ", name)).append('\n');
          out.append("    run: ");
          out.append(shell(text, "      "));
        });
  }

  /** A shell text: in its line where it needs no quotes, else as a block where it can be one. */
  private static String shell(String text, String indent) {
    Optional<String> block = YamlText.isPlain(text) ? Optional.empty() : YamlText.block(text, indent);
    return block.orElseGet(() -> YamlText.inLine(text) + "\n");
  }

  private static String key(String indent, String name) {
    return indent + YamlText.key(name).replace("\n", "\n" + indent);
  }

  private void value(String indent, String key, String text) {
    out.append(key(indent, key)).append(' ').append(YamlText.inLine(text)).append('\n');
  }
}
