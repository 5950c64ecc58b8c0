package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.engine.Verification;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.probe.Finding;
import org.chrootlite.probe.Standing;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class FindingTextTest {
  private static final Verification VERIFICATION =
      new Verification(
          "20261122T081500Z-4f7c1e",
          "mybox",
          List.of(
              new Finding(
                  "namespaces", "has namespaces of its own", Standing.BROKEN,
                  List.of(
                      new Finding.Tried("ns/user", "its own", true),
                      new Finding.Tried("unshare", "EPERM", true),
                      new Finding.Tried("unshare", "EPERM", true),
                      new Finding.Tried("unshare", "0", false),
                      new Finding.Tried("clone", "0", false),
                      new Finding.Tried("clone3", "EINVAL", false))),
              new Finding(
                  "keys", "reaches no keyring", Standing.HOLDS,
                  List.of(
                      new Finding.Tried("keyctl", "EPERM", true),
                      new Finding.Tried("add_key", "EPERM", true))),
              new Finding(
                  "network", "has a network of its own", Standing.ABSENT,
                  List.of(new Finding.Tried("not tried", "granted by network: host", true))),
              new Finding(
                  "environment", "gets no variable of the host", Standing.BROKEN,
                  List.of(new Finding.Tried("read /proc/self/environ", "evil\u001b[2J", false)))),
          List.of(
              new Finding(
                  "memory", "64 MB (cgroup-v1)", Standing.HOLDS,
                  List.of(new Finding.Tried("a process takes 96 MB", "memory-limit (killed)", true))),
              new Finding("cpuTime", "not limited", Standing.ABSENT, List.of()),
              new Finding(
                  "cpus", "0.5 CPUs", Standing.BROKEN,
                  List.of(new Finding.Tried("not tried", "unsupported: no control group: mount one", false)))));

  @Test
  void eachFindingIsALineAndWhatIsBrokenSaysByWhat() {
    Golden.assertMatches("verify/table.txt", text(false));
  }

  @Test
  void allThatWasTriedIsShownWhereMoreIsAskedFor() {
    Golden.assertMatches("verify/verbose.txt", text(true));
  }

  @Test
  void programsGetAllOfIt() {
    String json = JsonWriter.toJson(VerificationJson.fields(VERIFICATION));
    Golden.assertMatches("verify/result.json", json + "\n");
  }

  @Test
  void onlyTheMarkIsColoured() {
    String line = new FindingText(true, false).promise(VERIFICATION.promises().getFirst());
    assertTrue(line.startsWith("  \u001b[31mBROKEN\u001b[0m  namespaces "), line);
    assertEquals(2, line.chars().filter(c -> c == '\u001b').count());
  }

  private static String text(boolean verbose) {
    FindingText text = new FindingText(false, verbose);
    List<String> lines = new ArrayList<>();
    VERIFICATION.promises().forEach(finding -> lines.add(text.promise(finding)));
    VERIFICATION.limits().forEach(finding -> lines.add(text.limit(finding)));
    lines.add(FindingText.summary(VERIFICATION));
    return String.join("\n", lines) + "\n";
  }
}
