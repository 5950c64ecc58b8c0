package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.chrootlite.model.Action;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Sandbox;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTest {
  private static final List<Sandbox> SANDBOXES =
      Given.sandboxes(
          "name: red\nscripts: {hello: {run: 'true'}, build: {run: 'true'}}\n",
          """
          name: blue
          limits: {memory: 64MB}
          environment: {A: b}
          scripts: {hello: {run: 'true'}, test: {run: 'true'}}
          """);

  private static List<String> named(String name) throws EngineException {
    return Job.named(name, Job.all(SANDBOXES)).stream().map(Job::name).toList();
  }

  @Test
  void allJobsAreInTheOrderOfTheManifests() {
    assertEquals(
        List.of("red/hello", "red/build", "blue/hello", "blue/test"),
        Job.all(SANDBOXES).stream().map(Job::name).toList());
  }

  @Test
  void aJobIsNamedInFullOrByItsScriptOrWithAllOfItsSandbox() throws EngineException {
    assertEquals(List.of("blue/hello"), named("blue/hello"));
    assertEquals(List.of("red/build"), named("build"));
    assertEquals(List.of("red/hello", "red/build"), named("red/*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello|\"hello\" is one of several jobs: say red/hello or blue/hello",
        "helo|there is no job \"helo\"; did you mean \"hello\"?",
        "blue/tset|there is no job \"blue/tset\"; did you mean \"blue/test\"?",
        "rde/*|there is no job \"rde/*\"; did you mean \"red/*\"?",
        "nothing-like-it|there is no job \"nothing-like-it\": there are build, hello, test",
        "*|there is no job \"*\": there are build, hello, test",
      })
  void aNameThatFitsNoneOrSeveralIsAnsweredWithThoseThatAreMeant(String name, String message) {
    assertEquals(message, assertThrows(EngineException.class, () -> named(name)).getMessage());
  }

  @Test
  void manifestsWithoutScriptsHaveNoJobs() {
    List<Sandbox> none = Given.sandboxes("name: empty\n");
    EngineException e = assertThrows(EngineException.class, () -> Job.named("x", Job.all(none)));
    assertEquals("there is no job \"x\": there are no scripts", e.getMessage());
  }

  @Test
  void aScriptThatNoManifestHasGetsWhatTheSandboxGives() {
    Job job = Job.of(SANDBOXES.getLast(), Optional.empty(), "exec", new Action.Command(List.of("ls")));
    assertEquals("blue/exec", job.name());
    assertEquals(64_000_000, job.script().limits().get(LimitKind.MEMORY).orElseThrow().value());
    assertEquals(SANDBOXES.getLast().environment(), job.script().environment());
    assertEquals(1, job.script().environment().size());
  }
}
