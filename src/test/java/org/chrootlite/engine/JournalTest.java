package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chrootlite.plan.Plan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JournalTest {
  private static final int TOO_LONG = 10 << 20;

  @TempDir Path home;

  private Path intent;
  private Journal journal;

  @BeforeEach
  void open() throws IOException {
    intent = home.resolve("intent.json");
    journal = new Journal(Workshop.open(home, Watcher.NONE));
  }

  @Test
  void whatIsTooLongForTheHistoryIsNotBegun() throws Exception {
    Path owner = Path.of("/" + "x".repeat(TOO_LONG));
    Plan plan = new Plan(List.of(), List.of(), 0, List.of(new Plan.Conflict("box", owner, 1, owner, 2)));
    Operation operation = Operation.now(Operation.Type.APPLY, List.of());
    EngineException refused =
        assertThrows(
            EngineException.class,
            () -> journal.record(operation, plan, List.of(), Map.of(), () -> fail("was done")));
    assertTrue(String.valueOf(refused.getMessage()).contains("a part of it at a time"), refused.getMessage());
    assertFalse(Files.exists(intent));
    journal.recover(() -> fail("there was nothing to recover"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u00ff\u00fe", "[]", "null", "{\"id\":"})
  void aDamagedIntentIsNamedAndLeftAsItIs(String latin1) throws IOException {
    byte[] damaged = latin1.getBytes(StandardCharsets.ISO_8859_1);
    Files.write(intent, damaged);
    IOException refused = assertThrows(IOException.class, () -> journal.recover(() -> {}));
    assertTrue(String.valueOf(refused.getMessage()).startsWith(intent.toString()), refused.getMessage());
    assertTrue(String.valueOf(refused.getMessage()).endsWith("move it away"), refused.getMessage());
    assertArrayEquals(damaged, Files.readAllBytes(intent));
  }
}
