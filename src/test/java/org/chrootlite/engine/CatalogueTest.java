package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.chrootlite.model.Action;
import org.chrootlite.model.LimitKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  private static final String RED = "name: red\nscripts:\n  hello: {run: 'true'}\n  build: {run: 'true'}\n";
  private static final String BLUE = "name: blue\nscripts: {hello: {run: 'true'}}\n";
  private static final String CHANGED =
      "name: red\nlimits: {memory: 64MB}\nscripts: {hello: {run: 'false'}, build: {run: 'true'}}\n";

  private World world;

  @BeforeEach
  void apply(@TempDir Path directory) throws IOException, EngineException {
    world = new World(directory);
    world.apply(RED, BLUE);
  }

  private List<String> named(String name) throws IOException, EngineException {
    return world.catalogue().named(name).stream().map(Job::name).toList();
  }

  private Job job(String name) throws IOException, EngineException {
    return world.catalogue().named(name).getFirst();
  }

  private Job asItIs(Job job) throws IOException, EngineException {
    return world.catalogue().asItIs(job);
  }

  @Test
  void aJobIsFoundByItsScriptInFullOrWithAllOfItsSandbox() throws IOException, EngineException {
    assertEquals(List.of("red/build"), named("build"));
    assertEquals(List.of("blue/hello"), named("blue/hello"));
    assertEquals(List.of("red/hello", "red/build"), named("red/*"));
  }

  @Test
  void aScriptOfSeveralSandboxesIsAnsweredWithAllOfThem() {
    EngineException e = assertThrows(EngineException.class, () -> named("hello"));
    assertEquals("\"hello\" is one of several jobs: say blue/hello or red/hello", e.getMessage());
  }

  @Test
  void aWrongNameIsComparedWithAllThatThereIs() {
    EngineException e = assertThrows(EngineException.class, () -> named("red/biuld"));
    assertEquals("there is no job \"red/biuld\"; did you mean \"red/build\"?", e.getMessage());
    NoSuchSandboxException none = assertThrows(NoSuchSandboxException.class, () -> world.catalogue().applied("rde"));
    assertEquals("there is no sandbox \"rde\"; did you mean \"red\"?", none.getMessage());
  }

  @Test
  void jobsOfSandboxesThatAreGoneMeanwhileAreLeftOut() throws IOException {
    assertEquals(List.of("blue/hello"), world.catalogue().of(List.of("gone", "blue")).stream().map(Job::name).toList());
  }

  @Test
  void aJobWhoseSandboxIsAsItWasIsTheSame() throws IOException, EngineException {
    Job job = job("build");
    assertSame(job, asItIs(job));
  }

  @Test
  void aJobThatWasAppliedAnewRunsAsItIsNow() throws IOException, EngineException {
    Job before = job("red/hello");
    world.apply(CHANGED, BLUE);
    Job now = asItIs(before);
    assertEquals("red/hello", now.name());
    assertEquals(new Action.Shell("false"), now.script().action().value());
    assertNotEquals(before.applied(), now.applied());
  }

  @Test
  void aCommandThatNoManifestHasStaysAndGetsWhatItsSandboxGivesNow() throws IOException, EngineException {
    Action action = new Action.Command(List.of("ls"));
    Job before;
    try (Engine engine = world.engine()) {
      before = engine.job("red", action);
    }
    world.apply(CHANGED, BLUE);
    Job now = asItIs(before);
    assertEquals(action, now.script().action().value());
    assertEquals(64_000_000, now.script().limits().get(LimitKind.MEMORY).orElseThrow().value());
  }

  @Test
  void aJobOrSandboxThatIsGoneIsRefused() throws IOException, EngineException {
    Job build = job("build");
    Job hello = job("blue/hello");
    world.apply("name: red\nscripts: {hello: {run: 'true'}}\n");
    assertEquals(
        "there is no job \"red/build\": there are red/hello",
        assertThrows(EngineException.class, () -> asItIs(build)).getMessage());
    assertThrows(NoSuchSandboxException.class, () -> asItIs(hello));
  }
}
