package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaTest {
  private static final JsonNode ROOT = JsonMapper.builder().build().readTree(Bundled.schema());

  /** Every schema that describes a value: the root, definitions, properties, items, values of free names. */
  private static Map<String, JsonNode> fields() {
    Map<String, JsonNode> fields = new TreeMap<>();
    collect("#", ROOT, fields);
    return fields;
  }

  private static void collect(String path, JsonNode schema, Map<String, JsonNode> fields) {
    fields.put(path, schema);
    for (String group : List.of("properties", "$defs")) {
      schema
          .path(group)
          .properties()
          .forEach(entry -> collect(path + "/" + group + "/" + entry.getKey(), entry.getValue(), fields));
    }
    for (String single : List.of("items", "additionalProperties")) {
      if (schema.path(single).isObject()) {
        collect(path + "/" + single, schema.path(single), fields);
      }
    }
  }

  @Test
  void everyFieldHasADescriptionAndExamples() {
    Map<String, JsonNode> fields = fields();
    assertTrue(fields.size() > 50, () -> "only " + fields.keySet());
    fields.forEach(
        (path, schema) -> {
          assertFalse(schema.path("description").asString("").isBlank(), path + " has no description");
          assertFalse(schema.path("examples").isEmpty(), path + " has no examples");
        });
  }

  @Test
  void everyExampleAndDefaultFitsItsField() {
    String id = "urn:chroot-lite:sandbox:v1";
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(id, Bundled.schema())));
    List<String> wrong = new ArrayList<>();
    fields()
        .forEach(
            (path, schema) -> {
              Schema field = registry.getSchema(SchemaLocation.of(id + path));
              List<JsonNode> values = new ArrayList<>();
              schema.path("examples").forEach(values::add);
              if (schema.has("default")) {
                values.add(schema.path("default"));
              }
              for (JsonNode value : values) {
                field.validate(value).forEach(error -> wrong.add(path + ": " + value + ": " + error));
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyMappingRefusesUnknownKeysOrDescribesItsValues() {
    fields()
        .forEach(
            (path, schema) -> {
              if (schema.has("properties")) {
                assertEquals("false", schema.path("additionalProperties").toString(), path);
              }
            });
  }

  @Test
  void theSchemaFitsItsOwnMetaSchema() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertEquals(List.of(), meta.validate(Bundled.schema(), InputFormat.JSON));
  }

  @Test
  void everyLimitIsInTheSchemaWithItsDefault() {
    JsonNode properties = ROOT.at("/$defs/limits/properties");
    assertEquals(LimitKind.values().length, properties.size());
    for (LimitKind kind : LimitKind.values()) {
      JsonNode limit = properties.path(kind.key());
      assertTrue(limit.isObject(), kind.key());
      String expected =
          LimitsReader.DEFAULTS
              .get(kind)
              .map(Limit::value)
              .map(value -> kind.unit() == LimitKind.Unit.BYTES ? Sizes.format(value) : Durations.format(value))
              .orElse("");
      assertEquals(expected, limit.path("default").asString(""), kind.key());
    }
    assertEquals(2, LimitsReader.DEFAULTS.all().size());
  }
}
