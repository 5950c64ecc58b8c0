package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.util.List;
import org.chrootlite.audit.Entry;
import org.chrootlite.json.JsonReader;
import org.chrootlite.json.MalformedJsonException;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class HistoryTableTest {
  /** Of all types, of a newer program, without fields, and from manifests with names that would steer a terminal. */
  private static final String LINES =
      """
      {"type":"apply","id":"20261122T071400Z-000001","time":"2026-11-22T07:14:00.250Z","user":{"uid":0,"name":"root"},\
      "paths":["manifests","/srv/\\u001b]0;owned\\u0007.yaml"],"plan":{"actions":[]},"outcome":"done"}
      {"type":"run","run":"20261122T071500Z-4f7c1e","time":"2026-11-22T07:15:00.000Z","user":{"uid":1000,"name":"ann"},\
      "sandbox":"mybox","script":"hello","verdict":"ok","exitCode":0,"wallTime":0.0031,"maxMemory":1048576}
      {"type":"run","run":"20261122T071501Z-4f7c1f","time":"2026-11-22T07:15:01.999Z","user":{"uid":1000},\
      "sandbox":"mybox","script":"primes","verdict":"wall-time-limit","wallTime":30.25,"maxMemory":128000000}
      {"type":"run","run":"20261122T071501Z-4f7c20","sandbox":"evil\\n\\u202e","script":"x","verdict":"of-the-future"}
      {"type":"delete","id":"20261122T071600Z-000002","time":"yesterday","names":["mybox","other"],"outcome":"failed"}
      {"type":"cleanup","id":"20261122T071700Z-000003","time":"2026-11-22T07:17:00Z","outcome":"interrupted"}
      {"type":"apply","id":"20261122T071800Z-000004","paths":["a","b","c","d","e"],"outcome":"done"}
      {}
      """;

  @Test
  void eachEntryIsARowAndTimesAreLocal() throws MalformedJsonException {
    HistoryTable table = new HistoryTable(ZoneId.of("Europe/Berlin"));
    for (String line : LINES.lines().toList()) {
      table.add(new Entry(JsonReader.readObject(line)));
    }
    Golden.assertMatches("history/table.txt", String.join("\n", table.lines()) + "\n");
  }

  @Test
  void withoutEntriesThereIsNoTable() {
    assertEquals(List.of(), new HistoryTable(ZoneId.of("UTC")).lines());
  }
}
