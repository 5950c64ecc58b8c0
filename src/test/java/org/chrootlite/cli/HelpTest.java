package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {
  private static final int TERMINAL_WIDTH = 120;

  static List<String> commands() {
    return Commands.all().stream().map(Command::name).toList();
  }

  private static void check(String name, Invoked help) {
    assertEquals(0, help.code());
    assertEquals("", help.err());
    help.out().lines().forEach(line -> assertTrue(line.length() <= TERMINAL_WIDTH, line));
    Golden.assertMatches("help/" + name + ".txt", help.out());
  }

  @Test
  void theOverviewNamesEveryCommand() {
    check("chroot-lite", Invoked.of("--help"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandHasItsHelp(String name) {
    check(name, Invoked.of(name, "--help"));
  }
}
