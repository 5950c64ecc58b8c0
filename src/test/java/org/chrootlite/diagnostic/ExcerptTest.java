package org.chrootlite.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExcerptTest {
  @Test
  void aShortLineIsShownWhole() {
    assertEquals(new Excerpt("memory: 1", 8, 1), Excerpt.of("memory: 1", 8, 1));
  }

  @Test
  void whatIsMeantAtTheEndOfALineHasACaretAfterIt() {
    assertEquals(new Excerpt("memory:", 7, 1), Excerpt.of("memory:", 7, 1));
  }

  @Test
  void tabsAreFourCells() {
    assertEquals(new Excerpt("    a", 4, 1), Excerpt.of("\ta", 1, 1));
    assertEquals(new Excerpt("    a", 0, 4), Excerpt.of("\ta", 0, 1));
  }

  @Test
  void wideCharactersAreTwoCellsAndCombiningOnesNone() {
    assertEquals(new Excerpt("漢字: x", 6, 1), Excerpt.of("漢字: x", 4, 1));
    assertEquals(new Excerpt("e\u0301: x", 3, 1), Excerpt.of("e\u0301: x", 4, 1));
    assertEquals(new Excerpt("😀😀", 2, 2), Excerpt.of("😀😀", 1, 1));
  }

  @Test
  void aLongLineIsCutAroundWhatIsMeant() {
    String line = "a".repeat(500) + "HERE" + "b".repeat(500);
    Excerpt excerpt = Excerpt.of(line, 500, 4);
    assertTrue(excerpt.text().startsWith("...a"), excerpt.text());
    assertTrue(excerpt.text().endsWith("b..."), excerpt.text());
    assertEquals("HERE", excerpt.text().substring(excerpt.indent(), excerpt.indent() + excerpt.carets()));
    assertTrue(excerpt.text().length() < 120, excerpt.text());
  }

  @Test
  void aLongValueHasCaretsAsFarAsItIsShown() {
    Excerpt excerpt = Excerpt.of("a: " + "x".repeat(500), 3, 500);
    assertEquals(3, excerpt.indent());
    assertTrue(excerpt.indent() + excerpt.carets() <= excerpt.text().length());
  }
}
