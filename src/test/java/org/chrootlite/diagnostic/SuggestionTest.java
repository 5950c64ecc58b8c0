package org.chrootlite.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("memory", "cpuTime", "wallTime", "run", "validate");

  @Test
  void slipsOfTheFingersAreRecognised() {
    assertEquals(Optional.of("memory"), Suggestion.closest("memmory", KNOWN));
    assertEquals(Optional.of("validate"), Suggestion.closest("vaildate", KNOWN));
    assertEquals(Optional.of("wallTime"), Suggestion.closest("walltime", KNOWN));
    assertEquals(Optional.of("run"), Suggestion.closest("rnu", KNOWN));
    assertEquals(Optional.of("run"), Suggestion.closest("ru", KNOWN));
  }

  @Test
  void somethingElseIsNotAnsweredWithAGuess() {
    assertEquals(Optional.empty(), Suggestion.closest("bananas", KNOWN));
    assertEquals(Optional.empty(), Suggestion.closest("", KNOWN));
    assertEquals(Optional.empty(), Suggestion.closest("x", List.of()));
  }

  @Test
  void theClosestOfSeveralWins() {
    assertEquals(Optional.of("cpuTime"), Suggestion.closest("cpuTim", List.of("wallTime", "cpuTimer1", "cpuTime")));
  }
}
