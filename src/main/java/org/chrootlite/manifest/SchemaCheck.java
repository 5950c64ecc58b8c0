package org.chrootlite.manifest;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chrootlite.diagnostic.Diagnostic;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds a document against the JSON Schema, and says in our words where it does not fit. Loading the validator takes
 * most of a cold start, so that nothing else may refer to its classes.
 */
final class SchemaCheck {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Bundled.schema(), InputFormat.JSON);

  private SchemaCheck() {}

  /** What does not fit, each at its place. */
  static List<Diagnostic> check(Node document) {
    Problems problems = new Problems();
    Set<String> told = new HashSet<>();
    List<Error> rest = new ArrayList<>();
    for (Error error : SCHEMA.validate(json(document))) {
      Place place = locate(document, error.getInstanceLocation(), problems);
      if (report(error, place)) {
        told.add(place.path());
      } else if (!isOfOneChoice(error.getEvaluationPath())) {
        rest.add(error);
      }
    }
    for (Error error : rest) {
      Place place = locate(document, error.getInstanceLocation(), problems);
      if (told.add(place.path())) {
        place.error("does not have the right form", schemaOf(error).path("description").asString(error.getMessage()));
      }
    }
    return problems.diagnostics();
  }

  /** Of a choice only the choice itself is reported, not why each of its branches does not fit. */
  private static boolean isOfOneChoice(NodePath evaluation) {
    for (int at = 0; at < evaluation.getNameCount() - 1; at++) {
      if (evaluation.getName(at).equals("oneOf")) {
        return true;
      }
    }
    return false;
  }

  private static Place locate(Node document, NodePath location, Problems problems) {
    Place place = Place.root(document, problems);
    for (int at = 0; at < location.getNameCount(); at++) {
      @Nullable Place next =
          location.getElement(at) instanceof Integer index
              ? place.item(index)
              : place.get(location.getName(at));
      if (next == null) {
        return place;
      }
      place = next;
    }
    return place;
  }

  /** Reports what we have words for. */
  private static boolean report(Error error, Place place) {
    if (isOfOneChoice(error.getEvaluationPath())) {
      return false;
    }
    @Nullable String property = error.getProperty();
    JsonNode expected = error.getSchemaNode();
    switch (error.getKeyword()) {
      case "additionalProperties" ->
          keyed(place, property).keyError("unknown key", Messages.suggest("" + property, properties(error)));
      case "required" ->
          place.problems().error(place.key(), Messages.child(place.path(), "" + property), "is missing", "");
      case "type" -> place.error(wrongType(place.node(), expected), typeHint(place.node(), expected));
      case "const", "enum" -> {
        List<String> allowed = new ArrayList<>();
        (expected.isArray() ? expected : JsonNodeFactory.instance.arrayNode().add(expected))
            .forEach(value -> allowed.add(value.asString()));
        String text = place.node() instanceof Node.Scalar scalar ? scalar.text() : "";
        String found = text.isEmpty() ? Messages.kindOf(place.node()) : Messages.quote(text);
        place.error("must be " + String.join(" or ", allowed) + ", not " + found, Messages.suggest(text, allowed));
      }
      case "propertyNames" -> keyed(place, property).keyError("this name is not allowed", "");
      case "dependentRequired" ->
          keyed(place, property).keyError("goes with " + error.getArguments()[0] + ", which is missing", "");
      case "minItems", "minLength" -> place.error("must not be empty", "");
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Place keyed(Place mapping, @Nullable String key) {
    @Nullable Place place = key == null ? null : mapping.get(key);
    return place == null ? mapping : place;
  }

  /** The keys that are known where an unknown one is. */
  private static List<String> properties(Error error) {
    return List.copyOf(schemaOf(error).path("properties").propertyNames());
  }

  /** The schema that has the keyword. */
  private static JsonNode schemaOf(Error error) {
    JsonNode schema = SCHEMA.getSchemaNode();
    NodePath keyword = error.getSchemaLocation().getFragment();
    for (int at = 0; at < keyword.getNameCount() - 1; at++) {
      schema =
          keyword.getElement(at) instanceof Integer index ? schema.path(index) : schema.path(keyword.getName(at));
    }
    return schema;
  }

  private static String wrongType(Node found, JsonNode expected) {
    List<String> types = new ArrayList<>();
    if (expected.isArray()) {
      expected.forEach(type -> types.add(noun(type.asString())));
    } else {
      types.add(noun(expected.asString()));
    }
    String wanted = String.join(" or ", types);
    return found instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL
        ? "has no value"
        : "must be " + wanted + ", not " + Messages.kindOf(found);
  }

  private static String typeHint(Node found, JsonNode expected) {
    if (!(found instanceof Node.Scalar scalar)) {
      return "";
    }
    if (scalar.kind() == Node.Kind.NULL) {
      return "give it a value, or remove it";
    }
    if (expected.isArray()) {
      return "";
    }
    boolean plain = scalar.kind() != Node.Kind.TEXT;
    return switch (expected.asString()) {
      case "string" -> plain ? "write it in quotes: " + Messages.quote(scalar.text()) : "";
      case "boolean" -> "write true or false, without quotes";
      case "integer", "number" -> plain ? "" : "write a plain number, without quotes";
      default -> "";
    };
  }

  private static String noun(String type) {
    return switch (type) {
      case "string" -> "text";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> "a mapping";
      default -> type;
    };
  }

  private static JsonNode json(Node node) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (node) {
      case Node.Mapping mapping -> {
        ObjectNode object = json.objectNode();
        mapping.entries().forEach((key, entry) -> object.set(key, json(entry.value())));
        yield object;
      }
      case Node.Sequence sequence -> {
        ArrayNode array = json.arrayNode();
        sequence.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case Node.Scalar scalar ->
          switch (scalar.kind()) {
            case TEXT -> json.stringNode(scalar.text());
            case NULL -> json.nullNode();
            case BOOLEAN -> json.booleanNode(scalar.text().equalsIgnoreCase("true"));
            case INTEGER -> integer(scalar.text());
            case FLOAT -> number(scalar.text());
          };
    };
  }

  /** An integer of about this value: whether it is in range and well written is for the readers to say. */
  private static JsonNode integer(String text) {
    try {
      return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return JsonNodeFactory.instance.numberNode(text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
  }

  /**
   * A number, or text where it is {@code .inf} or {@code .nan}, which JSON does not have. What no {@code long} holds
   * becomes the largest or smallest one: the validator asks any number without a fraction for its {@code long}.
   */
  private static JsonNode number(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Math.abs(value) >= 0x1p63 && Double.isFinite(value)) {
        return integer(text);
      }
      if (Double.isFinite(value)) {
        return JsonNodeFactory.instance.numberNode(value);
      }
    } catch (NumberFormatException e) {
      // One of .inf and .nan.
    }
    return JsonNodeFactory.instance.stringNode(text);
  }
}
