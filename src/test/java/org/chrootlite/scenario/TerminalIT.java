package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Job control and the keys of a terminal, in an interactive shell: as for a program without a sandbox. */
final class TerminalIT {
  private static final String SCRIPTS =
      """
      limits: {wallTime: 30s}
      scripts:
        long: {run: "echo started; sleep 20"}
        deaf: {run: "sleep 0.3; echo heard nothing"}
        ticks: {run: "for i in 1 2 3 4 5 6; do echo tick $i; sleep 0.3; done; echo end of ticks"}
        ask: {run: "read word; echo got $word"}
      """;

  private static final String PROMPT = "ready> ";

  private static String typed(Caller caller, String... steps) throws Exception {
    Box box = Box.of(caller).manifest(SCRIPTS);
    Caller.Outcome outcome = Caller.finish(caller.prepareDialogue(box.directory(), steps));
    assertEquals(0, outcome.exit(), outcome.err());
    return outcome.out();
  }

  private static String run(String script) {
    return "./chroot-lite run -f sandbox.yaml " + script;
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theQuitKeyEndsARunWithoutAThreadDump(Caller caller) throws Exception {
    String line = run("long") + "\n";
    String seen = typed(caller, PROMPT, line, "started\r", "\u001c", PROMPT, "echo code=$?\n", "code=131");
    assertTrue(seen.contains("cancelled"), seen);
    assertFalse(seen.contains("thread"), seen);
    assertFalse(seen.contains("core dumped"), seen);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptThatReadsNothingCompletesInTheBackground(Caller caller) throws Exception {
    typed(caller, PROMPT, run("deaf") + " &\n", "heard nothing\r", "wait; jobs\n", "Done");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aScriptThatWasStartedInTheBackgroundReadsInTheForeground(Caller caller) throws Exception {
    String back = run("ask") + " & sleep 2\n";
    typed(caller, PROMPT, back, PROMPT, "fg\n", "chroot-lite run", "word\n", "got word\r");
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theInterruptKeyEndsALoopOfTheShell(Caller caller) throws Exception {
    String loop = "for i in 1 2 3; do " + run("long") + "; done; echo the loop \"went\" on\n";
    String seen = typed(caller, PROMPT, loop, "started\r", "\u0003", PROMPT, "echo code=$?\n", "code=130");
    assertFalse(seen.contains("the loop went on\r"), seen);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theSuspendKeyStopsARunThatGoesOnInTheForeground(Caller caller) throws Exception {
    String line = run("ticks") + "\n";
    String seen =
        typed(
            caller, PROMPT, line, "tick 2\r", "\u001a", "Stopped", "sleep 2; echo la\"te\"r\n", "later\r", "fg\n",
            "end of ticks\r\n" + PROMPT, "echo code=$?\n", "code=0");
    assertTrue(seen.indexOf("tick 6\r") > seen.indexOf("later\r"), seen);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aHangUpEndsARun(Caller caller) throws Exception {
    String hangUp = "kill -HUP $!; wait $!; echo code=$?\n";
    String seen = typed(caller, PROMPT, run("long") + " &\n", "started\r", hangUp, "code=129");
    assertTrue(seen.contains("cancelled"), seen);
  }
}
