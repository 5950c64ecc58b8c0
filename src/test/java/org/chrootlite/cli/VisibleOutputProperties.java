package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VisibleOutputProperties {
  @Property
  void noBytesSteerTheTerminalHoweverTheyCome(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 9) int part)
      throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    try (VisibleOutput visible = new VisibleOutput(terminal)) {
      for (int from = 0; from < bytes.length; from += part) {
        visible.write(bytes, from, Math.min(part, bytes.length - from));
      }
    }
    String shown = terminal.toString(StandardCharsets.UTF_8);
    assertEquals(0, shown.chars().filter(c -> Character.isISOControl(c) && c != '\n' && c != '\t').count(), shown);
  }
}
