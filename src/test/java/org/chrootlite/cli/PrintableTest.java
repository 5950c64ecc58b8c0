package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void terminalEscapesBecomeVisible() {
    assertEquals("a\\x1b]0;title\\x07b\\x9b2J\\x00", Printable.line("a\u001b]0;title\u0007b\u009b2J\0"));
    assertEquals("\\u202eabc\\u2066", Printable.line("\u202eabc\u2066"));
    assertEquals("\\ud800", Printable.line("\ud800"));
  }

  @Test
  void aLineHasNoLineBreaksAndATextMay() {
    assertEquals("a\\x0ab\\x09c\\x0d", Printable.line("a\nb\tc\r"));
    assertEquals("a\nb\tc\\x0d", Printable.text("a\nb\tc\r"));
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    String text = "Grüße, 世界 💡 / ~\\x";
    assertSame(text, Printable.line(text));
  }
}
