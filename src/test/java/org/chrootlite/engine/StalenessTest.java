package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StalenessTest {
  private static final String BOX =
      """
      name: box
      scripts:
        shell: {run: 'true'}
        file: {file: job.sh}
        again: {file: job.sh, args: [again]}
      """;

  private World world;
  private Path script;

  @BeforeEach
  void apply(@TempDir Path directory) throws IOException, EngineException {
    world = new World(directory);
    script = world.file("job.sh", "#!/bin/sh\necho one\n");
    world.apply(BOX);
  }

  private List<String> stale() throws IOException {
    return Staleness.of(world.catalogue().all());
  }

  private String line(Path file) {
    return "%s was changed since it was applied, and runs as it was: chroot-lite apply %s"
        .formatted(file, world.manifest());
  }

  @Test
  void whatIsAsItWasAppliedIsNotMentioned() throws IOException {
    assertEquals(List.of(), stale());
  }

  @Test
  void anEditedManifestIsMentionedOnceForAllItsJobs() throws IOException {
    Files.writeString(world.manifest(), Files.readString(world.manifest()) + "description: more\n");
    assertEquals(List.of(line(world.manifest())), stale());
  }

  @Test
  void anEditedScriptIsMentionedOnceEvenWhereItsSizeIsTheSame() throws IOException {
    world.file("job.sh", "#!/bin/sh\necho two\n");
    assertEquals(List.of(line(script)), stale());
  }

  @Test
  void aScriptIsMentionedOnlyForTheJobsThatRunIt() throws IOException, EngineException {
    world.file("job.sh", "#!/bin/sh\nexit\n");
    assertEquals(List.of(), Staleness.of(world.catalogue().named("shell")));
    assertEquals(List.of(line(script)), Staleness.of(world.catalogue().named("again")));
  }

  @Test
  void aByteOrderMarkIsNoChange() throws IOException {
    Files.write(world.manifest(), ("\ufeff" + Files.readString(world.manifest())).getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), stale());
  }

  @Test
  void whatIsGoneOrNoFileAnyMoreIsNotMissed() throws IOException {
    Files.delete(world.manifest());
    Files.delete(script);
    Files.createDirectory(script);
    assertEquals(List.of(), stale());
  }

  @Test
  void jobsThatWereOnlyReadAreNeverStale() throws IOException {
    List<Job> read = Job.all(Given.sandboxes(world.manifest()));
    assertEquals(Optional.empty(), read.getFirst().applied());
    world.file("job.sh", "#!/bin/sh\nexit\n");
    assertEquals(List.of(), Staleness.of(read));
  }
}
