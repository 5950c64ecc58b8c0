package org.chrootlite.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Launcher;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.Sandbox;
import org.chrootlite.run.Report;
import org.chrootlite.run.Reports;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody who may write to a granted mount swaps the place of another mount in it for a link to a directory of the
 * host, again and again, while runs are prepared. So it was done to others: CVE-2021-30465, CVE-2024-45310,
 * CVE-2025-52565.
 */
final class RacedMountIT {
  private static final int RUNS = 40;

  @TempDir private Path directory;

  /** A mount, and what it is that a script must not find there. */
  private record Target(String mount, String facts) {}

  @ParameterizedTest
  @MethodSource("org.chrootlite.hostile.Who#all")
  void aPlaceThatTurnsIntoALinkIsNeverOnTheHost(Who who) throws Exception {
    race(
        who,
        new Target(
            "{tmpfs: /data/sub, size: 1MiB}",
            "secret=/data/sub/secret\nonly=host-file-by-path,own-workdir\ncwd=/data/sub\n"));
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.hostile.Who#all")
  void aSourceThatTurnsIntoALinkIsNotMounted(Who who) throws Exception {
    race(
        who,
        new Target(
            "{source: GROUND/writable/sub, target: /other}",
            "secret=/other/secret\nonly=host-file-by-path\ncwd=/work\n"));
  }

  private void race(Who who, Target target) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Host host = Host.current();
    Programs programs = Programs.compile(directory);
    Path place = Files.createDirectory(directory.resolve("ground"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Ground ground = Ground.make(place, programs, who, who.identity(host))) {
      race(programs, ground, who, host, target);
    }
  }

  private static void race(Programs programs, Ground ground, Who who, Host host, Target target) throws Exception {
    Path raced = Files.createDirectory(ground.path("writable").resolve("sub"));
    who.own(ground.path("writable"));
    Launcher launcher = Launcher.compile(plan(ground, host, target), host.architecture());
    AtomicBoolean ended = new AtomicBoolean();
    Thread swapper = Thread.ofPlatform().start(() -> swap(raced, ground.path(""), ended));
    int mounted = 0;
    try {
      for (int i = 0; i < RUNS; i++) {
        mounted += isMounted(programs, ground, launcher, target) ? 1 : 0;
      }
    } finally {
      ended.set(true);
      swapper.join();
    }

    assertEquals("", ground.changes());
    assertTrue(mounted > 0, "no run met the directory");
    assertTrue(mounted < RUNS, "no run met the link, or its absence");
    // The positive control: what the link led to was there to be read.
    Files.delete(raced);
    Files.createSymbolicLink(raced, ground.path(""));
    assertEquals("secret of the host\n", Files.readString(raced.resolve("secret")));
  }

  /** Whether a run came as far as its script; what it reaches there is not the host's. */
  private static boolean isMounted(Programs programs, Ground ground, Launcher launcher, Target target)
      throws IOException, InterruptedException {
    Path run = ground.newRun(launcher.executable(), 0);
    try {
      List<String> options = new ArrayList<>(List.of("mode=end", "deadline=20000"));
      options.addAll(ground.options());
      Findings findings =
          new Findings(
              Optional.empty(),
              Findings.answers(programs.run(run, options, List.of("./launcher"), target.facts())),
              "");
      assertFalse(findings.isBroken("host-file-by-path"), findings.toString());
      Report report = Reports.read(run.resolve("status"), launcher);
      assertTrue(report.end().isPresent() || report.failure().isPresent(), report.toString());
      return report.failure().isEmpty();
    } finally {
      Ground.delete(run);
    }
  }

  private static JailPlan plan(Ground ground, Host host, Target target) {
    Sandbox sandbox =
        Given.sandboxes(
                """
                name: box
                rootfs: {directory: GROUND/rootfs}
                mounts:
                  - {source: GROUND/writable, target: /data, readOnly: false}
                  - MOUNT
                scripts: {probe: {command: [/bin/hostile]}}
                """
                    .replace("MOUNT", target.mount())
                    .replace("GROUND", ground.path("").toString()))
            .getFirst();
    SeccompFilter filter = SeccompFilter.forArchitecture(host.architecture());
    Provisions provisions =
        new Provisions(
            ground.identity(),
            ground.path("rootfs"),
            false,
            Optional.empty(),
            new ScriptText(new byte[0]),
            Set.of(),
            "",
            new SyscallFilter(filter.bytes(), filter.summary()),
            host.hardLimits(),
            ground.powers());
    return JailPlanner.plan(sandbox, sandbox.scripts().getFirst(), provisions);
  }

  /** A directory for some time, a link for some time, nothing in between. */
  private static void swap(Path place, Path target, AtomicBoolean ended) {
    Path aside = place.resolveSibling("aside");
    Path link = place.resolveSibling("link");
    try {
      for (int i = 0; !ended.get(); i++) {
        Files.createSymbolicLink(link, target);
        Files.move(place, aside);
        Files.move(link, place);
        pause(i);
        Files.delete(place);
        Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
        pause(i / 2);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sometimes long enough for a whole run, sometimes not at all. */
  private static void pause(int turn) {
    LockSupport.parkNanos((turn % 8) * 2_000_000L);
  }
}
