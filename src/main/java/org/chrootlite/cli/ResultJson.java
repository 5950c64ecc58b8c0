package org.chrootlite.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.engine.RunFields;
import org.chrootlite.engine.RunResult;
import org.chrootlite.json.JsonWriter;

/** The result of a run as one line of JSON. The names are a contract with those who read it. */
final class ResultJson {
  private ResultJson() {}

  static String of(RunResult result, Capture out, Capture err) {
    Map<String, Object> streams = new LinkedHashMap<>();
    putStream(streams, "stdout", out.bytes());
    putStream(streams, "stderr", err.bytes());
    streams.put("truncated", result.truncated() || out.isTruncated() || err.isTruncated());
    return JsonWriter.toJson(RunFields.of(result, streams));
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
