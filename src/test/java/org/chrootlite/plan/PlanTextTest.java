package org.chrootlite.plan;

import static org.chrootlite.plan.Boxes.GIT;
import static org.chrootlite.plan.Boxes.applied;
import static org.chrootlite.plan.Boxes.damaged;
import static org.chrootlite.plan.Boxes.desired;
import static org.chrootlite.plan.Boxes.observed;
import static org.chrootlite.plan.Boxes.source;
import static org.chrootlite.plan.Boxes.tree;
import static org.chrootlite.plan.Boxes.withContents;
import static org.chrootlite.plan.Boxes.withLaunchers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chrootlite.json.JsonWriter;
import org.chrootlite.testing.Golden;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  private static final Map<String, ?> TWO =
      Map.of("hello", Map.of("run", "echo hello\n"), "primes", Map.of("file", "/git/primes.py"));

  private static Map<String, Object> on(String template, String writes) {
    return Map.of("rootfs", Map.of("template", template, "writes", writes), "scripts", TWO);
  }

  /** One of every action, cause, repair, layer's fate and conflict. */
  private static Plan everything() {
    Source grader = source("/git/manifests/grader.yaml", 3);
    Source old = source("/git/manifests/old.yaml", 3);
    Desired same = desired("same", tree("discard", 4096, TWO), old);
    Desired create = desired("mybox", tree("keep", 4096, TWO), source("/git/examples/01-hello/sandbox.yaml", 4));
    Desired directory =
        desired(
            "plain",
            Map.of("rootfs", Map.of("directory", "/srv/my rootfs", "writes", "deny")),
            source("/etc/p.yaml", 1));
    Map<String, ?> edited =
        Map.of("hello", Map.of("run", "set -u\necho hi\n"), "primes", Map.of("file", "/git/primes.py"));
    Desired update =
        withContents(
            desired("grader", tree("discard", 256_000_000, edited), grader),
            Map.of("primes", new Content("cd".repeat(32), 1200)));
    Desired updated =
        withContents(
            desired("grader", tree("discard", 128_000_000, TWO), grader),
            Map.of("primes", new Content("ab".repeat(32), 812)));
    Desired lost = desired("lost", on("base", "keep"), old);
    Desired altered = desired("altered", on("base", "keep"), old);
    Desired outdated = desired("outdated", on("outdated", "keep"), old);
    Desired rebuilt = withLaunchers(desired("rebuilt", on("damaged", "discard"), old), Optional.empty());
    Desired newer =
        withLaunchers(
            desired("newer", on("base", "discard"), old),
            Optional.of(new TreeMap<>(Map.of("hello", "l2", "primes", "l2"))));
    Map<String, TemplateState> templates =
        Map.of(
            "base", TemplateState.CURRENT,
            "fresh", TemplateState.ABSENT,
            "outdated", TemplateState.OUTDATED,
            "damaged", TemplateState.DAMAGED);
    Observed there =
        observed(
            templates,
            applied(same),
            damaged(
                updated,
                Map.of("hello", Damage.ALTERED, "primes", Damage.MISSING),
                Map.of("primes", Damage.ALTERED),
                Optional.empty()),
            damaged(lost, Map.of(), Map.of(), Optional.of(Damage.MISSING)),
            damaged(altered, Map.of(), Map.of(), Optional.of(Damage.ALTERED)),
            applied(outdated),
            applied(rebuilt),
            applied(newer),
            applied(desired("stops", on("base", "keep"), old)),
            applied(desired("starts", on("base", "discard"), old)),
            applied(desired("moves", on("base", "keep"), old)),
            applied(desired("old", on("base", "keep"), old)),
            applied(desired("gone", on("base", "discard"), old)),
            applied(desired("foreign", on("base", "discard"), source("/home/x/box.yaml", 12))));
    return Planner.plan(
        List.of(
            same, create, directory, update, lost, altered, outdated, rebuilt, newer,
            desired("stops", on("base", "discard"), old),
            desired("starts", on("base", "keep"), old),
            desired("moves", on("fresh", "keep"), old),
            desired("foreign", on("base", "discard"), grader)),
        GIT,
        there);
  }

  private static String text(Plan plan) {
    StringBuilder out = new StringBuilder();
    PlanText.lines(plan, Path.of("/git"), Map.of("old", "12 MB", "stops", "3.4 MB", "same", "1 GB"))
        .forEach(line -> out.append("%-8s %s%n".formatted(line.kind(), line.text())));
    return out.toString();
  }

  /** As JSON, one action a line. */
  private static String json(Plan plan) {
    String json = JsonWriter.toJson(PlanJson.tree(plan, Map.of("old", 12_000_000L, "same", 1L)));
    return json.replace("{\"action\"", "\n{\"action\"").replace("],\"conflicts\"", "\n],\"conflicts\"") + "\n";
  }

  @Test
  void everythingThatAPlanCanHoldIsTold() {
    Golden.assertMatches("plan/everything.txt", text(everything()));
    Golden.assertMatches("plan/everything.json", json(everything()));
  }

  @Test
  void deletionsThatWereAskedForAreTold() {
    Observed there =
        observed(
            Map.of(),
            applied(desired("old", on("base", "keep"), source("/git/old.yaml", 3))),
            applied(desired("box", on("base", "deny"), source("/git/old.yaml", 8))));
    Golden.assertMatches("plan/delete.txt", text(Planner.deleteAll(there)));
    Golden.assertMatches("plan/delete.json", json(Planner.deleteAll(there)));
  }

  @Test
  void aPlanWithNothingToDoSaysSo() {
    assertEquals("SUMMARY  nothing to do\n", text(new Plan(List.of(), List.of(), 0, List.of())));
    assertEquals("SUMMARY  nothing to do: 3 unchanged\n", text(new Plan(List.of(), List.of(), 3, List.of())));
    Plan.Conflict one = new Plan.Conflict("a", Path.of("/git/a.yaml"), 1, Path.of("/b\n.yaml"), 2);
    assertEquals(
        """
        CONFLICT ! conflict on a: it was applied from a.yaml:1, and "/b\\n.yaml":2 has that name too
        DETAIL       rename one of them; or, where it has moved, apply a directory that both files are in
        SUMMARY  1 conflict, so nothing is done
        """,
        text(new Plan(List.of(), List.of(), 0, List.of(one))));
  }
}
