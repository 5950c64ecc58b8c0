package org.chrootlite.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SourceTextTest {
  @Test
  void linesEndWithLfCrLfOrCr() {
    SourceText source = new SourceText("a", "one\ntwo\r\nthree\rfour");
    assertEquals(4, source.lineCount());
    assertEquals("two", source.line(2));
    assertEquals("three", source.line(3));
    assertEquals(new Position("a", 3, 2, 2), source.position(10, 12));
    assertEquals(new Position("a", 4, 1, 4), source.position(15, 19));
  }

  @Test
  void columnsCountCodePoints() {
    SourceText source = new SourceText("a", "😀😀: x\ny");
    assertEquals(new Position("a", 1, 5, 1), source.position(4, 5));
    assertEquals(new Position("a", 2, 1, 1), source.position(6, 7));
  }

  @Test
  void whatGoesOnInTheNextLineIsCut() {
    assertEquals(new Position("a", 1, 4, 1), new SourceText("a", "a: |\n  text\n").position(3, 12));
  }

  @Test
  void theEndOfTheTextIsAPosition() {
    assertEquals(new Position("a", 2, 1, 1), new SourceText("a", "x\n").position(2, 2));
    assertEquals(new Position("a", 1, 1, 1), new SourceText("a", "").position(0, 0));
  }

  @Test
  void anOffsetBeyondTheTextIsItsEnd() {
    assertEquals(new Position("a", 1, 4, 1), new SourceText("a", "abc").position(99, 100));
  }
}
