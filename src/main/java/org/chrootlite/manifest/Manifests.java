package org.chrootlite.manifest;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.diagnostic.SourceText;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Sha256;
import org.jspecify.annotations.Nullable;

/** Reads manifests: files and directories to sandboxes. */
public final class Manifests {
  /** More problems of one document are only counted. */
  private static final int MAX_PROBLEMS = 1000;

  private static final Comparator<Diagnostic> BY_PLACE =
      Comparator.comparing((Diagnostic diagnostic) -> diagnostic.position().file())
          .thenComparingInt(diagnostic -> diagnostic.position().line())
          .thenComparingInt(diagnostic -> diagnostic.position().column())
          .thenComparing(Diagnostic::path)
          .thenComparing(Diagnostic::message);

  private final Set<String> templates;
  private final CheckedTexts checked;
  private final Problems general = new Problems();
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private final List<Sandbox> sandboxes = new ArrayList<>();
  private final List<SandboxReader.Outcome> outcomes = new ArrayList<>();
  private final Map<String, SourceText> sources = new HashMap<>();
  private final List<Position> leftOut = new ArrayList<>();
  private final Map<String, Position> names = new HashMap<>();

  private Manifests(Set<String> templates, CheckedTexts checked) {
    this.templates = Set.copyOf(templates);
    this.checked = checked;
  }

  /**
   * Reads all manifests below the paths. It never throws for what they hold, and changes nothing.
   *
   * @param paths files; and directories, which are searched for {@code *.yaml} and {@code *.yml}
   * @param templates the names that {@code rootfs.template} may have
   */
  public static Reading read(List<String> paths, Set<String> templates) {
    return read(paths, templates, CheckedTexts.NONE);
  }

  /** The same, without the schema check for files that are known to have passed it. */
  public static Reading read(List<String> paths, Set<String> templates, CheckedTexts checked) {
    Manifests manifests = new Manifests(templates, checked);
    for (ManifestFinder.Found found : ManifestFinder.find(paths, manifests.general)) {
      ManifestFile.read(found.file(), found.path(), manifests.general)
          .ifPresent(source -> manifests.readFile(source, found));
    }
    return manifests.reading();
  }

  /** Reads a text as if a file of this name held it; the file need not exist, and is not touched. */
  public static Reading readText(String file, String text, Set<String> templates) {
    Manifests manifests = new Manifests(templates, CheckedTexts.NONE);
    ManifestFinder.Found found = new ManifestFinder.Found(file, Path.of(file), true);
    ManifestFile.accept(file, text.getBytes(StandardCharsets.UTF_8), manifests.general)
        .ifPresent(source -> manifests.readFile(source, found));
    return manifests.reading();
  }

  private Reading reading() {
    for (int i = 0; i < outcomes.size(); i++) {
      Optional<Sandbox> writer = outcomes.get(i).sandbox();
      // Most write to nothing of the host.
      boolean isWriter = writer.isPresent() && writer.get().mounts().stream().anyMatch(HostFiles::isWritable);
      for (int other = 0; isWriter && other < outcomes.size(); other++) {
        if (other != i) {
          outcomes.get(other).files().checkWritable(writer.orElseThrow().mounts(), general);
        }
      }
    }
    List<Diagnostic> all = new ArrayList<>(general.diagnostics());
    all.addAll(diagnostics);
    all.sort(BY_PLACE);
    return new Reading(sandboxes, all, sources, leftOut);
  }

  private void readFile(SourceText source, ManifestFinder.Found found) {
    sources.put(source.file(), source);
    YamlReader.Documents yaml = YamlReader.read(source);
    diagnostics.addAll(yaml.diagnostics());
    if (yaml.documents().isEmpty() && yaml.diagnostics().isEmpty()) {
      general.error(
          Position.startOf(source.file()),
          "",
          "is empty: it holds no sandbox",
          "chroot-lite init writes a manifest to start from");
    }
    String digest = digest(source.text());
    boolean known = checked.contains(digest);
    boolean fits = yaml.diagnostics().isEmpty();
    for (Node document : yaml.documents()) {
      if (!found.named() && isForeign(document)) {
        general.warning(
            document.position(),
            "",
            "is not a sandbox, and is left out; nothing is deleted while it is here",
            "a sandbox has apiVersion: chroot-lite/v1");
        leftOut.add(document.position());
      } else if (document instanceof Node.Mapping) {
        List<Diagnostic> misfits = known ? List.of() : SchemaCheck.check(document);
        fits &= misfits.isEmpty();
        readDocument(document, found, misfits, yaml.diagnostics().isEmpty());
      } else {
        general.error(document.position(), "", "must be a mapping, not " + Messages.kindOf(document), "");
        fits = false;
      }
    }
    if (fits && !known) {
      checked.add(digest);
    }
  }

  private static String digest(String text) {
    return new Sha256()
        .add(Bundled.schema().getBytes(StandardCharsets.UTF_8))
        .add((byte) 0)
        .add(text.getBytes(StandardCharsets.UTF_8))
        .hex();
  }

  /**
   * Whether a document in a directory belongs to another tool, such as a workflow or a Compose file. One that may be a
   * sandbox does not: a typo in its {@code apiVersion} must be an error, never a sandbox that is no longer listed.
   */
  private static boolean isForeign(Node document) {
    if (!(document instanceof Node.Mapping mapping)) {
      return false;
    }
    String version = text(mapping, "apiVersion").orElse("").toLowerCase(Locale.ROOT);
    return !version.contains("chroot")
        && !text(mapping, "kind").equals(Optional.of("Sandbox"))
        && !mapping.entries().containsKey("scripts")
        && !mapping.entries().containsKey("rootfs");
  }

  private static Optional<String> text(Node.Mapping mapping, String key) {
    Node.@Nullable Entry entry = mapping.entries().get(key);
    return entry != null && entry.value() instanceof Node.Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
  }

  private void readDocument(
      Node document, ManifestFinder.Found found, List<Diagnostic> misfits, boolean cleanYaml) {
    SandboxReader.Outcome outcome = SandboxReader.read(found.file(), found.path(), document, templates);
    outcomes.add(outcome);
    List<Diagnostic> problems = merge(outcome.diagnostics(), misfits);
    boolean wrong = problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    if (outcome.sandbox().isEmpty() && !wrong) {
      general.error(document.position(), "", "does not have the shape of a sandbox", "");
    }
    if (problems.size() > MAX_PROBLEMS) {
      String message = "has " + (problems.size() - MAX_PROBLEMS) + " more problems";
      general.error(Position.ofFile(found.file()), "", message, "");
      problems = problems.subList(0, MAX_PROBLEMS);
    }
    diagnostics.addAll(problems);
    outcome.name().ifPresent(this::checkName);
    if (!wrong && cleanYaml) {
      outcome.sandbox().ifPresent(sandboxes::add);
    }
  }

  /** What the reader found, and of what the schema check found only what the reader has no better words for. */
  private static List<Diagnostic> merge(List<Diagnostic> fromReader, List<Diagnostic> fromSchema) {
    Set<String> told = new HashSet<>();
    for (Diagnostic diagnostic : fromReader) {
      if (diagnostic.severity() == Severity.ERROR) {
        told.add(diagnostic.path());
      }
    }
    List<Diagnostic> merged = new ArrayList<>(fromReader);
    for (Diagnostic diagnostic : fromSchema) {
      if (!told.contains(diagnostic.path())) {
        merged.add(diagnostic);
      }
    }
    merged.sort(BY_PLACE);
    return merged;
  }

  private void checkName(SandboxReader.Named named) {
    @Nullable Position first = names.putIfAbsent(named.name(), named.position());
    if (first != null) {
      String message =
          Messages.quote(named.name()) + " is already the name of the sandbox at " + first.file() + ":" + first.line();
      general.error(named.position(), "name", message, "");
    }
  }
}
