package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.Enforcement;
import org.chrootlite.compile.Means;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import org.chrootlite.engine.RunResult;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.Judgement;
import org.chrootlite.run.Usage;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.Test;

class ResultJsonTest {
  private static final Sandbox SANDBOX = Given.sandboxes("name: mybox\nscripts: {hello: {run: 'true'}}\n").getFirst();
  private static final RunResult.Stream NOTHING = new RunResult.Stream(0, Optional.empty(), Optional.empty());
  private static final Judgement OK =
      new Judgement(Verdict.OK, Optional.of(0), Optional.empty(), "exited with 0", 0);

  private static Capture capture(byte... bytes) {
    Capture capture = new Capture();
    capture.write(bytes, 0, bytes.length);
    return capture;
  }

  private static Capture capture(String text) {
    return capture(text.getBytes(StandardCharsets.UTF_8));
  }

  private static RunResult result(Judgement judgement, boolean truncated, List<RunResult.Artifact> artifacts) {
    Map<LimitKind, Enforcement> enforced = new LinkedHashMap<>();
    enforced.put(LimitKind.MEMORY, new Enforcement.Enforced(Means.CGROUP_V1));
    enforced.put(LimitKind.CPU_TIME, new Enforcement.Enforced(Means.SAMPLED));
    return new RunResult(
        "20261122T081500Z-4f7c1e",
        Job.all(List.of(SANDBOX)).getFirst(),
        Instant.EPOCH,
        List.of("/bin/sh"),
        List.of(),
        judgement,
        new Usage(3_100_000, 1_200_000, 1 << 20, 1 << 19, 2, 4096),
        truncated,
        enforced,
        artifacts,
        new RunResult.Stream(17, Optional.empty(), Optional.empty()),
        NOTHING);
  }

  private static String json(RunResult result, Capture out, Capture err) {
    return ResultJson.of(result, out, err).replace(SANDBOX.file(), "sandbox.yaml");
  }

  @Test
  void aRunThatFailedHasTheSameFields() {
    Job job = Job.all(List.of(SANDBOX)).getFirst();
    Capture nothing = capture();
    String line = ResultJson.ofFailure(job, new EngineException("refused"), Instant.EPOCH, nothing, nothing);
    assertEquals(
        ("{'run':null,'sandbox':'mybox','script':'hello','verdict':'setup-error','exitCode':null,'signal':null,"
                + "'wallTime':0.0,'cpuTime':0.0,'maxMemory':0,'countedMemory':0,'processes':0,'written':0,'printed':0,"
                + "'stdout':'','stderr':'','truncated':false,'evidence':'chroot-lite failed: refused',"
                + "'enforced':{},'artifacts':[],'manifest':'sandbox.yaml','revision':null}")
            .replace('\'', '"'),
        line.replace(SANDBOX.file(), "sandbox.yaml"));
  }

  @Test
  void aRunIsOneLineWithTheFieldsOfTheContractInItsOrder() {
    assertEquals(
        "{'run':'20261122T081500Z-4f7c1e','sandbox':'mybox','script':'hello','verdict':'ok','exitCode':0,'signal':null,"
                .replace('\'', '"')
            + "'wallTime':0.0031,'cpuTime':0.0012,'maxMemory':1048576,'countedMemory':524288,".replace('\'', '"')
            + "'processes':2,'written':4096,'printed':17,".replace('\'', '"')
            + "'stdout':'hello from mybox\\n','stderr':'','truncated':false,'evidence':'exited with 0',"
                .replace('\'', '"')
            + "'enforced':{'memory':'cgroup-v1','cpuTime':'sampled'},'artifacts':[],".replace('\'', '"')
            + "'manifest':'sandbox.yaml','revision':null}".replace('\'', '"'),
        json(result(OK, false, List.of()), capture("hello from mybox\n"), capture("")));
  }

  @Test
  void aSignalLeavesNoExitCode() {
    Judgement segv = new Judgement(Verdict.SIGNALED, Optional.empty(), Optional.of("SIGSEGV"), "ended by SIGSEGV", 139);
    String json = json(result(segv, false, List.of()), capture(""), capture(""));
    assertTrue(json.contains("\"verdict\":\"signaled\",\"exitCode\":null,\"signal\":\"SIGSEGV\","), json);
  }

  @Test
  void whatIsNotUtf8ComesAsBase64() {
    String json = json(result(OK, false, List.of()), capture((byte) 0xff, (byte) 'a'), capture("é"));
    assertTrue(json.contains(",\"stdoutBase64\":\"/2E=\",\"stderr\":\"é\",\"truncated\":false,"), json);
    String cut = json(result(OK, true, List.of()), capture("é"), capture((byte) 0xc3));
    assertTrue(cut.contains(",\"stdout\":\"é\",\"stderrBase64\":\"ww==\",\"truncated\":true,"), cut);
  }

  @Test
  void whatIsPrintedCannotBreakTheLine() {
    String json = json(result(OK, false, List.of()), capture("a\r\n\u001b\"\u2028"), capture(""));
    assertTrue(json.contains("\"stdout\":\"a\\r\\n\\u001b\\\"\\u2028\""), json);
    assertEquals(1, json.lines().count());
  }

  @Test
  void artifactsTellWhereTheyAreOrWhyNot() {
    List<RunResult.Artifact> artifacts =
        List.of(
            new RunResult.Artifact("/work/a", Optional.of("/state/a"), Optional.empty()),
            new RunResult.Artifact("/work/b", Optional.empty(), Optional.of("not a regular file")));
    String json = json(result(OK, false, artifacts), capture(""), capture(""));
    assertTrue(
        json.contains(
            "\"artifacts\":[{\"path\":\"/work/a\",\"file\":\"/state/a\",\"problem\":null},"
                + "{\"path\":\"/work/b\",\"file\":null,\"problem\":\"not a regular file\"}]"),
        json);
  }

  @Test
  void aStreamThatIsLongerThanWhatIsKeptIsTruncated() {
    Capture capture = new Capture();
    byte[] chunk = new byte[1 << 20];
    for (int i = 0; i < Capture.MOST / chunk.length; i++) {
      capture.write(chunk, 0, chunk.length);
    }
    assertEquals(false, capture.isTruncated());
    capture.write('x');
    assertEquals(true, capture.isTruncated());
    assertEquals(Capture.MOST, capture.bytes().length);
  }
}
