package org.chrootlite.run;

import java.util.List;
import java.util.Optional;
import org.chrootlite.cgroup.Counters;
import org.chrootlite.model.LimitKind;

/** An observation of a run that a test describes: what is not told is nothing out of the ordinary. */
final class Scene {
  static final long MB = 1_000_000;
  static final long SECOND = 1_000_000_000;

  /** As the kernel has a file system in memory of 8 MB: in whole pages. */
  private static final long ROOM = 8_003_584;

  private final Optional<Integer> status;
  private Optional<Report.Failed> failure = Optional.empty();
  private boolean cancelled;
  private boolean outputExceeded;
  private boolean timedOut;
  private long wallTime = SECOND;
  private long cpuTime;
  private long maxMemory = MB;
  private Report.Scratch scratch = new Report.Scratch(ROOM, ROOM, 2017, 2000);
  private Use peak = Use.NONE;
  private Optional<Excess> excess = Optional.empty();
  private Optional<String> unwatched = Optional.empty();
  private Optional<Counters> counters = Optional.empty();
  private Optional<LayerUse> layer = Optional.empty();
  private int launcherExit;

  private Scene(Optional<Integer> status) {
    this.status = status;
  }

  /** A script that exited. */
  static Scene exit(int code) {
    return new Scene(Optional.of(code << 8));
  }

  /** A script that was ended by a signal. */
  static Scene signal(int number) {
    return new Scene(Optional.of(number));
  }

  /** A launcher that ended without a report. */
  static Scene silence(int launcherExit) {
    Scene scene = new Scene(Optional.empty());
    scene.launcherExit = launcherExit;
    return scene;
  }

  /** A launcher one of whose steps failed. */
  static Scene failure(Report report) {
    Scene scene = silence(125);
    scene.failure = report.failure();
    return scene;
  }

  Scene cancelled() {
    cancelled = true;
    return this;
  }

  Scene flooding() {
    outputExceeded = true;
    return this;
  }

  Scene timedOut(long after) {
    timedOut = true;
    wallTime = after;
    return this;
  }

  Scene cpuTime(long reaped) {
    cpuTime = reaped;
    return this;
  }

  Scene maxMemory(long bytes) {
    maxMemory = bytes;
    return this;
  }

  Scene left(long freeBytes, long freeInodes) {
    scratch = new Report.Scratch(ROOM, freeBytes, 2017, freeInodes);
    return this;
  }

  Scene withoutRoom() {
    scratch = new Report.Scratch(0, 0, 0, 0);
    return this;
  }

  Scene peak(long memory, long time, long processes, long written) {
    peak = new Use(memory, time, processes, written, 0);
    return this;
  }

  /** What files may fill of the largest process that was looked at. */
  Scene mappable(long bytes) {
    peak = peak.max(new Use(0, 0, 0, 0, bytes));
    return this;
  }

  Scene excess(LimitKind kind, long used) {
    excess = Optional.of(new Excess(kind, used));
    return this;
  }

  Scene unwatched(String why) {
    unwatched = Optional.of(why);
    return this;
  }

  Scene counted(long time, long kills, long refusals) {
    counters = Optional.of(new Counters(0, 0, 0, time, 0, 0, kills, refusals));
    return this;
  }

  Scene killed(long mostMemory) {
    counters = Optional.of(new Counters(0, 0, mostMemory, 0, 0, 0, 2, 0));
    return this;
  }

  Scene charged(long mostMemory) {
    counters = Optional.of(new Counters(0, 0, mostMemory, 0, 0, 0, 0, 0));
    return this;
  }

  Scene kept(long bytes, long inodes, String gap) {
    layer = Optional.of(new LayerUse(bytes, inodes, gap.isEmpty() ? Optional.empty() : Optional.of(gap)));
    return this;
  }

  Observation seen() {
    Optional<Report.End> end =
        status.map(one -> new Report.End(one, timedOut, wallTime, cpuTime, maxMemory, scratch));
    Report report = new Report(failure, end, List.of());
    return new Observation(
        report, cancelled, outputExceeded, peak, excess, unwatched, counters, layer, launcherExit);
  }
}
