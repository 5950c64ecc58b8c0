package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script {@code chroot-lite} decides, with a Maven and a Java that only note how they were called. */
class EntryScriptIT {
  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path directory;
  private Path checkout;
  private Path java;
  private Path calls;

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void aCheckoutAndItsTools() throws IOException {
    checkout = Files.createDirectories(directory.resolve("a checkout"));
    calls = directory.resolve("calls");
    for (String source : List.of("src/main/java/A.java", "schemas/s.json", "rootfs/r.yaml", "pom.xml")) {
      Files.createDirectories(checkout.resolve(source).getParent());
      age(Files.writeString(checkout.resolve(source), source));
    }
    try (var all = Files.walk(checkout)) {
      for (Path path : all.toList()) {
        age(path);
      }
    }
    Path script = Files.copy(Path.of("chroot-lite"), checkout.resolve("chroot-lite"));
    assertTrue(Files.isExecutable(script));
    java = java("jdk-25", "25.0.3");
    // As much of the system as the script may use, but neither a Java nor a Maven of the host.
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("find", "mkdir", "rm", "mv", "cat", "touch", "date", "sleep", "readlink", "dirname",
        "flock", "env")) {
      program(tools.resolve(tool), "exec " + host(tool) + " \"$@\"");
    }
    program(
        tools.resolve("mvn"),
        "echo mvn with $JAVA_HOME >>\"$CALLS\"; echo maven speaks",
        "mkdir -p \"$CHECKOUT/target\"; echo jar >\"$CHECKOUT/target/chroot-lite.jar\"; exit ${MAVEN_STATUS:-0}");
  }

  private Path java(String name, String version) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
    program(
        home.resolve("bin/java"),
        "cache=",
        "for word; do case $word in -XX:AOTCacheOutput=*) cache=${word#*=} ;; esac; done",
        "if [ -n \"$cache\" ]; then echo train >>\"$CALLS\"; echo cache >\"$cache\"; echo training speaks; exit; fi",
        "echo java >>\"$CALLS\"; printf '%s\\n' \"$@\"; exit ${JAVA_STATUS:-0}");
    program(home.resolve("bin/javac"), "exit 1");
    return home;
  }

  private static Path host(String tool) {
    for (String place : List.of("/usr/bin", "/bin")) {
      if (Files.exists(Path.of(place, tool))) {
        return Path.of(place, tool);
      }
    }
    throw new AssertionError("the host has no " + tool);
  }

  private static void program(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    allow(file, "rwxr-xr-x");
  }

  private static void age(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(LONG_AGO));
  }

  private ProcessBuilder prepare(Map<String, String> environment, Path script, String... args) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", directory.resolve("tools").toString());
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("CALLS", calls.toString());
    builder.environment().put("CHECKOUT", checkout.toString());
    builder.environment().putAll(environment);
    return builder;
  }

  private Result run(Map<String, String> environment, Path script, String... args) throws Exception {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    Process process =
        prepare(environment, script, args).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Result run(String... args) throws Exception {
    return run(Map.of(), checkout.resolve("chroot-lite"), args);
  }

  private List<String> calls() throws IOException {
    List<String> lines = Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    Files.deleteIfExists(calls);
    return lines;
  }

  private Path cache() {
    return checkout.resolve("target/aot" + java + "/25.0.3.aot");
  }

  @Test
  void theFirstStartBuildsAndTrainsAndTheSecondOneJustStarts() throws Exception {
    Result first = run("run", "a b", "*", "");
    assertEquals(0, first.code(), first.err());
    assertEquals(List.of("mvn with " + java, "train", "java"), calls());
    assertTrue(first.out().endsWith("org.chrootlite.cli.Main\nrun\na b\n*\n\n"), first.out());
    assertTrue(first.out().startsWith("-XX:AOTCache=" + cache() + "\n"), first.out());
    assertTrue(first.err().startsWith("chroot-lite: building"), first.err());
    assertFalse(first.err().contains("speaks"), first.err());

    Result second = run("run", "a b", "*", "");
    assertEquals(List.of("java"), calls());
    assertEquals(new Result(0, first.out(), ""), second);
  }

  @Test
  void onATerminalALiveLineCountsTheSeconds() throws Exception {
    program(
        directory.resolve("on a terminal"),
        "exec " + host("script") + " -qec \"'" + checkout.resolve("chroot-lite") + "'\" /dev/null");
    Result result = run(Map.of("SHELL", "/bin/sh"), directory.resolve("on a terminal"));
    assertEquals(0, result.code(), result.out());
    assertEquals(List.of("mvn with " + java, "train", "java"), calls());
    String clear = "\r\u001b[K";
    assertTrue(result.out().startsWith(clear + "chroot-lite: building"), result.out());
    assertTrue(result.out().contains(" ... 0 s" + clear + "chroot-lite: built in "), result.out());
  }

  @Test
  void theExitCodeIsThatOfJava() throws Exception {
    run();
    assertEquals(77, run(Map.of("JAVA_STATUS", "77"), checkout.resolve("chroot-lite")).code());
  }

  @Test
  void whateverIsNewerThanTheJarMakesItBuildAgain() throws Exception {
    run();
    calls();
    for (String source : List.of("src/main/java/A.java", "schemas/s.json", "rootfs/r.yaml", "pom.xml")) {
      Files.setLastModifiedTime(checkout.resolve(source), FileTime.from(Instant.now().plusSeconds(1)));
      assertEquals(0, run().code());
      assertEquals(List.of("mvn with " + java, "train", "java"), calls(), source);
      age(checkout.resolve(source));
    }
    Files.delete(checkout.resolve("src/main/java/A.java"));
    Files.setLastModifiedTime(checkout.resolve("src/main/java"), FileTime.from(Instant.now().plusSeconds(1)));
    run();
    assertEquals(List.of("mvn with " + java, "train", "java"), calls(), "a file that is gone");
  }

  @Test
  void aCacheOlderThanTheJarIsNeverUsed() throws Exception {
    run();
    calls();
    Files.setLastModifiedTime(checkout.resolve("target/chroot-lite.jar"), FileTime.from(Instant.now().plusSeconds(60)));
    Result result = run();
    assertEquals(List.of("train", "java"), calls());
    assertFalse(result.out().contains("AOTCache"), "made before the jar, as far as the clock can tell");
  }

  @Test
  void aFailingBuildShowsWhatMavenSaidAndEndsWith125() throws Exception {
    Result result = run(Map.of("MAVEN_STATUS", "1"), checkout.resolve("chroot-lite"));
    assertEquals(125, result.code());
    assertEquals("", result.out());
    assertTrue(result.err().contains("\nmaven speaks\nchroot-lite: the build failed"), result.err());
    assertEquals(List.of("mvn with " + java), calls());
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    Files.delete(directory.resolve("tools/mvn"));
    Result result = run();
    assertEquals(125, result.code());
    assertTrue(result.err().contains("needs Maven"), result.err());
  }

  @Test
  void anOlderJavaHomeIsPassedOver() throws Exception {
    Path old = java("jdk-17", "17.0.15");
    Path path = directory.resolve("jdk-25/bin");
    Result result =
        run(Map.of("JAVA_HOME", old.toString(), "PATH", path + ":" + directory.resolve("tools")),
            checkout.resolve("chroot-lite"));
    assertEquals(0, result.code(), result.err());
    assertEquals(List.of("mvn with " + java, "train", "java"), calls());
  }

  @Test
  void aJavaOfSdkmanIsFound() throws Exception {
    java = java(".sdkman/candidates/java/99.0.1-test", "99.0.1");
    Result result = runWhereNoJavaIsInstalled();
    assertEquals(0, result.code(), result.err());
    assertEquals(List.of("mvn with " + java, "train", "java"), calls());
  }

  @Test
  void withoutAJavaItSaysWhatToInstallAndEndsWith125() throws Exception {
    Result result = runWhereNoJavaIsInstalled();
    assertEquals(125, result.code());
    assertTrue(result.err().startsWith("chroot-lite: needs Java 25 or later"), result.err());
    assertTrue(result.err().contains("sdk install java"), result.err());
    assertTrue(result.err().contains("export JAVA_HOME="), result.err());
    assertEquals(List.of(), calls());
  }

  @Test
  void aPackageIsAdvisedOnlyWhereThePackageSourcesHaveIt() throws Exception {
    program(directory.resolve("tools/apt-cache"), "[ \"$2\" = maven ]");
    String without = runWhereNoJavaIsInstalled().err();
    assertFalse(without.contains("openjdk-25"), without);
    assertTrue(without.contains("sdk install java"), without);
    program(directory.resolve("tools/apt-cache"), "exit 0");
    String with = runWhereNoJavaIsInstalled().err();
    boolean isDebian =
        Files.readAllLines(Path.of("/etc/os-release")).stream().anyMatch(line -> line.matches("ID.*debian.*"));
    assertEquals(isDebian, with.contains("sudo apt install openjdk-25-jdk-headless maven"), with);
  }

  private Result runWhereNoJavaIsInstalled() throws Exception {
    program(
        directory.resolve("bare"),
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
        "for place in /usr/lib/jvm /usr/lib64/jvm /usr/java /opt /usr/local; do",
        "  [ ! -d $place ] || mount -t tmpfs none $place || exit 1",
        "done",
        "export PATH='" + directory.resolve("tools") + "'",
        "exec '" + checkout.resolve("chroot-lite") + "'");
    program(
        directory.resolve("outer"),
        "exec " + host("unshare") + " --user --map-root-user --mount '" + directory.resolve("bare") + "'");
    return run(Map.of("JAVA_HOME", "/nowhere"), directory.resolve("outer"));
  }

  @Test
  void itStartsThroughLinksAndFromAnyDirectory() throws Exception {
    Path script = checkout.resolve("chroot-lite");
    run();
    Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("a checkout/chroot-lite"));
    Path chained = Files.createSymbolicLink(directory.resolve("chained"), relative);
    Path jar = checkout.resolve("target/chroot-lite.jar");
    for (Path link : List.of(script, relative, chained, Path.of("./relative"), Path.of("a checkout/chroot-lite"))) {
      Result result = run(Map.of(), link);
      assertEquals(0, result.code(), result.err());
      String used = result.out().lines().filter(line -> line.endsWith(".jar")).findFirst().orElse("");
      assertEquals(jar, Path.of(used).normalize(), link.toString());
    }
  }

  @Test
  void inADirectoryThatWasDeletedItSaysSo() throws Exception {
    String deleted = "PATH=/usr/bin:/bin; mkdir gone; cd gone; rmdir ../gone; exec \"$0\" list";
    Result result = run(Map.of(), Path.of("/bin/sh"), "-c", deleted, checkout.resolve("chroot-lite").toString());
    assertEquals(125, result.code(), result.err());
    assertTrue(
        result.err().endsWith("chroot-lite: the current directory was deleted: go to another one\n"), result.err());
  }

  @Test
  void ofManyThatStartAtOnceOneBuilds() throws Exception {
    startManyAtOnce();
  }

  @Test
  void ofManyThatStartAtOnceOneBuildsWhereThereIsNoFlock() throws Exception {
    Files.delete(directory.resolve("tools/flock"));
    startManyAtOnce();
    assertFalse(Files.exists(checkout.resolve("target/.lock.d")), "the lock is left");
  }

  private void startManyAtOnce() throws Exception {
    program(
        directory.resolve("tools/mvn"),
        "echo mvn >>\"$CALLS\"; sleep 1; echo jar >\"$CHECKOUT/target/chroot-lite.jar\"");
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(
          prepare(Map.of(), checkout.resolve("chroot-lite"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(directory.resolve("err" + i).toFile())
              .start());
    }
    for (int i = 0; i < 5; i++) {
      assertTrue(all.get(i).waitFor(60, TimeUnit.SECONDS), "it hangs");
      assertEquals(0, all.get(i).exitValue(), Files.readString(directory.resolve("err" + i)));
    }
    List<String> calls = calls();
    assertEquals(1, calls.stream().filter("mvn"::equals).count(), calls.toString());
    assertEquals(5, calls.stream().filter("java"::equals).count(), calls.toString());
  }

  @Test
  void theLockOfADeadProcessIsNotWaitedFor() throws Exception {
    Files.delete(directory.resolve("tools/flock"));
    Path lock = Files.createDirectories(checkout.resolve("target/.lock.d"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    Result result = run();
    assertEquals(0, result.code(), result.err());
    assertEquals(List.of("mvn with " + java, "train", "java"), calls());
  }

  @Test
  void aCheckoutOfSomebodyElseIsUsedWhileItsBuildIsCurrent() throws Exception {
    Result own = run();
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    program(
        directory.resolve("somebody else"),
        "exec "
            + (root ? host("setpriv") + " --reuid=65534 --regid=65534 --clear-groups " : "")
            + "'"
            + checkout.resolve("chroot-lite")
            + "'");
    allow(directory, "rwxr-xr-x");
    allow(calls, "rw-rw-rw-");
    allow(checkout.resolve("target/.lock"), "r--r--r--");
    allow(checkout.resolve("target"), "r-xr-xr-x");
    assertEquals(new Result(0, own.out(), ""), run(Map.of(), directory.resolve("somebody else")));

    Files.setLastModifiedTime(checkout.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(1)));
    Result stale = run(Map.of(), directory.resolve("somebody else"));
    assertEquals(125, stale.code());
    assertTrue(stale.err().contains("there is no current build in " + checkout), stale.err());
    assertEquals(List.of("mvn with " + java, "train", "java", "java"), calls());
    allow(checkout.resolve("target"), "rwxr-xr-x");
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void aJvmThatCannotMakeACacheStartsWithoutAndIsNotAskedAgain() throws Exception {
    program(
        java.resolve("bin/java"),
        "case \"$*\" in *AOTCacheOutput*) echo train >>\"$CALLS\"; exit 1 ;; esac; printf '%s\\n' \"$@\"");
    Result first = run();
    assertEquals(0, first.code(), first.err());
    assertFalse(first.out().contains("AOTCache"), first.out());
    assertEquals(List.of("mvn with " + java, "train"), calls());
    assertEquals(0, run().code());
    assertEquals(List.of(), calls());
  }

  @Test
  void theEnvironmentCannotMakeTheJvmSpeak() throws Exception {
    program(java.resolve("bin/java"), "echo \"[$JAVA_TOOL_OPTIONS$JDK_JAVA_OPTIONS$_JAVA_OPTIONS]\"");
    Result result =
        run(
            Map.of("JAVA_TOOL_OPTIONS", "-Da=b", "JDK_JAVA_OPTIONS", "-Da=b", "_JAVA_OPTIONS", "-Da=b"),
            checkout.resolve("chroot-lite"));
    assertEquals("[]\n", result.out());
  }

  @Test
  void aSignalReachesJavaAtOnce() throws Exception {
    run();
    program(java.resolve("bin/java"), "trap 'exit 42' TERM; echo ready; while :; do sleep 0.1; done");
    Process process = prepare(Map.of(), checkout.resolve("chroot-lite")).start();
    assertEquals("ready", process.inputReader(StandardCharsets.UTF_8).readLine());
    process.destroy();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), "the signal is lost");
    assertEquals(42, process.exitValue());
  }
}
