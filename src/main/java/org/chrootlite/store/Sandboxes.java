package org.chrootlite.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.plan.Applied;
import org.jspecify.annotations.Nullable;

/**
 * The index of what was applied: a file of JSON lines, that is replaced as a whole.
 *
 * <p>The first line is a header with the format's version, and length and checksum of all that follows: a file that was
 * cut short, or changed by anybody else, is found out by whoever reads any part of it. Then comes a line for each
 * sandbox, sorted by name, see {@link SandboxLine}; then one for each layer whose deletion is decided and not finished,
 * such as {@code {"removing":"mybox"}}.
 *
 * <p>Who wants one sandbox finds its line by its text and parses only that: in a file of 1,000 sandboxes that is what
 * takes the time. It works as {@link JsonWriter} has one way to write each text.
 *
 * <p>Readers need no lock. Nothing applied yet is no file.
 */
public final class Sandboxes {
  private static final long VERSION = 1;
  private static final int DIGEST_DIGITS = 64;
  private static final String NAME = "{\"name\":";
  private static final String REMOVING = "{\"removing\":";

  private final Path directory;
  private final Path file;

  /** What was read last: who asks again while the file is the same need not have it checked and parsed again. */
  private volatile Text last = Text.NONE;

  Sandboxes(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("sandboxes.jsonl");
  }

  /**
   * All, sorted by name.
   *
   * @throws StoreException when the index is damaged, or of a newer version; so do all other methods
   */
  public List<Applied> all() throws IOException {
    Text text = load();
    List<Applied> all = new ArrayList<>();
    for (int start = text.first; start < text.end(); start = text.next(start)) {
      if (text.latin1.startsWith(NAME, start)) {
        all.add(sandbox(text, start));
      }
    }
    return List.copyOf(all);
  }

  /** The one of this name. */
  public Optional<Applied> named(String name) throws IOException {
    Text text = load();
    int start = text.find("\n" + NAME + JsonWriter.toJson(name) + ",", text.first - 1);
    return start < 0 ? Optional.empty() : Optional.of(sandbox(text, start + 1));
  }

  /** Those that have a script of this name, sorted by their own names. */
  public List<Applied> withScript(String script) throws IOException {
    Text text = load();
    String key = JsonWriter.toJson(script) + ":\"";
    int length = latin1(key).length();
    List<Applied> found = new ArrayList<>();
    int from = text.first;
    for (int hit = text.find(key, from); hit >= 0; hit = text.find(key, from)) {
      from = hit + length;
      int start = text.startOfLine(hit);
      // Of a launcher the value is a digest. Other settings may have that key too, so the line has the last word.
      int end = from + DIGEST_DIGITS;
      if (end < text.end() && text.latin1.charAt(end) == '"' && text.latin1.startsWith(NAME, start)) {
        Applied candidate = sandbox(text, start);
        if (candidate.launchers().containsKey(script)) {
          found.add(candidate);
          from = text.next(hit);
        }
      }
    }
    return List.copyOf(found);
  }

  /** Names of sandboxes whose layers are to be deleted, or are half deleted; sorted. */
  public List<String> removing() throws IOException {
    Text text = load();
    int before = text.find("\n" + REMOVING, text.first - 1);
    List<String> names = new ArrayList<>();
    for (int start = before + 1; before >= 0 && start < text.end(); start = text.next(start)) {
      names.add(removing(text, start));
    }
    return List.copyOf(names);
  }

  /**
   * Replaces all of it at once, durably: this is what commits a change. The caller holds the lock {@code apply}.
   *
   * @param sandboxes all that are applied then
   * @param removing names of sandboxes whose layers are to be deleted, and of nothing that is still used
   * @param operation who does this, for {@link #committedBy}
   * @throws StoreException also when one cannot be written so that it could be read again
   */
  public void replace(Collection<Applied> sandboxes, Collection<String> removing, String operation)
      throws IOException {
    // What cannot be read must not be lost.
    load();
    Map<String, Applied> sorted = new TreeMap<>();
    for (Applied sandbox : sandboxes) {
      if (sorted.put(sandbox.name(), sandbox) != null) {
        throw new IllegalArgumentException("two sandboxes of the name " + sandbox.name());
      }
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Applied sandbox : sorted.values()) {
      lines.writeBytes(line(sandbox));
    }
    for (String name : new TreeSet<>(removing)) {
      lines.writeBytes(utf8(REMOVING + JsonWriter.toJson(name) + "}\n"));
    }
    byte[] body = lines.toByteArray();
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("version", VERSION);
    header.put("bytes", (long) body.length);
    header.put("crc32", crc32(body, 0));
    header.put("by", operation);
    ByteArrayOutputStream all = new ByteArrayOutputStream(body.length + 100);
    all.writeBytes(utf8(JsonWriter.toJson(header) + "\n"));
    all.writeBytes(body);
    try {
      removeLeftOvers();
      AtomicFile.write(file, all.toByteArray(), PosixFilePermissions.fromString("rw-------"));
      syncDirectory();
    } catch (IOException e) {
      throw StoreException.because("cannot write " + file, e);
    }
  }

  /** Removes what killed writers of the index left. The caller holds the lock {@code apply}. */
  public void removeLeftOvers() throws IOException {
    // Only of this file: other files of this directory have other locks.
    AtomicFile.removeLeftOversOf(file);
  }

  /** Else a power failure could undo the rename, after what depends on it was deleted. */
  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Forgets that layers were to be deleted: they are. The caller holds the lock {@code apply}. */
  public void removed(Collection<String> layers) throws IOException {
    List<String> left = new ArrayList<>(removing());
    left.removeAll(layers);
    replace(all(), left, committedBy().orElse(""));
  }

  /** The operation that replaced it last; empty where nothing was applied yet. */
  public Optional<String> committedBy() throws IOException {
    Text text = load();
    return text.first == 0 ? Optional.empty() : Optional.of(text.operation);
  }

  /** A line that is known to be read back as this sandbox: no other may become part of the only index there is. */
  private static byte[] line(Applied sandbox) throws StoreException {
    Path manifest = sandbox.source().manifest();
    if (!isText(manifest)) {
      throw new StoreException(
          "sandbox %s: the name of its manifest %s is no text in this locale; rename the file, or set LC_ALL=C.UTF-8"
              .formatted(sandbox.name(), manifest));
    }
    byte[] line = utf8(SandboxLine.write(sandbox) + "\n");
    Applied back;
    try {
      back = SandboxLine.read(line);
    } catch (IOException e) {
      throw new StoreException("sandbox %s cannot be stored: %s".formatted(sandbox.name(), e.getMessage()), e);
    }
    if (!back.equals(sandbox)) {
      throw new IllegalArgumentException("not made of plain values: " + sandbox);
    }
    return line;
  }

  private static boolean isText(Path path) {
    try {
      return Path.of(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private Text load() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Text.NONE;
    }
    Text known = last;
    if (known.first > 0 && Arrays.equals(known.bytes, bytes)) {
      return known;
    }
    Text text = parse(bytes);
    last = text;
    return text;
  }

  private Text parse(byte[] bytes) throws StoreException {
    int first = 0;
    while (first < bytes.length && bytes[first] != '\n') {
      first++;
    }
    first = Math.min(first + 1, bytes.length);
    Map<String, @Nullable Object> header;
    try {
      header = JsonReader.readObject(Arrays.copyOf(bytes, first));
    } catch (IOException e) {
      throw damaged(1, String.valueOf(e.getMessage()), e);
    }
    if (!(header.get("version") instanceof Long version) || version < 1) {
      throw damaged(1, "there is no version", null);
    }
    if (version > VERSION) {
      throw new StoreException(
          "%s has version %d, and this program knows version %d; use a newer chroot-lite"
              .formatted(file, version, VERSION));
    }
    String operation = header.get("by") instanceof String by ? by : "";
    Text text = new Text(bytes, first, operation);
    if (!Long.valueOf(bytes.length - first).equals(header.get("bytes"))
        || !Long.valueOf(crc32(bytes, first)).equals(header.get("crc32"))) {
      findDamage(text);
      throw damaged(1, "what follows is not what was written, though it can be read: it was changed since", null);
    }
    return text;
  }

  /** The first line that cannot be read, if there is one: that is where to look. */
  private void findDamage(Text text) throws StoreException {
    for (int start = text.first; start < text.end(); start = text.next(start)) {
      if (text.latin1.startsWith(REMOVING, start)) {
        removing(text, start);
      } else {
        sandbox(text, start);
      }
    }
  }

  private Applied sandbox(Text text, int start) throws StoreException {
    Applied known = text.parsed.get(start);
    if (known != null) {
      return known;
    }
    try {
      Applied sandbox = SandboxLine.read(text.line(start));
      text.parsed.put(start, sandbox);
      return sandbox;
    } catch (IOException e) {
      throw damaged(text.number(start), String.valueOf(e.getMessage()), e);
    }
  }

  private String removing(Text text, int start) throws StoreException {
    try {
      if (JsonReader.readObject(text.line(start)).get("removing") instanceof String name) {
        return name;
      }
      throw damaged(text.number(start), "\"removing\" is not text", null);
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw damaged(text.number(start), String.valueOf(e.getMessage()), e);
    }
  }

  private StoreException damaged(int line, String problem, @Nullable IOException cause) {
    return new StoreException(
        "%s:%d: %s. The list of applied sandboxes is damaged, and was left as it is".formatted(file, line, problem),
        "restore it from a backup, or move it away and apply your manifests again",
        cause);
  }

  /** Not SHA-256: this is no protection from who can write here, and it is fast before any code is compiled. */
  private static long crc32(byte[] bytes, int from) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, bytes.length - from);
    return crc.getValue();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A character for each byte, so that the places of both are the same. */
  private static String latin1(String text) {
    return new String(utf8(text), StandardCharsets.ISO_8859_1);
  }

  /** The file's bytes, and where its lines are. */
  private static final class Text {
    static final Text NONE = new Text(new byte[0], 0, "");

    private final byte[] bytes;
    private final String latin1;
    // Where the line after the header starts.
    private final int first;
    private final String operation;
    // Sandboxes by the start of their lines.
    private final Map<Integer, Applied> parsed = new ConcurrentHashMap<>();

    Text(byte[] bytes, int first, String operation) {
      this.bytes = bytes;
      this.latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
      this.first = first;
      this.operation = operation;
    }

    int end() {
      return bytes.length;
    }

    /** Where a text is, from a place on; -1 where it is not. */
    int find(String text, int from) {
      return latin1.indexOf(latin1(text), from);
    }

    int startOfLine(int place) {
      return latin1.lastIndexOf('\n', place) + 1;
    }

    /** Where the line after that of a place starts. */
    int next(int place) {
      int newline = latin1.indexOf('\n', place);
      return newline < 0 ? end() : newline + 1;
    }

    byte[] line(int start) {
      return Arrays.copyOfRange(bytes, start, next(start));
    }

    /** From 1. */
    int number(int start) {
      return 1 + (int) latin1.substring(0, start).chars().filter(c -> c == '\n').count();
    }
  }
}
