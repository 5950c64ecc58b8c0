package org.chrootlite;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the packages, and what a reader may rely on in each file. */
class ArchitectureTest {
  private static final String ROOT = "org.chrootlite";
  private static final Path MAIN = Path.of("src/main/java");
  private static final int LONGEST_FILE = 400;
  private static final int LONGEST_LINE = 120;

  /** What each package may use of ours, besides itself; {@code json} writes text and knows nobody, so all may. */
  private static final Map<String, List<String>> ARROWS = arrows();

  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

  private static Map<String, List<String>> arrows() {
    Map<String, List<String>> arrows = new TreeMap<>();
    arrows.put("diagnostic", List.of());
    arrows.put("linux", List.of());
    arrows.put("json", List.of());
    arrows.put("model", List.of("linux"));
    arrows.put("manifest", List.of("model", "diagnostic"));
    arrows.put("host", List.of("model", "linux"));
    arrows.put("cgroup", List.of("model", "linux"));
    arrows.put("spec", List.of("model"));
    arrows.put("plan", List.of("spec", "model"));
    arrows.put("store", List.of("plan", "spec", "model"));
    arrows.put("rootfs", List.of("model", "plan", "store"));
    arrows.put("compile", List.of("model", "linux"));
    arrows.put("run", List.of("model", "linux", "compile", "cgroup"));
    arrows.put("network", List.of("model"));
    // Its programs are for the launcher's machine, and run where a script does.
    arrows.put("probe", List.of("model", "linux", "compile"));
    arrows.put("doctor", List.of("model", "linux", "compile", "run"));
    // Its file is locked and written as all of the state directory's are.
    arrows.put("audit", List.of("store", "model"));
    arrows.put(
        "engine",
        List.of(
            "diagnostic", "linux", "model", "spec", "manifest", "host", "plan", "store", "rootfs", "compile", "cgroup",
            "probe", "run", "network", "audit", "doctor"));
    // What the engine hands out it reads and renders: readings, plans, launchers, judgements, the history, progress.
    arrows.put(
        "cli",
        List.of(
            "engine", "model", "spec", "plan", "diagnostic", "manifest", "compile", "probe", "run", "rootfs", "audit",
            "doctor"));
    return arrows;
  }

  @Test
  void packagesUseOnlyWhatTheTableAllows() {
    ARROWS.forEach(
        (name, allowed) -> {
          List<String> packages = new ArrayList<>(List.of(inside(name), inside("json")));
          allowed.forEach(other -> packages.add(inside(other)));
          noClasses()
              .that()
              .resideInAPackage(inside(name))
              .should()
              .dependOnClassesThat(
                  resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(packages.toArray(String[]::new)))))
              .because("of ours, " + name + " may use " + allowed)
              .allowEmptyShould(true)
              .check(CLASSES);
        });
  }

  /** The parts of the compiler know nothing of the sandboxes that they are used for. */
  @Test
  void thePartsOfTheCompilerUseOnlyLinuxAndEachOther() {
    for (String part : List.of("step", "bpf", "seccomp", "elf", "machine")) {
      noClasses()
          .that()
          .resideInAPackage(inside("compile." + part))
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "..")
                  .and(
                      not(
                          resideInAnyPackage(
                              inside("linux"),
                              inside("compile.step"),
                              inside("compile.bpf"),
                              inside("compile.seccomp"),
                              inside("compile.elf"),
                              inside("compile.machine"),
                              ROOT + ".model"))))
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void eachPackageHasARowInTheTable() {
    Set<String> known = ARROWS.keySet();
    classes()
        .should()
        .resideInAnyPackage(known.stream().map(ArchitectureTest::inside).toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void librariesAreSeenOnlyWhereTheyBelong() {
    onlyIn("org.snakeyaml..", "manifest", "rootfs");
    onlyIn("com.networknt..", "manifest");
    onlyIn("tools.jackson..", "manifest", "json");
    onlyIn("picocli..", "cli");
    onlyIn("jnr..", "run");
    onlyIn("ch.qos.logback..");
    onlyIn("java.util.logging..");
  }

  @Test
  void onlyMainEndsTheJvm() {
    for (Class<?> type : List.of(System.class, Runtime.class)) {
      for (String method : List.of("exit", "halt")) {
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + ".cli.Main")
            .should()
            .callMethod(type, method, int.class)
            .check(CLASSES);
      }
    }
  }

  @Test
  void onlyTheCommandLineTouchesTheStandardStreams() {
    for (String stream : List.of("in", "out", "err")) {
      noClasses().should().accessField(System.class, stream).check(CLASSES);
    }
  }

  @Test
  void noNameHidesWhatAClassIsFor() {
    noClasses().should().haveNameMatching(".*(Utils?|Manager|Helper|Impl)$").check(CLASSES);
  }

  @Test
  void stateIsNeverGlobal() {
    fields().that().areStatic().should().beFinal().check(CLASSES);
    fields().that().arePublic().should().beFinal().check(CLASSES);
  }

  @Test
  void eachPackageStatesItsJobAndIsNullMarked() {
    for (Path directory : files(MAIN, true)) {
      if (javaFiles(directory).isEmpty()) {
        continue;
      }
      String text = read(directory.resolve("package-info.java"));
      assertEquals(true, text.startsWith("/**"), directory + ": package-info has no Javadoc");
      assertEquals(true, text.contains("\n@NullMarked\n"), directory + ": package-info is not @NullMarked");
    }
  }

  @Test
  void filesAreShortEnoughToRead() {
    List<String> tooLong = new ArrayList<>();
    for (Path root : List.of(MAIN, Path.of("src/test/java"))) {
      for (Path file : files(root, false)) {
        String text = read(file);
        long lines = text.lines().count();
        if (lines > LONGEST_FILE) {
          tooLong.add(file + ": " + lines + " lines");
        }
      }
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void linesAreShortEnoughToRead() {
    List<String> tooLong = new ArrayList<>();
    for (Path root : List.of(MAIN, Path.of("src/test/java"))) {
      for (Path file : files(root, false)) {
        for (String line : read(file).lines().filter(each -> each.length() > LONGEST_LINE).toList()) {
          tooLong.add(file + ": " + line);
        }
      }
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void everyTopLevelTypeOfMainSaysWhatItIs() {
    List<String> silent = new ArrayList<>();
    for (Path file : files(MAIN, false)) {
      String text = "\n" + read(file);
      if (!text.contains("\n/** ") && !text.contains("\n/**\n")) {
        silent.add(file.toString());
      }
    }
    assertEquals(List.of(), silent);
  }

  /** A rule that holds whatever the code does would prove nothing. */
  @Test
  void theRulesCanFail() {
    assertThrows(
        AssertionError.class,
        () -> noClasses().that().resideInAPackage(inside("cli")).should().dependOnClassesThat()
            .resideInAPackage("picocli..").check(CLASSES));
    assertFalse(CLASSES.isEmpty());
  }

  private static void onlyIn(String library, String... packages) {
    String[] allowed = Stream.of(packages).map(ArchitectureTest::inside).toArray(String[]::new);
    noClasses()
        .that(not(resideInAnyPackage(allowed)))
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .because(library + " may be used in " + List.of(packages) + " only")
        .check(CLASSES);
  }

  private static String inside(String name) {
    return ROOT + "." + name + "..";
  }

  private static List<Path> javaFiles(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children.filter(child -> child.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path root, boolean directories) {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> directories ? Files.isDirectory(path) : path.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
