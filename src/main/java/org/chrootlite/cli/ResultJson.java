package org.chrootlite.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chrootlite.engine.Job;
import org.chrootlite.engine.RunFields;
import org.chrootlite.engine.RunResult;
import org.chrootlite.json.JsonWriter;

/** The result of a run as one line of JSON. The names are a contract with those who read it. */
final class ResultJson {
  private ResultJson() {}

  static String of(RunResult result, Capture out, Capture err) {
    return JsonWriter.toJson(RunFields.of(result, streams(result.truncated(), out, err)));
  }

  /** The same line for a run of which chroot-lite itself knows no result. */
  static String ofFailure(Job job, Exception cause, Instant began, Capture out, Capture err) {
    return JsonWriter.toJson(RunFields.ofFailure(job, cause, began, streams(false, out, err)));
  }

  private static Map<String, Object> streams(boolean isTruncated, Capture out, Capture err) {
    Map<String, Object> streams = new LinkedHashMap<>();
    putStream(streams, "stdout", out.bytes());
    putStream(streams, "stderr", err.bytes());
    streams.put("truncated", isTruncated || out.isTruncated() || err.isTruncated());
    return streams;
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
