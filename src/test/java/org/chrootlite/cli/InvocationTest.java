package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvocationTest {
  @Test
  void globalOptionsMayStandBeforeAndAfterTheName() throws CommandException {
    Invocation invocation = Invocation.of(List.of("--home", "schema", "-v", "schema", "-o", "json"));
    assertEquals("schema", invocation.command().name());
    assertEquals(List.of("--home", "schema", "-v", "-o", "json"), invocation.words());
  }

  @Test
  void dashesStayWhereTheCommandTakesNoArguments() throws CommandException {
    Invocation invocation = Invocation.of(List.of("schema", "--", "-x"));
    assertEquals(List.of("--", "-x"), invocation.words());
    assertEquals(Optional.empty(), invocation.rest());
  }
}
