package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chrootlite.manifest.Bundled;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateCommandTest {
  private static final int USAGE = 2;

  @TempDir Path directory;

  /** With a state directory and a file of this test's own. */
  private Invoked create(String... args) {
    List<String> all = new ArrayList<>(List.of("--home", directory.resolve("home").toString(), "create"));
    all.addAll(List.of(args));
    all.addAll(List.of("--file", file().toString()));
    return Invoked.of(all.toArray(String[]::new));
  }

  private Path file() {
    return directory.resolve("box.yaml");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).filter(name -> !name.equals("home")).sorted().toList();
    }
  }

  private void assertRefused(String message, Invoked invoked) throws IOException {
    assertEquals(new Invoked(USAGE, "", "chroot-lite: " + message + "\n"), invoked);
    assertEquals(List.of(), names());
  }

  @Test
  void theManifestIsWrittenAsItIsPrinted() throws IOException {
    String[] args = {"mybox", "--memory", "128MB", "--cpu", "20s", "--allow-network"};
    Invoked printed = create(Stream.concat(Stream.of(args), Stream.of("--print")).toArray(String[]::new));
    assertEquals(0, printed.code(), printed.err());
    assertEquals(List.of(), names());
    Invoked created = create(args);
    assertEquals(0, created.code(), created.err());
    assertTrue(created.out().contains("+ create mybox ("), created.out());
    assertTrue(created.out().endsWith("\nwrote " + file() + "\n"), created.out());
    assertEquals(List.of("box.yaml"), names());
    assertEquals(printed.out(), Files.readString(file()));
    Golden.assertMatches("create/command.yaml", printed.out().replace(directory + "/", ""));
    assertEquals(
        new Invoked(0, "1 sandbox, no errors, 0 warnings\n", ""), Invoked.of("validate", file().toString()));
  }

  @Test
  void aFileThatExistsIsLeftAlone() throws IOException {
    Files.writeString(file(), "mine");
    Invoked again = create("mybox");
    assertEquals(
        new Invoked(USAGE, "", "chroot-lite: " + file() + " exists already, and was left as it is\n"), again);
    assertEquals("mine", Files.readString(file()));
    Files.delete(file());
    Files.createSymbolicLink(file(), directory.resolve("elsewhere"));
    assertEquals(again, create("mybox"));
    assertEquals(List.of("box.yaml"), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"My Box", "../x", "# no", "-", "a_b"})
  void aNameThatIsNoneIsRefusedBeforeAnythingIsWritten(String name) throws IOException {
    assertRefused(
        "NAME: \"" + name + "\" is not a sandbox's name; small letters, digits and hyphens, with a letter or digit at"
            + " both ends",
        create(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --memory    | 128 parsecs | "128 parsecs" is not a size; a number with B, KB, MB, GB, KiB, MiB or GiB, such \
          as 128MB
          --memory    | 1e9         | "1e9" is not a size; a number with B, KB, MB, GB, KiB, MiB or GiB, such as 128MB
          --memory    | 128         | must be at least 64KiB; did you forget the unit?
          --cpu       | 0           | must be more than 0; leave it out for no limit
          --cpus      | 0.001       | must be from 0.01 to 4096 CPUs; a number from 0.01 to 4096, such as 1.5
          --cpus      | many        | must be a number, not text
          --processes | many        | must be a whole number, not text
          --template  | pyton       | there is no template "pyton"; did you mean "python"?
          --directory | /no/dir     | there is no /no/dir
          """)
  void aWrongValueIsToldOfItsOption(String option, String value, String message) throws IOException {
    assertRefused(option + ": " + message, create("mybox", option, value));
  }

  @Test
  void allThatIsWrongIsToldAtOnce() throws IOException {
    assertRefused(
        """
        NAME: "-" is not a sandbox's name; small letters, digits and hyphens, with a letter or digit at both ends
          --disk: "x" is not a size; a number with B, KB, MB, GB, KiB, MiB or GiB, such as 128MB
          --mount /etc:/data/..: must not have .. in it
          --script a.b: must not be empty
          --script "a b": "a b" is not a script's name; letters, digits, dots, hyphens and underscores, with a letter, \
        digit or underscore first"""
            .replace("a.b", "\"a.b\""),
        create(
            "-", "--disk=x", "--mount=/etc:/data/..", "--script", "a.b= ", "--script", "a b=true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--mount=./data", "--mount=:/data", "--mount=./data:data", "--env=A", "--label==x"})
  void whatDoesNotHaveItsFormIsMisuse(String option) throws IOException {
    Invoked invoked = create("mybox", option);
    String value = option.substring(option.indexOf('=') + 1);
    String name = option.substring(0, option.indexOf('='));
    assertEquals(USAGE, invoked.code());
    assertTrue(
        invoked.err().startsWith("chroot-lite: " + name + ": \"" + value + "\" is not "), invoked.err());
    assertTrue(invoked.err().endsWith("See chroot-lite create --help\n"), invoked.err());
    assertEquals(List.of(), names());
  }

  @Test
  void whatContradictsItselfIsMisuse() throws IOException {
    String see = "\nSee chroot-lite create --help";
    assertRefused("--keep and --read-only exclude each other" + see, create("mybox", "--keep", "--read-only"));
    assertRefused(
        "--template and --directory exclude each other" + see,
        create("mybox", "--template", "base", "--directory", "/"));
    assertRefused("--env: \"A\" is given twice" + see, create("mybox", "--env", "A=1", "--env", "A=2"));
  }

  @Test
  void pathsOfTheCommandLineAreSeenFromTheManifest() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("boxes/deep"));
    String relative = folder.relativize(Path.of("").toAbsolutePath()) + "/src/main";
    assertSource(relative, folder.resolve("box.yaml"));
    assertTrue(Files.isSameFile(folder.resolve(relative), Path.of("src/main")));
    // A way up from a link would lead elsewhere where the manifest is called by its other name.
    Path link = Files.createSymbolicLink(directory.resolve("link"), folder);
    assertSource(Path.of("src/main").toAbsolutePath().toString(), link.resolve("other.yaml"));
  }

  private void assertSource(String source, Path file) throws IOException {
    String home = directory.resolve("home-of-" + file.getFileName()).toString();
    String[] mounts = {"--mount", "src/main:/src", "--mount", "/etc:/e:rw"};
    List<String> args = new ArrayList<>(List.of("--home", home, "create", "mybox", "--file", file.toString()));
    args.addAll(List.of(mounts));
    Invoked created = Invoked.of(args.toArray(String[]::new));
    assertEquals(0, created.code(), created.err());
    String text = Files.readString(file);
    assertTrue(text.contains("  - {source: " + source + ", target: /src}\n"), text);
    assertTrue(text.contains("  - {source: /etc, target: /e, readOnly: false}\n"), text);
  }

  @Test
  void theSchemaIsNamedForEditorsWhereItIsOurs() throws IOException {
    assertFalse(create("mybox", "--print").out().contains("yaml-language-server"));
    Path schemas = Files.createDirectory(directory.resolve("schemas"));
    Files.writeString(schemas.resolve("sandbox-v1.schema.json"), "{}");
    assertFalse(create("mybox", "--print").out().contains("yaml-language-server"));
    Files.writeString(schemas.resolve("sandbox-v1.schema.json"), Bundled.schema());
    assertTrue(
        create("mybox", "--print")
            .out()
            .startsWith("# yaml-language-server: $schema=schemas/sandbox-v1.schema.json\n"));
  }

  @Test
  void aWarningIsToldOfItsOptionWhereNothingIsWritten() {
    Invoked printed = create("mybox", "--address-space", "1GiB", "--print");
    assertEquals(0, printed.code());
    assertEquals(
        "chroot-lite: warning: --address-space: limits the address space of each process, and nothing limits memory;"
            + " did you mean memory?\n",
        printed.err());
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() {
    Invoked nowhere = Invoked.of("create", "mybox", "--file", directory + "/no/box.yaml");
    assertEquals(new Invoked(USAGE, "", "chroot-lite: --file: there is no directory " + directory + "/no\n"), nowhere);
    Invoked read = Invoked.of("create", "mybox", "--file", "/proc/box.yaml");
    assertEquals(USAGE, read.code());
    assertTrue(read.err().startsWith("chroot-lite: cannot write /proc/box.yaml: "), read.err());
  }

  @Test
  void aNameIsNeeded() throws IOException {
    Invoked invoked = create();
    assertEquals(USAGE, invoked.code());
    assertEquals("chroot-lite: say what the sandbox is to be called\nSee chroot-lite create --help\n", invoked.err());
    assertEquals(List.of(), names());
  }

  @Test
  void aNewFileIsWithdrawnOnlyAsItWasWritten() throws IOException {
    NewFile file = new NewFile(file(), "text");
    file.write();
    assertThrows(FileAlreadyExistsException.class, file::write);
    assertEquals(List.of("box.yaml"), names());
    Files.writeString(file(), "changed");
    file.withdraw();
    assertEquals("changed", Files.readString(file()));
    Files.writeString(file(), "text");
    file.withdraw();
    assertEquals(List.of(), names());
    file.withdraw();
  }
}
