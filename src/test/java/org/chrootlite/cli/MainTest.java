package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  private record Result(int code, String out, String err) {}

  private static Result run(String... args) {
    return run(Commands.all(), args);
  }

  private static Result run(SampleCommand.Body body, String... args) {
    return run(List.of(new SampleCommand(body)), args);
  }

  private static Result run(List<Command> commands, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            Terminal.NONE);
    int code = Main.run(List.of(args), commands, streams, Map.of("HOME", "/home/tester"));
    return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void helpListsEachCommand() {
    Result result = run("--help");
    assertEquals(0, result.code());
    for (Command command : Commands.all()) {
      assertTrue(result.out().contains("\n  " + command.name() + " "), command.name());
    }
    assertEquals("", result.err());
    assertEquals(result, run());
    assertEquals(result, run("help"));
    assertEquals(result, run("--color", "never", "-h"));
  }

  static List<String> commands() {
    return Commands.all().stream().map(Command::name).toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandHasHelpWithExamples(String name) {
    Result result = run(name, "--help");
    assertEquals(0, result.code());
    assertTrue(result.out().startsWith("Usage: chroot-lite " + name), result.out());
    assertTrue(result.out().contains("\nExamples:\n  chroot-lite "), result.out());
    assertTrue(result.out().contains("--home=DIR"), result.out());
    assertEquals("", result.err());
    assertEquals(result, run("help", name));
    assertEquals(result, run("--home", "/x", name, "-h"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void wrongUseEndsWithTheCommandsFailureCode(String name) {
    Result result = run(name, "--no-such-option");
    assertEquals(List.of("run", "exec", "python", "shell").contains(name) ? 125 : 2, result.code());
    assertEquals("", result.out());
    assertEquals(
        "chroot-lite: there is no option \"--no-such-option\"\nSee chroot-lite " + name + " --help\n", result.err());
  }

  @Test
  void aCommandGetsItsOptionsTheGlobalOnesAndTheScriptsArguments() {
    Result result =
        run(
            (parsed, context) -> {
              context.println(parsed.matchedOptionValue("--file", "none"));
              context.println(parsed.matchedPositionalValue(0, new String[0])[0]);
              context.println(context.arguments().orElseThrow().toString());
              context.println(context.options().home().toString());
              return 42;
            },
            "--home",
            "/h",
            "sample",
            "@job",
            "-f",
            "a",
            "-f",
            "b",
            "--",
            "-x",
            "--home");
    assertEquals(new Result(42, "b\n@job\n[-x, --home]\n/h\n", ""), result);
  }

  @Test
  void whatFailsIsSaidWithoutAStackTrace() {
    Result failure = fails(CommandException.failure("no such sandbox\u0007\nor so"));
    assertEquals(new Result(125, "", "chroot-lite: no such sandbox\\x07\n  or so\n"), failure);
    Result missing = fails(new NoSuchFileException("/x"));
    assertEquals(new Result(125, "", "chroot-lite: /x: no such file or directory\n"), missing);
    Result bug = fails(new IllegalStateException("impossible"));
    assertEquals(125, bug.code());
    assertTrue(bug.err().startsWith("chroot-lite: internal error: "), bug.err());
    assertFalse(bug.err().contains("\tat "), bug.err());
    Result verbose = fails(new IllegalStateException("impossible"), "-v");
    assertTrue(verbose.err().contains("\tat "), verbose.err());
  }

  private static Result fails(Exception failure, String... options) {
    List<String> args = new ArrayList<>(List.of("sample"));
    args.addAll(List.of(options));
    return run(
        (parsed, context) -> {
          switch (failure) {
            case CommandException e -> throw e;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError(failure);
          }
        },
        args.toArray(String[]::new));
  }

  @Test
  void versionIsOneLine() {
    Result result = run("--version");
    assertEquals(0, result.code());
    assertTrue(result.out().matches("chroot-lite [^\\n]+\\n"), result.out());
    assertEquals(result, run("-V"));
  }

  @Test
  void schemaPrintsTheOneCopyOfIt() throws IOException {
    assertEquals(new Result(0, Files.readString(Path.of("schemas/sandbox-v1.schema.json")), ""), run("schema"));
  }

  @Test
  void anUnknownCommandIsAnsweredWithTheOneThatIsMeant() {
    Result result = run("shcema");
    assertEquals(2, result.code());
    assertEquals(
        "chroot-lite: there is no command \"shcema\"; did you mean \"schema\"?\nSee chroot-lite --help\n",
        result.err());
  }

  @Test
  void anUnknownOptionIsAnsweredWithTheOneThatIsMeant() {
    assertTrue(run("schema", "--colour=never").err().contains("did you mean \"--color\"?"));
  }

  @Test
  void aWrongChoiceNamesTheChoices() {
    Result result = run("schema", "-o", "xml");
    assertEquals(2, result.code());
    assertEquals(
        "chroot-lite: --output: \"xml\" is not one of table|json|yaml|name\nSee chroot-lite schema --help\n",
        result.err());
  }

  @Test
  void aSuperfluousArgumentIsAnError() {
    Result result = run("schema", "extra");
    assertEquals(2, result.code());
    assertTrue(result.err().startsWith("chroot-lite: there is no use for \"extra\"\n"), result.err());
  }

  @Test
  void anOptionOfACommandMayNotPrecedeIt() {
    Result result = run("--pretty", "schema");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("\"--pretty\" is no global option"), result.err());
  }

  @Test
  void aGlobalOptionWithoutItsValueIsAnError() {
    assertEquals(2, run("--home").code());
    assertEquals(2, run("schema", "--home").code());
  }

  @Test
  void whatTheUserTypedCannotSteerTheTerminal() {
    assertTrue(run("\u001b[2J").err().contains("\"\\x1b[2J\""));
  }
}
