package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvocationTest {
  private static final List<Command> COMMANDS =
      List.of(new SchemaCommand(), new SampleCommand((parsed, context) -> 0));

  private static Invocation of(String... args) throws CommandException {
    return Invocation.of(List.of(args), COMMANDS);
  }

  @Test
  void globalOptionsMayStandBeforeAndAfterTheName() throws CommandException {
    Invocation invocation = of("--home", "sample", "-v", "schema", "-o", "json");
    assertEquals("schema", invocation.command().name());
    assertEquals(List.of("--home", "sample", "-v", "-o", "json"), invocation.words());
  }

  @Test
  void whatFollowsTheDashesBelongsToTheScript() throws CommandException {
    Invocation invocation = of("sample", "job", "--", "-v", "--", "x");
    assertEquals(List.of("job"), invocation.words());
    assertEquals(Optional.of(List.of("-v", "--", "x")), invocation.rest());
    assertEquals(Optional.of(List.of()), of("sample", "job", "--").rest());
    assertEquals(Optional.empty(), of("sample", "job").rest());
  }

  @Test
  void dashesStayWhereTheCommandTakesNoArguments() throws CommandException {
    Invocation invocation = of("schema", "--", "-x");
    assertEquals(List.of("--", "-x"), invocation.words());
    assertEquals(Optional.empty(), invocation.rest());
  }

  @Test
  void anOptionOfACommandMayNotPrecedeIt() {
    assertThrows(CommandException.class, () -> of("-f", "x", "sample"));
    assertThrows(CommandException.class, () -> of("--", "sample"));
  }
}
