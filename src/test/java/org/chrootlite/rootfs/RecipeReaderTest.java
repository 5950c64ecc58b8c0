package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeReaderTest {
  @Test
  void everyKeyIsRead() throws IOException {
    String yaml =
        """
        description: all
        extends: base
        programs:
          - {names: [a, /opt/b], package: ab}
          - names: [c]
            package: {debian: c1, fedora: c2, alpine: c3}
            optional: true
        libraries: [{names: [l.so.1], package: l}]
        copy:
          - {from: ["/x/{a}", /y], contains: [z], exclude: ["*.a"], package: x}
        asOnHost: [/bin]
        directories: [/tmp]
        links: {/a: b}
        files: {/etc/f: "text"}
        """;
    Recipe.HostPackage ab = new Recipe.HostPackage("ab", "ab", "ab");
    assertEquals(
        new Recipe(
            "r",
            "all",
            Optional.of("base"),
            List.of(
                new Recipe.Want(List.of("a", "/opt/b"), ab, false),
                new Recipe.Want(List.of("c"), new Recipe.HostPackage("c1", "c2", "c3"), true)),
            List.of(new Recipe.Want(List.of("l.so.1"), new Recipe.HostPackage("l", "l", "l"), false)),
            List.of(
                new Recipe.Copy(
                    List.of("/x/{a}", "/y"),
                    List.of("z"),
                    List.of("*.a"),
                    new Recipe.HostPackage("x", "x", "x"),
                    false)),
            List.of("/bin"),
            List.of("/tmp"),
            new TreeMap<>(Map.of("/a", "b")),
            new TreeMap<>(Map.of("/etc/f", "text"))),
        RecipeReader.read("r", yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          descripton: x                                    | the recipe has an unknown key "descripton"
          extends: base                                    | description is missing
          [1]                                              | the recipe is not a map
          {description: 3}                                 | description is not text
          {description: d, programs: {a: b}}               | programs is not a list
          {description: d, programs: [{package: p}]}       | programs[0].names is missing or empty
          {description: d, programs: [{names: [a]}]}       | programs[0].package is missing
          {description: d, programs: [{names: [a], package: {debian: p}}]} | programs[0].package.fedora is missing
          {description: d, libraries: [{names: [a], package: p, optional: 1}]} | libraries[0].optional is neither true
          {description: d, copy: [{from: [x], package: p}]}  | copy[0].from "x" is not an absolute path without . and
          {description: d, directories: [/a/../b]}         | directories "/a/../b" is not an absolute path without
          {description: d, links: {a: b}}                  | links "a" is not an absolute path without . and ..
          {description: d, files: {/a: [b]}}               | files./a is not text
          {description: d, description: e}                 | duplicate key
          {description: *x}                                | undefined alias
          """)
  void whatIsWrongIsNamed(String yaml, String message) {
    RootfsException wrong = assertThrows(RootfsException.class, () -> RecipeReader.read("r", yaml));
    assertTrue(wrong.toString().contains("rootfs/r/rootfs.yaml: "), wrong.toString());
    assertTrue(wrong.toString().contains(message), wrong.toString());
  }

  @Test
  void theTemplatesAreTheFoldersOfTheRepository() throws IOException {
    TreeSet<String> folders = new TreeSet<>();
    try (var entries = Files.list(Path.of("rootfs"))) {
      entries.forEach(entry -> folders.add(String.valueOf(entry.getFileName())));
    }
    assertEquals(folders, new TreeSet<>(Recipes.names()));
  }

  @Test
  void pythonIsBaseAndMore() throws IOException {
    assertEquals(List.of("base", "python"), Recipes.chain("python").stream().map(Recipe::name).toList());
    assertEquals("base, and Python 3 with its standard library", Recipes.description("python"));
    assertEquals(Optional.of("python"), Recipes.templateWith("python3", "base"));
    assertEquals(Optional.empty(), Recipes.templateWith("python3", "python"));
    assertEquals(Optional.empty(), Recipes.templateWith("ls", "python"), "python extends base");
    assertEquals(Optional.empty(), Recipes.templateWith("fortran", "base"));
  }

  @Test
  void anUnknownTemplateIsAnErrorThatNamesTheKnownOnes() {
    RootfsException unknown = assertThrows(RootfsException.class, () -> Recipes.chain("../x"));
    assertEquals("there is no rootfs template \"../x\"; there are base and python", unknown.getMessage());
  }
}
