package org.chrootlite.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.chrootlite.engine.Verification;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.probe.Guarantee;
import org.chrootlite.probe.GuaranteeStatus;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class GuaranteeTextTest {
  private static final Verification VERIFICATION =
      new Verification(
          "20261122T081500Z-4f7c1e",
          "mybox",
          List.of(
              new Guarantee(
                  "namespaces", "has namespaces of its own", GuaranteeStatus.BROKEN,
                  List.of(
                      new Guarantee.Tried("ns/user", "its own", true),
                      new Guarantee.Tried("unshare", "EPERM", true),
                      new Guarantee.Tried("unshare", "EPERM", true),
                      new Guarantee.Tried("unshare", "0", false),
                      new Guarantee.Tried("clone", "0", false),
                      new Guarantee.Tried("clone3", "EINVAL", false))),
              new Guarantee(
                  "keys", "reaches no keyring", GuaranteeStatus.HOLDS,
                  List.of(
                      new Guarantee.Tried("keyctl", "EPERM", true),
                      new Guarantee.Tried("add_key", "EPERM", true))),
              new Guarantee(
                  "network", "has a network of its own", GuaranteeStatus.ABSENT,
                  List.of(new Guarantee.Tried("not tried", "granted by network: host", true))),
              new Guarantee(
                  "environment", "gets no variable of the host", GuaranteeStatus.BROKEN,
                  List.of(new Guarantee.Tried("read /proc/self/environ", "evil\u001b[2J", false)))),
          List.of(
              new Guarantee(
                  "memory", "64 MB (cgroup-v1)", GuaranteeStatus.HOLDS,
                  List.of(new Guarantee.Tried("a process takes 96 MB", "memory-limit (killed)", true))),
              new Guarantee("cpuTime", "not limited", GuaranteeStatus.ABSENT, List.of()),
              new Guarantee(
                  "cpus", "0.5 CPUs", GuaranteeStatus.BROKEN,
                  List.of(new Guarantee.Tried("not tried", "unsupported: no control group: mount one", false)))));

  @Test
  void eachGuaranteeIsALineAndWhatIsBrokenSaysByWhat() {
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
    String line = new GuaranteeText(true, false).promise(VERIFICATION.promises().getFirst());
    assertTrue(line.startsWith("  \u001b[31mBROKEN\u001b[0m  namespaces "), line);
    assertEquals(2, line.chars().filter(c -> c == '\u001b').count());
  }

  private static String text(boolean verbose) {
    GuaranteeText text = new GuaranteeText(false, verbose);
    List<String> lines = new ArrayList<>();
    VERIFICATION.promises().forEach(guarantee -> lines.add(text.promise(guarantee)));
    VERIFICATION.limits().forEach(guarantee -> lines.add(text.limit(guarantee)));
    lines.add(GuaranteeText.summary(VERIFICATION));
    return String.join("\n", lines) + "\n";
  }
}
