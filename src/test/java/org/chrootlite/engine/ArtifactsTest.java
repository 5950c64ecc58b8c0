package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Setting;
import org.chrootlite.run.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  private static final int ENOENT = 2;
  private static final int EINVAL = 22;
  private static final int EFBIG = 27;

  @TempDir Path run;

  private List<RunResult.Artifact> collect(List<String> paths, List<Report.Artifact> reported) throws IOException {
    List<Setting<String>> wanted = paths.stream().map(path -> new Setting<>(path, Origin.ALWAYS)).toList();
    Artifacts artifacts = Artifacts.prepare(run, run, wanted);
    for (int i = 0; i < paths.size(); i++) {
      Files.writeString(run.resolve("artifacts/." + i), paths.get(i));
    }
    return artifacts.collect(new Report(Optional.empty(), Optional.empty(), reported));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("artifacts"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void oneOfACertainSizeIsFoundIfItIsWhole() throws IOException {
    List<Setting<String>> wanted =
        Stream.of("/work/a", "/work/b", "/work/c").map(path -> new Setting<>(path, Origin.ALWAYS)).toList();
    Artifacts artifacts = Artifacts.prepare(run, run, wanted);
    Files.write(run.resolve("artifacts/.0"), new byte[9]);
    Files.write(run.resolve("artifacts/.1"), new byte[10]);
    Files.write(run.resolve("artifacts/.2"), new byte[10]);
    List<Report.Artifact> reported =
        List.of(new Report.Artifact(0, 0), new Report.Artifact(1, EFBIG), new Report.Artifact(2, 0));
    Report report = new Report(Optional.empty(), Optional.empty(), reported);
    assertEquals(Optional.of("/work/a"), artifacts.ofSize(9, report));
    assertEquals(Optional.of("/work/c"), artifacts.ofSize(10, report));
    assertEquals(Optional.empty(), artifacts.ofSize(11, report));
  }

  @Test
  void whereNoneIsWantedNothingIsMade() throws IOException {
    assertEquals(List.of(), collect(List.of(), List.of()));
    assertEquals(false, Files.exists(run.resolve("artifacts")));
  }

  @Test
  void aCopyGetsTheNameThatItsArtifactHad() throws IOException {
    Path file = run.resolve("artifacts/result.csv");
    assertEquals(
        List.of(new RunResult.Artifact("/work/result.csv", Optional.of(file.toString()), Optional.empty())),
        collect(List.of("/work/result.csv"), List.of(new Report.Artifact(0, 0))));
    assertEquals("/work/result.csv", Files.readString(file));
  }

  @Test
  void ofTwoOfOneNameTheSecondIsNumbered() throws IOException {
    collect(
        List.of("/a/x", "/b/x", "/c/x"),
        List.of(new Report.Artifact(0, 0), new Report.Artifact(1, 0), new Report.Artifact(2, 0)));
    assertEquals(List.of("2-x", "3-x", "x"), files());
    assertEquals("/b/x", Files.readString(run.resolve("artifacts/2-x")));
  }

  @Test
  void aNumberedNameDoesNotReplaceAnArtifactThatIsCalledSo() throws IOException {
    collect(
        List.of("/a/x", "/b/3-x", "/c/x"),
        List.of(new Report.Artifact(0, 0), new Report.Artifact(1, 0), new Report.Artifact(2, 0)));
    assertEquals(List.of("3-x", "4-x", "x"), files());
    assertEquals("/b/3-x", Files.readString(run.resolve("artifacts/3-x")));
  }

  @Test
  void anArtifactMayBeCalledLikeOneOfOurNumbers() throws IOException {
    collect(List.of("/a/.1", "/b/.0"), List.of(new Report.Artifact(0, 0), new Report.Artifact(1, 0)));
    assertEquals(List.of("1-.1", "2-.0"), files());
    assertEquals("/b/.0", Files.readString(run.resolve("artifacts/2-.0")));
  }

  @Test
  void whatIsMissingOrNoFileIsSaidAndLeavesNothing() throws IOException {
    List<RunResult.Artifact> collected =
        collect(
            List.of("/a", "/b", "/c", "/d"),
            List.of(new Report.Artifact(0, ENOENT), new Report.Artifact(1, EINVAL), new Report.Artifact(3, EFBIG)));
    assertEquals(
        List.of(
            Optional.of("ENOENT (No such file or directory)"),
            Optional.of("not a regular file"),
            Optional.of("the run ended before it could be collected"),
            Optional.of("cut off at the disk limit")),
        collected.stream().map(RunResult.Artifact::problem).toList());
    assertEquals(List.of("d"), files());
  }
}
