package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Means;
import org.chrootlite.host.HostUser;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Usage;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

class RunFieldsTest {
  private static final Sandbox SANDBOX =
      Given.sandboxes(
              """
              name: box
              limits: {memory: 64MB, cpuTime: 1500ms, wallTime: 30s, cpus: 1.5, processes: 8}
              scripts: {hello: {run: 'true'}}
              """)
          .getFirst();

  private static RunResult result(RunResult.Stream output) {
    return new RunResult(
        "20261122T081500Z-4f7c1e",
        Job.all(List.of(SANDBOX)).getFirst(),
        Instant.parse("2026-11-22T08:15:00.123456Z"),
        List.of("/bin/sh", "-e", "/run/script"),
        List.of("one"),
        new Judgement(Verdict.OK, Optional.of(0), Optional.empty(), "exited with 0", 0),
        new Usage(1_500_000_000, 1_000_000, 4096, 2048, 3, 8192),
        false,
        Map.of(LimitKind.MEMORY, new Enforcement.Enforced(Means.SAMPLED)),
        List.of(),
        output,
        RunResult.Stream.NONE);
  }

  private static Map<String, Object> entry(RunResult.Stream output) {
    return RunFields.entry(result(output), new HostUser(1000, 1000, "eve"));
  }

  @Test
  void aRunsEntryHasAllThatAnAuditAsksFor() {
    RunResult.Stream output = new RunResult.Stream(5, Optional.of("/s/runs/x/stdout"), Optional.empty());
    assertEquals(
        """
        {"type":"run","time":"2026-11-22T08:15:00.123Z","user":{"uid":1000,"name":"eve"},"sandbox":"box",
        "script":"hello","command":["/bin/sh","-e","/run/script"],"arguments":["one"],
        "limits":{"memory":64000000,"cpuTime":1.5,"wallTime":30.0,"cpus":1.5,"processes":8,"disk":1073741824},
        "run":"20261122T081500Z-4f7c1e","verdict":"ok","exitCode":0,"signal":null,"wallTime":1.5,"cpuTime":0.001,
        "maxMemory":4096,"countedMemory":2048,"processes":3,"written":8192,"printed":5,
        "stdoutBytes":5,"stdoutFile":"/s/runs/x/stdout","stderrBytes":0,"stderrFile":null,
        "truncated":false,"evidence":"exited with 0","enforced":{"memory":"sampled"},"artifacts":[],
        "manifest":"FILE","revision":null}"""
            .replace("\n", ""),
        JsonWriter.toJson(entry(output)).replace(SANDBOX.file(), "FILE"));
  }

  @Test
  void aTranscriptThatIsCutIsTold() {
    long more = Transcript.MOST + 1;
    assertEquals(true, entry(new RunResult.Stream(more, Optional.of("/x"), Optional.empty())).get("truncated"));
    assertEquals(
        false, entry(new RunResult.Stream(Transcript.MOST, Optional.of("/x"), Optional.empty())).get("truncated"));
  }

  @Test
  void whatWentWrongWithAStreamIsTold() {
    RunResult.Stream broken = new RunResult.Stream(5, Optional.empty(), Optional.of("No space left on device"));
    assertEquals("No space left on device", entry(broken).get("stdoutProblem"));
  }
}
