package org.chrootlite.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HostUserTest {
  @Test
  void theCallerIsWhomIdNames() throws IOException {
    HostUser user = HostUser.current();
    assertEquals(id("-u"), Long.toString(user.uid()));
    assertEquals(id("-g"), Long.toString(user.gid()));
    assertFalse(user.name().isEmpty());
    assertEquals(user.uid() == 0, user.isRoot());
  }

  @Test
  void theEffectiveIdIsTheSecondOfFour() throws IOException {
    assertEquals(4294967294L, HostUser.effective("Name:\tx\nUid:\t1\t4294967294\t3\t4\n", "Uid:"));
  }

  @Test
  void aStatusWithoutTheLineIsAnError() {
    assertThrows(IOException.class, () -> HostUser.effective("Name:\tx\n", "Uid:"));
    assertThrows(IOException.class, () -> HostUser.effective("Uid:\t1\n", "Uid:"));
  }

  private static String id(String option) throws IOException {
    Process id = new ProcessBuilder("id", option).start();
    return new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
