package org.chrootlite.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chrootlite.host.Host;
import org.chrootlite.host.HostUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the attacks of this package reach in a launcher, and under bubblewrap, runc and chroot, all started by root. */
final class PeersBenchmark {
  private static final String MANIFEST =
      """
      name: box
      rootfs: {directory: GROUND/rootfs, writes: deny}
      mounts:
        - {source: GROUND/readonly, target: /data}
        - {tmpfs: /scratch, size: 1MiB}
      user: {uid: 0, gid: 0}
      scripts: {probe: {command: [/bin/hostile]}}
      """
          + Subject.LIMITS;

  private static final String FACTS =
      """
      root=deny
      environment=HOME,PATH,TERM,USER
      readonly=/data
      tmpfs=/scratch
      tmpfs-size=1048576
      """
          + Subject.LIMIT_FACTS;

  /** Milliseconds until the script has said its last word. */
  private static final long PATIENCE = 20_000;

  /** What the caller leaves open. */
  private static final List<Integer> LEAKS = List.of(20);

  @TempDir private Path directory;

  @Test
  void whatTheSameAttacksReach() throws Exception {
    assertTrue(HostUser.current().isRoot(), "runc and chroot are compared as root: run this as root");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Programs programs = Programs.compile(directory);
    Host host = Host.current();
    Who root = Who.all().findFirst().orElseThrow();
    Path place = Files.createDirectory(directory.resolve("ground"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    Peers peers = new Peers();
    try (Ground ground = Ground.make(place, programs, root, root.identity(host))) {
      peers.add("Chroot Lite", launcher(programs, host, ground));
      for (Peer peer : List.of(Peer.bubblewrap(ground), Peer.runc(ground), Peer.chroot(ground))) {
        peers.add(peer.name(), peer.answers(programs, ground));
      }
    }
    System.out.println(peers.details());
    System.out.println(peers.summary());
    System.out.println(peers.broken());
  }

  private static Map<String, String> launcher(Programs programs, Host host, Ground ground) throws Exception {
    Map<String, String> answers = new LinkedHashMap<>(run(programs, host, ground, Scenario.ATTACK, FACTS));
    Map<String, Scenario> deaths =
        Map.of(
            "limit-wall-time", Scenario.TIMEOUT,
            "dies-with-caller", Scenario.CALLER_KILLED,
            "dies-with-launcher", Scenario.LAUNCHER_KILLED);
    for (Map.Entry<String, Scenario> death : deaths.entrySet()) {
      Map<String, String> deaf = run(programs, host, ground, death.getValue(), FACTS + "deaf=1\n");
      answers.put(death.getKey(), Peers.death(deaf, death.getKey()));
    }
    return answers;
  }

  private static Map<String, String> run(
      Programs programs, Host host, Ground ground, Scenario scenario, String facts) throws Exception {
    Subject subject = new Subject("beside peers", MANIFEST, facts, Set.of(), false);
    Findings findings =
        new Trial(programs, host, ground, subject).run(subject.plan(ground, host), scenario, PATIENCE, LEAKS);
    assertTrue(findings.failed().isEmpty(), findings::text);
    return findings.answers();
  }
}
