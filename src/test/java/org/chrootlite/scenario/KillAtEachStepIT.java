package org.chrootlite.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The program is killed before each of the system calls by which it changes its state directory, one after the other;
 * and each time the next command finds a state that is whole, and loses nothing.
 *
 * <p>Where whole trees are written or deleted, and of locks, only some of the many like steps are taken; {@code
 * -Dkill.all=true} takes all. Of those root takes one of a few, by and by all; an ordinary user, whose commands do the
 * same, a sample.
 */
final class KillAtEachStepIT {
  private static final int WORKERS = 2;

  /** Of the steps within a tree one of so many is taken, as all are alike. */
  private static final int WITHIN_A_TREE = 150;

  /** Likewise of those that make lock files, and say there who holds the lock. */
  private static final int LOCKS = 12;

  /** Of all steps root takes one of so many, from another one on each time. */
  private static final int ROUNDS = 4;

  /** An ordinary user takes one of so many. */
  private static final int SAMPLE = 20;

  private static final int FIRST =
      Integer.getInteger("kill.first", ThreadLocalRandom.current().nextInt(ROUNDS));

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void anApplyThatCreatesUpdatesAndDeletes(Caller caller) throws Exception {
    killAtEachStep(caller, KillStory.APPLY, 100);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void theFirstApply(Caller caller) throws Exception {
    killAtEachStep(caller, KillStory.FIRST_APPLY, 300);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aRun(Caller caller) throws Exception {
    killAtEachStep(caller, KillStory.RUN, 30);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aDeletion(Caller caller) throws Exception {
    killAtEachStep(caller, KillStory.DELETE, 40);
  }

  @ParameterizedTest
  @MethodSource("org.chrootlite.scenario.Caller#all")
  void aCleanup(Caller caller) throws Exception {
    killAtEachStep(caller, KillStory.CLEANUP, 200);
  }

  private static void killAtEachStep(Caller caller, KillStory story, int fewest) throws Exception {
    String mounts = HostView.mounts();
    List<Victim> victims = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Victim victim = new Victim(caller);
      story.begin(victim);
      victim.save();
      victims.add(victim);
    }
    Victim first = victims.getFirst();
    List<Victim.Step> steps = first.steps(story.command(first).toArray(String[]::new));
    List<Integer> points = points(steps, caller.isRoot() ? ROUNDS : SAMPLE);
    System.out.printf(
        "%s, %s: killed at %d of %d steps (-Dkill.first=%d)%n",
        caller, story.command(first).getFirst(), points.size(), steps.size(), FIRST);
    assertTrue(steps.size() >= fewest, steps.toString());
    assertFalse(points.isEmpty());
    AtomicInteger next = new AtomicInteger();
    List<Future<List<String>>> futures = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      for (Victim victim : victims) {
        futures.add(workers.submit(() -> killAt(victim, story, points, steps, next)));
      }
    }
    List<String> failures = new ArrayList<>();
    for (Future<List<String>> future : futures) {
      failures.addAll(future.get());
    }
    assertEquals("", String.join("\n", failures));
    assertEquals(mounts, HostView.mounts());
  }

  /** The numbers of the steps to be killed at. */
  private static List<Integer> points(List<Victim.Step> steps, int each) {
    List<Integer> points = new ArrayList<>();
    int within = 0;
    int locks = 0;
    for (int i = 0; i < steps.size(); i++) {
      String path = steps.get(i).path().toString();
      boolean isWanted = true;
      if (path.contains("/rootfs/.preparing-")) {
        isWanted = within++ % WITHIN_A_TREE == 0;
      } else if (path.contains("/locks/")) {
        isWanted = locks++ % LOCKS == 0;
      }
      if (isWanted || Boolean.getBoolean("kill.all")) {
        points.add(i + 1);
      }
    }
    List<Integer> some = new ArrayList<>();
    boolean isAll = Boolean.getBoolean("kill.all");
    for (int i = isAll ? 0 : FIRST; i < points.size(); i += isAll ? 1 : each) {
      some.add(points.get(i));
    }
    return some;
  }

  private static List<String> killAt(
      Victim victim, KillStory story, List<Integer> points, List<Victim.Step> steps, AtomicInteger next)
      throws Exception {
    String[] command = story.command(victim).toArray(String[]::new);
    Remains remains = new Remains(victim.home());
    victim.restore();
    story.restored(victim);
    SortedMap<String, String> old = remains.index();
    victim.ok(command);
    SortedMap<String, String> after = remains.index();
    List<String> failures = new ArrayList<>();
    for (int i = next.getAndIncrement(); i < points.size(); i = next.getAndIncrement()) {
      int point = points.get(i);
      String where = String.join(" ", command) + ": step " + point + " " + steps.get(point - 1) + ": ";
      try {
        victim.restore();
        story.restored(victim);
        Set<String> ids = new HashSet<>(KillStory.history(victim).keySet());
        assertTrue(victim.kill(point, command), "it came to its end before");
        story.goOn(victim, new KillStory.Before(ids, old, after));
      } catch (Exception | AssertionError e) {
        failures.add(where + e);
      }
    }
    return failures;
  }
}
