package org.chrootlite.engine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Action;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Verdict;
import org.chrootlite.rootfs.Recipes;
import org.chrootlite.run.Judgement;

/** What to do about a script that there was nothing to execute for: the kernel says only that something is missing. */
final class Advice {
  /** What a shell and env(1) exit with when they do not find a program. */
  private static final int NOT_FOUND = 127;

  static final String NO_LINE = "it has no #! line";
  static final String BEGIN_WITH_ONE = "begin it with one, such as #!/bin/sh, or set its interpreter in the manifest";

  private final Job job;
  private final Judgement judgement;

  private Advice(Job job, Judgement judgement) {
    this.job = job;
    this.judgement = judgement;
  }

  /**
   * The judgement, with advice in its evidence where there is any.
   *
   * @param plan of the run, with the script as it was
   */
  static Judgement added(Job job, Judgement judgement, JailPlan plan) throws IOException {
    return new Advice(job, judgement)
        .about(plan)
        .map(advice -> judgement.withEvidence(judgement.evidence() + "; " + advice))
        .orElse(judgement);
  }

  private Optional<String> about(JailPlan plan) throws IOException {
    boolean notExecuted = judgement.verdict() == Verdict.NOT_FOUND;
    boolean mayBeEnv = judgement.verdict() == Verdict.FAILED && judgement.code() == NOT_FOUND;
    if (!notExecuted && !mayBeEnv) {
      return Optional.empty();
    }
    byte[] script = script(plan);
    List<String> interpreter = FirstLine.interpreter(script);
    return switch (job.script().action().value()) {
      case Action.File file when file.interpreter().isEmpty() ->
          notExecuted ? aboutFile(script, interpreter) : aboutEnv(interpreter);
      case Action.File file -> notExecuted ? template(file.interpreter().getFirst()) : Optional.empty();
      case Action.Command command -> notExecuted ? template(command.argv().getFirst()) : Optional.empty();
      case Action.Shell shell -> Optional.empty();
    };
  }

  private static byte[] script(JailPlan plan) {
    for (Step step : plan.init()) {
      if (step instanceof Step.PlaceScript place) {
        return place.content().bytes();
      }
    }
    return new byte[0];
  }

  private Optional<String> aboutFile(byte[] script, List<String> interpreter) throws IOException {
    if (isElf(script)) {
      return Optional.of(
          judgement.code() == NOT_FOUND
              ? "the rootfs has no dynamic loader for it: link it statically"
              : "it is a program for another kind of machine");
    }
    if (interpreter.isEmpty()) {
      return Optional.of(NO_LINE + ": " + BEGIN_WITH_ONE);
    }
    String program = interpreter.getFirst();
    if (interpreter.getLast().endsWith("\r")) {
      return Optional.of("its #! line ends in a carriage return: give the file the line ends of Unix");
    }
    if (judgement.code() != NOT_FOUND) {
      return Optional.of("its interpreter is " + program);
    }
    String missing = "its interpreter " + program + " is not in the rootfs";
    return Optional.of(template(program).map(template -> missing + "; " + template).orElse(missing));
  }

  /** A program that env looks for in PATH, and then complains of itself. */
  private Optional<String> aboutEnv(List<String> interpreter) throws IOException {
    boolean isEnv = interpreter.size() == 2 && baseName(interpreter.getFirst()).equals("env");
    return isEnv ? template(interpreter.getLast().strip()) : Optional.empty();
  }

  private Optional<String> template(String program) throws IOException {
    if (!(job.sandbox().rootfs().source().value() instanceof RootfsSource.Template(String current))) {
      return Optional.empty();
    }
    String name = baseName(program);
    return Recipes.templateWith(name, current)
        .map(other -> "the rootfs template " + other + " has " + name + ", " + current + " has not");
  }

  private static String baseName(String program) {
    return program.substring(program.lastIndexOf('/') + 1);
  }

  static boolean isElf(byte[] script) {
    return script.length > 4 && script[0] == 0x7f && script[1] == 'E' && script[2] == 'L' && script[3] == 'F';
  }
}
