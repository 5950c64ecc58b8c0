package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.Tree;
import org.chrootlite.model.Action;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.Judgement;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final Sandbox BASE = Given.sandboxes("name: b\nscripts: {a: {run: 'true'}}\n").getFirst();
  private static final Sandbox PYTHON =
      Given.sandboxes("name: p\nrootfs: {template: python}\nscripts: {a: {run: 'true'}}\n").getFirst();

  private static final String NO_LINE =
      "it has no #! line: begin it with one, such as #!/bin/sh, or set its interpreter in the manifest";
  private static final String TEMPLATE = "the rootfs template python has python3, base has not";

  private static String advice(Sandbox sandbox, Action action, String script, Verdict verdict, int code)
      throws IOException {
    Job job = Job.of(sandbox, Optional.empty(), "exec", action);
    ScriptText text = new ScriptText(script.getBytes(StandardCharsets.ISO_8859_1));
    Step place = new Step.PlaceScript(new Tree("run"), "x", text, Origin.ALWAYS);
    JailPlan plan = new JailPlan(List.of(), List.of(place), List.of());
    Judgement judgement = new Judgement(verdict, Optional.of(code), Optional.empty(), "seen", code);
    Judgement advised = Advice.added(job, judgement, plan);
    assertEquals(judgement, advised.withEvidence("seen"));
    return advised.evidence().replaceFirst("^seen(; )?", "");
  }

  private static String file(String script, Verdict verdict, int code) throws IOException {
    return advice(BASE, new Action.File(Path.of("/x"), List.of()), script, verdict, code);
  }

  @Test
  void aFileWithoutAnInterpreterIsToldHowToGetOne() throws IOException {
    assertEquals(NO_LINE, file("echo hello\n", Verdict.NOT_FOUND, 126));
    assertEquals(NO_LINE, file("#!", Verdict.NOT_FOUND, 126));
  }

  @Test
  void anInterpreterThatIsNotThereIsNamed() throws IOException {
    assertEquals(
        "its interpreter /usr/bin/node is not in the rootfs",
        file("#! /usr/bin/node --flag\nx", Verdict.NOT_FOUND, 127));
    assertEquals(
        "its interpreter /usr/bin/python3 is not in the rootfs; " + TEMPLATE,
        file("#!/usr/bin/python3", Verdict.NOT_FOUND, 127));
    assertEquals("its interpreter is /tmp", file("#!/tmp\n", Verdict.NOT_FOUND, 126));
    assertEquals(TEMPLATE, file("#!/usr/bin/env python3\n", Verdict.FAILED, 127));
    assertEquals("", file("#!/usr/bin/env node\n", Verdict.FAILED, 127), "env has said it");
  }

  @Test
  void theLineEndsOfWindowsAreFound() throws IOException {
    String advice = "its #! line ends in a carriage return: give the file the line ends of Unix";
    assertEquals(advice, file("#!/bin/sh\r\necho\r\n", Verdict.NOT_FOUND, 127));
  }

  @Test
  void aProgramIsNoScript() throws IOException {
    String elf = "\u007fELF\u0002";
    assertEquals("it is a program for another kind of machine", file(elf, Verdict.NOT_FOUND, 126));
    assertEquals(
        "the rootfs has no dynamic loader for it: link it statically", file(elf, Verdict.NOT_FOUND, 127));
  }

  @Test
  void theTemplateThatHasAProgramIsNamed() throws IOException {
    Action command = new Action.Command(List.of("python3", "-c", "1"));
    Action interpreted = new Action.File(Path.of("/x"), List.of("/usr/bin/python3"));
    assertEquals(TEMPLATE, advice(BASE, command, "", Verdict.NOT_FOUND, 127));
    assertEquals(TEMPLATE, advice(BASE, interpreted, "", Verdict.NOT_FOUND, 127));
    assertEquals("", advice(PYTHON, command, "", Verdict.NOT_FOUND, 127));
    assertEquals("", advice(BASE, new Action.Command(List.of("fortran")), "", Verdict.NOT_FOUND, 127));
  }

  @Test
  void aScriptThatWasExecutedNeedsNoAdvice() throws IOException {
    assertEquals("", file("echo", Verdict.FAILED, 1));
    assertEquals("", file("#!/usr/bin/python3", Verdict.FAILED, 127));
    assertEquals("", advice(BASE, new Action.Command(List.of("python3")), "", Verdict.FAILED, 127));
  }
}
