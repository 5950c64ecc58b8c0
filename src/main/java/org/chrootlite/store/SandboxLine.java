package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.plan.Applied;
import org.chrootlite.plan.Content;
import org.chrootlite.plan.Layer;
import org.chrootlite.plan.Source;
import org.chrootlite.spec.Spec;
import org.chrootlite.spec.SpecException;
import org.jspecify.annotations.Nullable;

/**
 * An applied sandbox as one line of JSON.
 *
 * <pre>{@code
 * {"name":"mybox","manifest":"/srv/boxes/sandbox.yaml","line":3,"digest":"9f86...","revision":"git:1a2b3c4 (clean)",
 *  "since":"2026-11-22T08:15:00Z","layer":{"uid":2000010000},"contents":{"grade":{"digest":"60303...","size":512}},
 *  "launchers":{"grade":"b5bb9..."},"spec":{...},"lines":{"limits.memory":7}}
 * }</pre>
 *
 * <p>{@code revision} and {@code layer} may be missing. The name comes first: lines are found by it.
 */
final class SandboxLine {
  private final Map<String, @Nullable Object> fields;

  private SandboxLine(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  /** What {@link #read} turns into the same sandbox. */
  static String write(Applied applied) {
    Map<String, Object> line = new LinkedHashMap<>();
    Source source = applied.source();
    line.put("name", applied.name());
    line.put("manifest", source.manifest().toString());
    line.put("line", source.line());
    line.put("digest", source.digest());
    source.revision().ifPresent(revision -> line.put("revision", revision));
    line.put("since", applied.since().toString());
    applied.layer().ifPresent(layer -> line.put("layer", Map.of("uid", layer.uid())));
    Map<String, Object> contents = new LinkedHashMap<>();
    for (Map.Entry<String, Content> entry : applied.contents().entrySet()) {
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("digest", entry.getValue().digest());
      content.put("size", entry.getValue().size());
      contents.put(entry.getKey(), content);
    }
    line.put("contents", contents);
    line.put("launchers", applied.launchers());
    line.put("spec", applied.spec().tree());
    line.put("lines", source.lines());
    return JsonWriter.toJson(line);
  }

  /**
   * The sandbox of a line.
   *
   * @throws IOException saying what is wrong with the line
   */
  static Applied read(byte[] utf8) throws IOException {
    return new SandboxLine(JsonReader.readObject(utf8)).applied();
  }

  private Applied applied() throws IOException {
    Source source =
        new Source(path("manifest"), integer("line"), text("digest"), optional("revision"), lines());
    return new Applied(
        text("name"), spec(), source, contents(), launchers(), layer(), instant("since"));
  }

  private Spec spec() throws IOException {
    try {
      return Spec.ofTree(object("spec").fields);
    } catch (SpecException e) {
      throw new IOException("\"spec\" is none: " + e.getMessage(), e);
    }
  }

  private SortedMap<String, Integer> lines() throws IOException {
    SandboxLine object = object("lines");
    SortedMap<String, Integer> lines = new TreeMap<>();
    for (String setting : object.fields.keySet()) {
      lines.put(setting, object.integer(setting));
    }
    return lines;
  }

  private SortedMap<String, Content> contents() throws IOException {
    SandboxLine object = object("contents");
    SortedMap<String, Content> contents = new TreeMap<>();
    for (String script : object.fields.keySet()) {
      SandboxLine content = object.object(script);
      contents.put(script, new Content(content.text("digest"), content.number("size")));
    }
    return contents;
  }

  private SortedMap<String, String> launchers() throws IOException {
    SandboxLine object = object("launchers");
    SortedMap<String, String> launchers = new TreeMap<>();
    for (String script : object.fields.keySet()) {
      launchers.put(script, object.text(script));
    }
    return launchers;
  }

  private Optional<Layer> layer() throws IOException {
    return fields.containsKey("layer") ? Optional.of(new Layer(object("layer").number("uid"))) : Optional.empty();
  }

  private Optional<String> optional(String key) throws IOException {
    return fields.containsKey(key) ? Optional.of(text(key)) : Optional.empty();
  }

  private String text(String key) throws IOException {
    if (value(key, fields.get(key)) instanceof String text) {
      return text;
    }
    throw wrong(key, "text");
  }

  private long number(String key) throws IOException {
    if (value(key, fields.get(key)) instanceof Long number) {
      return number;
    }
    throw wrong(key, "a whole number");
  }

  private int integer(String key) throws IOException {
    long number = number(key);
    if (number == (int) number) {
      return (int) number;
    }
    throw wrong(key, "a number of 32 bits");
  }

  @SuppressWarnings("unchecked") // the reader's maps have no other keys
  private SandboxLine object(String key) throws IOException {
    if (value(key, fields.get(key)) instanceof Map<?, ?> map) {
      return new SandboxLine((Map<String, @Nullable Object>) map);
    }
    throw wrong(key, "an object");
  }

  private Path path(String key) throws IOException {
    String text = text(key);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IOException(
          "\"%s\" is no file name in this locale: %s; set LC_ALL=C.UTF-8".formatted(key, e.getReason()), e);
    }
  }

  private Instant instant(String key) throws IOException {
    try {
      return Instant.parse(text(key));
    } catch (DateTimeParseException e) {
      throw new IOException("\"%s\" is no time: %s".formatted(key, e.getMessage()), e);
    }
  }

  private static Object value(String key, @Nullable Object value) throws IOException {
    if (value == null) {
      throw new IOException("there is no \"%s\"".formatted(key));
    }
    return value;
  }

  private static IOException wrong(String key, String what) {
    return new IOException("\"%s\" is not %s".formatted(key, what));
  }
}
