package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTextTest {
  @Test
  void aTreeLooksAsAPersonWouldWriteIt() {
    Map<String, Object> script = new LinkedHashMap<>();
    script.put("name", "hello");
    script.put("file", "x.py");
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("run", "20261122T081500Z-4f7c1e");
    run.put("sandbox", "mybox");
    run.put("signal", Optional.empty());
    run.put("wallTime", 0.5);
    run.put("stdout", "one\n\ttwo\n\nthree\n");
    run.put("stderr", "");
    run.put("limits", Map.of("memory", 128_000_000L));
    run.put("artifacts", List.of());
    run.put("enforced", Map.of());
    run.put("scripts", List.of(script, List.of("a", "b"), "c d"));
    assertEquals(
        """
        run: "20261122T081500Z-4f7c1e"
        sandbox: mybox
        signal: null
        wallTime: 0.5
        stdout: |
          one
          \ttwo

          three
        stderr: ""
        limits:
          memory: 128000000
        artifacts: []
        enforced: {}
        scripts:
          - name: hello
            file: x.py
          - - a
            - b
          - c d
        """,
        YamlText.of(run));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mybox", "C.UTF-8", "/usr/bin", "./data", "../data", "git:1a2b3c4 (clean)", "echo $HOME", "cs101", "a-b_c"
      })
  void whatNeedsNoQuotesHasNone(String text) {
    assertEquals(text + "\n", YamlText.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "yes", "No", "y", "on", "true", "null", "~", "1", "1.5", "0x1f", "2026-11-22", "12:30", "a: b", "a #b",
        "a ", " a", "-", "- a", "a:", "[a", "{a", "*a", "&a", "!a", "@a", "%a", "x, y", "..", ".inf", "<<", "=", "?"
      })
  void whatMayMeanSomethingElseIsInQuotes(String text) {
    assertEquals("\"" + text + "\"\n", YamlText.of(text));
  }

  @Test
  void whatYamlCannotHoldIsRefused() {
    for (Object value : List.of(Double.NaN, Double.POSITIVE_INFINITY, 'c', Map.of(1, 2), new Object())) {
      assertThrows(IllegalArgumentException.class, () -> YamlText.of(value), value::toString);
    }
  }
}
