package org.chrootlite.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.engine.Revision;
import org.chrootlite.engine.RunResult;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.model.Sandbox;

/** The result of a run as one line of JSON. The names are a contract with those who read it. */
final class ResultJson {
  private static final double SECOND = 1e9;

  private ResultJson() {}

  static String of(RunResult result, Capture out, Capture err) {
    Sandbox sandbox = result.job().sandbox();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", result.run());
    json.put("sandbox", sandbox.name().value());
    json.put("script", result.job().script().name());
    json.put("verdict", result.judgement().verdict().id());
    json.put("exitCode", result.judgement().exitCode());
    json.put("signal", result.judgement().signal());
    json.put("wallTime", result.wallTime() / SECOND);
    json.put("cpuTime", result.cpuTime() / SECOND);
    json.put("maxMemory", result.maxMemory());
    putStream(json, "stdout", out.bytes());
    putStream(json, "stderr", err.bytes());
    json.put("truncated", result.truncated() || out.isTruncated() || err.isTruncated());
    json.put("evidence", result.judgement().evidence());
    json.put("enforced", result.enforced());
    json.put("artifacts", result.artifacts());
    json.put("manifest", sandbox.file());
    json.put("revision", Revision.of(sandbox.file()));
    return JsonWriter.toJson(json);
  }

  /** Adds what a stream held: as text, or in Base64 where it is not UTF-8. */
  static void putStream(Map<String, Object> json, String name, byte[] bytes) {
    try {
      json.put(name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      json.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
