package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

class GlobalOptionsTest {
  private static final Map<String, String> USER = Map.of("HOME", "/home/tester");

  private static GlobalOptions parse(Map<String, String> environment, String... args)
      throws CommandException, IOException {
    CommandSpec spec = CommandSpec.create();
    GlobalOptions.declare(spec);
    return GlobalOptions.of(new CommandLine(spec).parseArgs(args), environment);
  }

  @Test
  void theOptionWinsOverTheVariable() throws Exception {
    assertEquals(Path.of("/a"), parse(Map.of("CHROOT_LITE_HOME", "/b"), "--home", "/a").home());
    assertEquals(Path.of("/b"), parse(Map.of("CHROOT_LITE_HOME", "/b")).home());
    assertEquals(Path.of("c").toAbsolutePath(), parse(USER, "--home=./c").home());
    assertThrows(CommandException.class, () -> parse(USER, "--home", ""));
  }

  @Test
  void theDefaultHomeIsTheSystemsForRootAndElseTheUsers() throws Exception {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    Path system = Path.of("/var/lib/chroot-lite");
    assertEquals(root ? system : Path.of("/home/tester/.local/state/chroot-lite"), parse(USER).home());
    assertEquals(
        root ? system : Path.of("/s/chroot-lite"), parse(Map.of("HOME", "/h", "XDG_STATE_HOME", "/s")).home());
    assertEquals(
        root ? system : Path.of("/h/.local/state/chroot-lite"),
        parse(Map.of("HOME", "/h", "XDG_STATE_HOME", "relative")).home());
  }

  @Test
  void theRestHasQuietDefaults() throws Exception {
    GlobalOptions options = parse(USER);
    assertEquals(GlobalOptions.Format.TABLE, options.format());
    assertEquals(GlobalOptions.ColorMode.AUTO, options.color());
    assertFalse(options.yes());
    assertFalse(options.verbose());
    GlobalOptions given = parse(USER, "-ojson", "--yes", "-v", "--color=always");
    assertEquals(GlobalOptions.Format.JSON, given.format());
    assertEquals(GlobalOptions.ColorMode.ALWAYS, given.color());
    assertTrue(given.yes());
    assertTrue(given.verbose());
  }

  @Test
  void aCommandMayUseANameForSomethingElse() throws Exception {
    CommandSpec spec = CommandSpec.create();
    spec.addOption(OptionSpec.builder("-o", "--file").type(String.class).arity("1").build());
    GlobalOptions.declare(spec);
    ParseResult parsed = new CommandLine(spec).parseArgs("-o", "launcher", "--output=json");
    assertEquals("launcher", parsed.matchedOptionValue("--file", ""));
    assertEquals(GlobalOptions.Format.JSON, GlobalOptions.of(parsed, USER).format());
    assertFalse(GlobalOptions.isGlobal(spec.findOption("-o")));
  }

  @Test
  void coloursFollowTheOptionThenTheVariableThenTheTerminal() throws Exception {
    Map<String, String> plain = Map.of("HOME", "/h", "TERM", "xterm");
    Map<String, String> noColor = Map.of("HOME", "/h", "TERM", "xterm", "NO_COLOR", "1");
    assertTrue(context(plain, true).colorsError());
    assertFalse(context(plain, false).colorsError());
    assertFalse(context(noColor, true).colorsError());
    assertTrue(context(noColor, false, "--color=always").colorsError());
    assertFalse(context(plain, true, "--color=never").colorsError());
    assertFalse(context(Map.of("HOME", "/h", "TERM", "dumb"), true).colorsError());
  }

  private static Context context(Map<String, String> environment, boolean terminal, String... args) throws Exception {
    PrintStream none = new PrintStream(PrintStream.nullOutputStream());
    Streams streams = new Streams(InputStream.nullInputStream(), none, none, new Terminal(false, false, terminal));
    return new Context(parse(environment, args), Optional.empty(), streams, environment);
  }
}
