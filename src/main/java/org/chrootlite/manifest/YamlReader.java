package org.chrootlite.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.SourceText;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Turns YAML 1.2 into nodes with positions. It builds them from the parser's events by itself, because there nesting,
 * aliases and duplicate keys can be refused while they are read: the engine's own composer recurses without end.
 */
final class YamlReader {
  /** How deep collections may be nested; a manifest needs five. */
  static final int MAX_DEPTH = 50;

  /** How many nodes a document may have once its aliases are expanded. */
  static final int MAX_NODES = 100_000;

  private final SourceText source;
  private final Problems problems;
  private final Iterator<Event> events;
  private final Map<String, Node> anchors = new HashMap<>();
  private final List<String> openAnchors = new ArrayList<>();
  private int nodes;

  /** Where the last event was. */
  private Position last;

  private YamlReader(SourceText source, Problems problems) {
    this.source = source;
    this.problems = problems;
    this.last = Position.startOf(source.file());
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    this.events = new Parse(settings).parseString(source.text()).iterator();
  }

  /**
   * What a file holds.
   *
   * @param documents those that could be read, without empty ones
   * @param diagnostics what is wrong with the YAML as such
   */
  record Documents(List<Node> documents, List<Diagnostic> diagnostics) {}

  /** Reads all documents. After an error of syntax the rest of the file is left out. */
  static Documents read(SourceText source) {
    Problems problems = new Problems();
    List<Node> documents = new ArrayList<>();
    Optional<Position> unprintable = unprintable(source);
    if (unprintable.isPresent()) {
      String hint = "write it as an escape in \"...\"";
      problems.error(unprintable.get(), "", "has a character that YAML does not allow", hint);
    } else {
      try {
        new YamlReader(source, problems).readDocuments(documents);
      } catch (Unreadable unreadable) {
        problems.error(unreadable.position, unreadable.path, unreadable.problem, unreadable.hint);
      }
    }
    return new Documents(List.copyOf(documents), problems.diagnostics());
  }

  private static Optional<Position> unprintable(SourceText source) {
    String text = source.text();
    int index = 0;
    for (int at = 0; at < text.length(); index++) {
      int codePoint = text.codePointAt(at);
      if (!StreamReader.isPrintable(codePoint)) {
        return Optional.of(source.position(index, index + 1));
      }
      at += Character.charCount(codePoint);
    }
    return Optional.empty();
  }

  private void readDocuments(List<Node> documents) {
    while (true) {
      Event event = next();
      switch (event.getEventId()) {
        case StreamEnd -> {
          return;
        }
        case DocumentStart -> {
          anchors.clear();
          nodes = 0;
          Node document = read((NodeEvent) next(), "", 0);
          if (!(document instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL)) {
            documents.add(document);
          }
        }
        default -> {
          // The start of the stream and the ends of documents say nothing.
        }
      }
    }
  }

  private Node read(NodeEvent event, String path, int depth) {
    if (event instanceof AliasEvent alias) {
      return resolve(alias, path);
    }
    count(1, event, path);
    @Nullable String anchor = event.getAnchor().map(Anchor::getValue).orElse(null);
    if (anchor != null) {
      anchors.remove(anchor);
      openAnchors.add(anchor);
    }
    Node node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, path);
          case CollectionStartEvent collection -> collection(collection, path, depth);
          default -> throw new IllegalStateException("not a node: " + event.getEventId());
        };
    if (anchor != null) {
      openAnchors.removeLast();
      anchors.put(anchor, node);
    }
    return node;
  }

  private Node.Scalar scalar(ScalarEvent event, String path) {
    Position position = position(event);
    rejectTag(event.getTag(), position, path);
    Node.Kind kind = event.isPlain() ? PlainScalar.kind(event.getValue()) : Node.Kind.TEXT;
    return new Node.Scalar(event.getValue(), kind, position);
  }

  private Node collection(CollectionStartEvent event, String path, int depth) {
    Position position = position(event);
    if (depth >= MAX_DEPTH) {
      throw new Unreadable(position, "", "is nested more than " + MAX_DEPTH + " deep", "");
    }
    rejectTag(event.getTag(), position, path);
    return event.getEventId() == Event.ID.MappingStart
        ? mapping(position, path, depth)
        : sequence(position, path, depth);
  }

  private Node.Sequence sequence(Position position, String path, int depth) {
    List<Node> items = new ArrayList<>();
    int size = 1;
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      Node item = read((NodeEvent) event, Messages.item(path, items.size()), depth + 1);
      items.add(item);
      size += item.size();
    }
    return new Node.Sequence(List.copyOf(items), position, size);
  }

  private Node.Mapping mapping(Position position, String path, int depth) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    int size = 1;
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      Position at = position(event);
      Node key = read((NodeEvent) event, path, depth + 1);
      String below = key instanceof Node.Scalar scalar ? Messages.child(path, scalar.text()) : path;
      Node value = read((NodeEvent) next(), below, depth + 1);
      size += key.size() + value.size();
      if (!(key instanceof Node.Scalar scalar)) {
        problems.error(at, path, "a key must be text, and this is " + Messages.kindOf(key), "");
      } else if (scalar.kind() != Node.Kind.TEXT) {
        String hint = "write it in quotes: " + Messages.quote(scalar.text());
        problems.error(at, path, "a key must be text, and this is " + Messages.kindOf(key), hint);
      } else if (scalar.text().equals("<<")) {
        String hint = "write the keys out, or use an alias as a value";
        problems.error(at, path, "merge keys (<<) are not part of YAML 1.2", hint);
      } else {
        add(entries, scalar.text(), new Node.Entry(at, value), below);
      }
    }
    return new Node.Mapping(Collections.unmodifiableMap(entries), position, size);
  }

  private void add(Map<String, Node.Entry> entries, String key, Node.Entry entry, String path) {
    Node.@Nullable Entry first = entries.putIfAbsent(key, entry);
    if (first != null) {
      String message = "this key is already used in line " + first.key().line();
      problems.error(entry.key(), path, message, "remove one of them");
    }
  }

  private Node resolve(AliasEvent event, String path) {
    String name = event.getAlias().getValue();
    Position position = position(event);
    @Nullable Node node = anchors.get(name);
    if (node == null) {
      if (openAnchors.contains(name)) {
        throw new Unreadable(position, path, "*" + name + " stands inside of what it refers to", "");
      }
      String hint = Messages.suggest(name, anchors.keySet());
      throw new Unreadable(position, path, "there is no &" + name + " before this", hint);
    }
    count(node.size(), event, path);
    return node;
  }

  private void count(int more, NodeEvent event, String path) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw new Unreadable(position(event), path, "the document has more than " + MAX_NODES + " values", "");
    }
  }

  private void rejectTag(Optional<String> tag, Position position, String path) {
    if (tag.isPresent()) {
      String message = "tags such as " + Messages.quote(tag.get()) + " are not allowed";
      problems.error(position, path, message, "remove the tag");
    }
  }

  private Event next() {
    try {
      Event event = events.next();
      last = position(event);
      return event;
    } catch (MarkedYamlEngineException e) {
      Position position =
          Syntax.place(e).map(mark -> position(mark, mark)).orElse(Position.startOf(source.file()));
      throw new Unreadable(position, "", Syntax.explain(e.getContext(), e.getProblem()), Syntax.hint(e.getProblem()));
    } catch (YamlVersionException e) {
      Position start = Position.startOf(source.file());
      throw new Unreadable(start, "", "asks for a version of YAML other than 1.x", "remove %YAML");
    } catch (RuntimeException e) {
      // The engine lets failures of its own out, such as the NumberFormatException of "\UFFFFFFFF".
      throw new Unreadable(last, "", Syntax.explain("soon after this", e.getMessage()), "");
    }
  }

  private Position position(Event event) {
    return event
        .getStartMark()
        .map(start -> position(start, event.getEndMark().orElse(start)))
        .orElse(Position.startOf(source.file()));
  }

  private Position position(Mark start, Mark end) {
    return source.position(start.getIndex(), end.getIndex());
  }

  /** Ends the reading of a file. */
  private static final class Unreadable extends RuntimeException {
    private final transient Position position;
    private final String path;
    private final String problem;
    private final String hint;

    Unreadable(Position position, String path, String problem, String hint) {
      super(problem, null, false, false);
      this.position = position;
      this.path = path;
      this.problem = problem;
      this.hint = hint;
    }
  }
}
