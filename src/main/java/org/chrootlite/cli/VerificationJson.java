package org.chrootlite.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.engine.Verification;
import org.chrootlite.probe.Guarantee;

/** The JSON form of a verification. Its keys are a contract with the programs that read it. */
final class VerificationJson {
  private VerificationJson() {}

  static Map<String, Object> fields(Verification verification) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("verify", verification.id());
    fields.put("sandbox", verification.sandbox());
    fields.put("holds", verification.holds());
    fields.put("promises", all("promise", verification.promises()));
    fields.put("limits", all("limit", verification.limits()));
    return fields;
  }

  private static List<Object> all(String noun, List<Guarantee> guarantees) {
    List<Object> all = new ArrayList<>();
    for (Guarantee guarantee : guarantees) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put(noun, guarantee.id());
      fields.put("description", guarantee.description());
      fields.put("status", guarantee.status().id());
      fields.put("tried", guarantee.tried().stream().map(VerificationJson::tried).toList());
      all.add(fields);
    }
    return all;
  }

  private static Map<String, Object> tried(Guarantee.Tried tried) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("what", tried.what());
    fields.put("observed", tried.observed());
    fields.put("holds", tried.holds());
    return fields;
  }
}
