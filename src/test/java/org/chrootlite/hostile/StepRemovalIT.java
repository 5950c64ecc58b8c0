package org.chrootlite.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.step.Step;
import org.chrootlite.host.Host;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test of the tests. A plan that lacks any one of its steps breaks a check, or does not run; and each check is
 * broken by something, so that none holds by itself. The golden tables say what it is.
 */
final class StepRemovalIT {
  @TempDir private Path directory;
  private Programs programs;
  private Host host;

  @BeforeEach
  void compile() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    programs = Programs.compile(directory);
    host = Host.current();
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.hostile.Who#all")
  void somebodyNoticesEveryStepThatIsMissing(Who who) throws Exception {
    try (Removals removals = new Removals(directory, programs, host, who)) {
      check(removals, who);
    }
  }

  private void check(Removals removals, Who who) throws Exception {
    String table = removals.table();

    Golden.assertMatches("hostile/" + who + ".txt", table);
    assertFalse(table.contains(Removals.NOBODY), table);
    if (who.isRoot()) {
      Set<Class<?>> kinds = new HashSet<>(Set.of(Step.class.getPermittedSubclasses()));
      // The one step that an ordinary user's run has alone.
      kinds.remove(Step.MakeMountsPrivate.class);
      assertEquals(kinds, removals.kinds());
      removals.breakTheRest();
      Set<String> broken = new HashSet<>(removals.broken());
      broken.addAll(brokenInAPlainChroot(who));
      List<String> neverBroken = new ArrayList<>(Catalogue.all().stream().map(Check::name).toList());
      neverBroken.removeAll(broken);
      assertEquals(List.of(), neverBroken);
    }
  }

  /** The table tells which attacks succeed where there is nothing but chroot(2). */
  private Set<String> brokenInAPlainChroot(Who who) throws Exception {
    Path place = Files.createDirectory(directory.resolve("plain"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Ground ground = Ground.make(place, programs, who, who.identity(host))) {
      return brokenInAPlainChroot(ground);
    }
  }

  private Set<String> brokenInAPlainChroot(Ground ground) throws Exception {
    PlainChroot chroot = new PlainChroot(programs, ground);
    Set<String> broken = new HashSet<>(new Findings(Optional.empty(), chroot.answersUnconfined(), "").broken());
    Map<String, String> answers = chroot.answers();
    StringBuilder table = new StringBuilder();
    for (Check check : Catalogue.all()) {
      String answer = answers.getOrDefault(check.name(), "not made");
      if (answer.startsWith("broken")) {
        broken.add(check.name());
      }
      String state = answer.replaceAll(":.*", "");
      table.append("%-31s %-9s %s%n".formatted(check.name(), state, check.description()));
    }
    Golden.assertMatches("hostile/plain-chroot.txt", table.toString());
    return broken;
  }
}
