package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final String NONE = "\uFFFD";

  private static byte[] line(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aByteThatIsNotUtf8IsNamed() {
    assertEquals(
        Optional.of("argument 2 is not UTF-8: caf\\xe9"),
        Arguments.problem(List.of("run", "caf" + NONE), line("java\0Main\0run\0caf\u00e9\0")));
  }

  @Test
  void aReplacementCharacterThatTheCallerWroteIsAnArgument() {
    String line = "java\0Main\0run\0\0" + NONE + "\0";
    List<String> arguments = List.of("run", "", NONE);
    assertEquals(Optional.empty(), Arguments.problem(arguments, line.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anArgumentThatTheLocaleCannotExpressIsNamed() {
    byte[] line = "java\0Main\0caf\u00e9\0".getBytes(StandardCharsets.UTF_8);
    String problem = Arguments.problem(List.of("caf" + NONE + NONE), line).orElseThrow();
    assertEquals("argument 1 is lost in this locale (set LC_ALL=C.UTF-8): caf\\xc3\\xa9", problem);
  }
}
