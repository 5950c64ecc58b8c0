package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VisibleOutputTest {
  private static String shown(byte[] bytes, int part) throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    try (VisibleOutput visible = new VisibleOutput(terminal)) {
      for (int from = 0; from < bytes.length; from += part) {
        visible.write(bytes, from, Math.min(part, bytes.length - from));
      }
    }
    return terminal.toString(StandardCharsets.UTF_8);
  }

  private static void assertShown(String expected, byte[] bytes) throws IOException {
    for (int part : new int[] {1, 2, 3, 5, Math.max(1, bytes.length)}) {
      assertEquals(expected, shown(bytes, part));
    }
  }

  private static void assertShown(String expected, String text) throws IOException {
    assertShown(expected, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void textWithItsLineEndsAndTabsIsAsItWas() throws IOException {
    assertShown("", "");
    assertShown("a\tb\n\nc é 中 💡", "a\tb\n\nc é 中 💡");
  }

  @Test
  void whatSteersATerminalIsShown() throws IOException {
    assertShown("\\x1b]0;x\\x07\\x1b[2J\\r\n\\x08\\x00\\x9b\\u202e", "\u001b]0;x\u0007\u001b[2J\r\n\b\0\u009b\u202e");
  }

  @Test
  void bytesThatAreNotUtf8AreShown() throws IOException {
    assertShown("a\\xff\\xc3b\\xe4\\xb8", new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe4, (byte) 0xb8});
    assertShown("\\x9b1m\n", new byte[] {(byte) 0x9b, '1', 'm', '\n'});
  }

  @Test
  void longOutputIsShownAsAWhole() throws IOException {
    String text = "0123456789é💡\u001b\n".repeat(10_000);
    assertEquals(text.replace("\u001b", "\\x1b"), shown(text.getBytes(StandardCharsets.UTF_8), 8191));
    assertEquals(text.replace("\u001b", "\\x1b"), shown(text.getBytes(StandardCharsets.UTF_8), 1 << 20));
  }

}
