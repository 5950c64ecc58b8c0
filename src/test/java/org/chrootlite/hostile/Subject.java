package org.chrootlite.hostile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.compile.JailPlanner;
import org.chrootlite.compile.Provisions;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.ScriptText;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.host.Host;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.testing.Given;

/**
 * A sandbox in which the script is tried. Together they have a step of every kind.
 *
 * @param manifest with GROUND for where its files are
 * @param facts what the script has to know of it, a line each
 * @param skipped checks for what the manifest grants
 */
record Subject(String name, String manifest, String facts, Set<String> skipped, boolean isTemplate) {
  /** All limits, as a manifest sets them. */
  static final String LIMITS =
      """
      limits:
        {memory: 64MB, addressSpace: 128MB, cpuTime: 5s, wallTime: 30s, processes: 12, openFiles: 32,
        fileSize: 300000, output: 1MB, disk: 1MiB, stack: 8MiB, coreSize: 1MB}
      """;

  /** The same, as the script meets them: our own processes are among those that it may have. */
  static final String LIMIT_FACTS =
      """
      nofile=32
      sigpending=1024
      msgqueue=262144
      fsize=300000
      as=128000000
      processes=14
      cpu=7
      stack=8388608
      core=1000000
      disk=1048576
      """;

  /** The end of a manifest whose script is not the sandbox's root. */
  private static final String USER =
      """
      user: {uid: 1000, gid: 1001}
      scripts: {probe: {command: [/bin/hostile]}}
      """;

  /** What that script has to know. */
  private static final String USER_FACTS =
      """
      uid=1000
      gid=1001
      environment=HOME,PATH,TERM,USER
      core=0
      """;

  static final Subject EVERYTHING =
      new Subject(
          "everything",
          """
          name: box
          rootfs: {directory: GROUND/rootfs, writes: discard}
          """
              + LIMITS
              + """
              mounts:
                # Not an overlay, which is read-only whatever it is laid over.
                - {source: GROUND/readonly, target: /data, sockets: true}
                - {source: GROUND/writable, target: /writable, readOnly: false}
                - {source: GROUND/granted, target: /etc/granted}
                - {tmpfs: /scratch, size: 1MiB}
              environment: {MODE: fast}
              user: {uid: 0, gid: 0}
              scripts: {probe: {file: GROUND/granted, artifacts: [/work/result, /work/second]}}
              """,
          """
          uid=0
          gid=0
          root=discard
          environment=HOME,PATH,TERM,USER,MODE
          readonly=/data
          writable=/writable
          file=/etc/granted
          tmpfs=/scratch
          tmpfs-size=1048576
          script=/run/granted
          """
              + LIMIT_FACTS,
          Set.of(),
          false);

  static final Subject KEPT =
      new Subject(
          "kept",
          """
          name: box
          rootfs: {directory: GROUND/rootfs, writes: keep}
          limits: {disk: 1MiB}
          network: host
          """
              + USER,
          """
          root=keep
          resolver=192.0.2.1
          disk=1048576
          """
              + USER_FACTS,
          Set.of("host-network", "host-abstract-socket"),
          false);

  static final Subject DENIED =
      new Subject(
          "denied",
          """
          name: box
          rootfs: {directory: GROUND/rootfs, writes: deny}
          mounts: [{source: GROUND/readonly, target: /data}]
          """
              + USER,
          """
          root=deny
          readonly=/data
          """
              + USER_FACTS,
          Set.of(),
          false);

  static final Subject BARE =
      new Subject(
          "bare",
          """
          name: box
          rootfs: {directory: GROUND/rootfs, writes: deny}
          """
              + USER,
          "root=deny\n" + USER_FACTS,
          Set.of("owners"),
          true);

  static final List<Subject> ALL = List.of(EVERYTHING, KEPT, DENIED, BARE);

  /** Copies the set. */
  Subject {
    skipped = Set.copyOf(skipped);
  }

  /** The plan of its script on a ground. */
  JailPlan plan(Ground ground, Host host) {
    Sandbox sandbox = Given.sandboxes(manifest.replace("GROUND", ground.path("").toString())).getFirst();
    Script script = sandbox.scripts().getFirst();
    SeccompFilter filter = SeccompFilter.forArchitecture(host.architecture());
    Set<Path> files = Set.of(ground.path("granted"));
    Provisions provisions =
        new Provisions(
            ground.identity(),
            ground.path("rootfs"),
            isTemplate,
            sandbox.rootfs().keeps() ? Optional.of(ground.path("layer")) : Optional.empty(),
            new ScriptText("#!/bin/hostile\n".getBytes(StandardCharsets.US_ASCII)),
            files,
            "nameserver 192.0.2.1\n",
            new SyscallFilter(filter.bytes(), filter.summary()),
            host.hardLimits(),
            ground.powers());
    return JailPlanner.plan(sandbox, script, provisions);
  }

  /** All that the script is told. */
  String facts(Ground ground, boolean mapsOwners) {
    List<String> lines = new ArrayList<>();
    lines.add("secret=" + ground.path("secret"));
    lines.addAll(List.of("cwd=/work", "hostname=box", "init=init", "setuid=/setuid", "capable=/capable"));
    lines.addAll(List.of("device=/device", "result-1=/work/result", "result-2=/work/second"));
    if (!(ground.identity() instanceof Provisions.Identity.Slot) || mapsOwners) {
      lines.add("owned=/bin");
    }
    lines.add("skip=" + String.join(",", skipped));
    return String.join("\n", lines) + "\n" + facts;
  }

  @Override
  public String toString() {
    return name;
  }
}
