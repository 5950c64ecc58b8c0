package org.chrootlite.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> KEYS = List.of("memory", "cpuTime", "environment", "run");

  @Test
  void aSwapAnInsertionAReplacementAreOneStepEach() {
    assertEquals(0, Suggestion.distance("memory", "memory"));
    assertEquals(1, Suggestion.distance("memroy", "memory"));
    assertEquals(1, Suggestion.distance("memry", "memory"));
    assertEquals(1, Suggestion.distance("memary", "memory"));
    assertEquals(6, Suggestion.distance("", "memory"));
  }

  @Test
  void theClosestNameIsSuggestedWhateverItsCase() {
    assertEquals(Optional.of("cpuTime"), Suggestion.closest("cputime", KEYS));
    assertEquals(Optional.of("run"), Suggestion.closest("rnu", KEYS));
  }

  @Test
  void anAbbreviationIsUnderstood() {
    assertEquals(Optional.of("environment"), Suggestion.closest("env", KEYS));
  }

  @Test
  void nothingIsSuggestedForWhatIsNotClose() {
    assertEquals(Optional.empty(), Suggestion.closest("network", KEYS));
    assertEquals(Optional.empty(), Suggestion.closest("", KEYS));
    assertEquals(Optional.empty(), Suggestion.closest("m".repeat(10_000), KEYS));
  }
}
