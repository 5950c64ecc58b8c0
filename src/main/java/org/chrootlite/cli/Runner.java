package org.chrootlite.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.engine.Job;
import org.chrootlite.engine.RunResult;
import org.chrootlite.engine.RunStreams;
import org.chrootlite.engine.Shortfall;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.Cancellation;
import org.chrootlite.run.Input;

/** Runs jobs for a command, and tells how they ended. */
final class Runner {
  private final Engine engine;
  private final Context context;
  private final List<String> arguments;
  private final boolean degraded;
  private final boolean passesInput;
  private final Cancellation cancellation = new Cancellation();
  private final Object output = new Object();

  Runner(Engine engine, Context context, List<String> arguments, boolean degraded, boolean passesInput) {
    this.engine = engine;
    this.context = context;
    this.arguments = arguments;
    this.degraded = degraded;
    this.passesInput = passesInput;
  }

  /**
   * Runs jobs, so many at a time, and returns the exit code. SIGHUP, SIGINT, SIGQUIT and SIGTERM end them, and leave
   * nothing behind.
   */
  int run(List<Job> jobs, int parallel) throws IOException, EngineException {
    try (EndOfProcess _ = EndOfProcess.cancels(cancellation, context)) {
      int code = jobs.size() == 1 ? runOne(jobs.getFirst()) : runAll(jobs, parallel);
      // Now, as a process that was asked to end does not wait for the engine to be closed.
      engine.settle();
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private int runOne(Job job) throws IOException, EngineException, InterruptedException {
    Input input = passesInput ? context.streams().scriptInput() : new Input.Nothing();
    if (isJson()) {
      return runForJson(job, input).judgement().code();
    }
    RunStreams streams = new RunStreams(input, context.streams().scriptOutput(), context.streams().scriptError());
    RunResult result = engine.run(job, arguments, degraded, streams, cancellation);
    context.streams().flush();
    explain(result);
    return result.judgement().code();
  }

  private int runAll(List<Job> jobs, int parallel) throws IOException, InterruptedException {
    List<Future<Boolean>> futures = new ArrayList<>();
    boolean ok = true;
    try (ExecutorService workers = Executors.newFixedThreadPool(parallel, Thread.ofPlatform().factory())) {
      for (Job job : jobs) {
        futures.add(workers.submit(() -> runOneOfMany(job)));
      }
      for (Future<Boolean> future : futures) {
        ok &= future.get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
    return ok ? 0 : 1;
  }

  /**
   * Whether it ended well; a job whose turn comes after the end was asked for does not begin, and one that is refused
   * does not keep the others from running.
   */
  private boolean runOneOfMany(Job job) throws IOException, InterruptedException {
    if (cancellation.isCancelled()) {
      return false;
    }
    try {
      return runInTurn(job);
    } catch (EngineException e) {
      synchronized (output) {
        context.complain(String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private boolean runInTurn(Job job) throws IOException, EngineException, InterruptedException {
    if (isJson()) {
      return isOk(runForJson(job, new Input.Nothing()));
    }
    Capture out = new Capture();
    Capture err = new Capture();
    RunResult result =
        engine.run(job, arguments, degraded, new RunStreams(new Input.Nothing(), out, err), cancellation);
    synchronized (output) {
      context.streams().err().println("== " + result.job().name() + ": " + result.judgement().verdict().id());
      write(out, context.streams().out());
      write(err, context.streams().err());
      explain(result);
    }
    return isOk(result);
  }

  private static boolean isOk(RunResult result) {
    return result.judgement().verdict() == Verdict.OK;
  }

  private static void write(Capture capture, OutputStream to) throws IOException {
    to.write(capture.bytes());
    to.flush();
  }

  private RunResult runForJson(Job job, Input input)
      throws IOException, EngineException, InterruptedException {
    Capture out = new Capture();
    Capture err = new Capture();
    Instant began = Instant.now();
    RunResult result;
    try {
      result = engine.run(job, arguments, degraded, new RunStreams(input, out, err), cancellation);
    } catch (IOException | EngineException e) {
      // Who reads it finds a line for each run, however it went.
      synchronized (output) {
        context.println(ResultJson.ofFailure(job, e, began, out, err));
        context.streams().flush();
      }
      throw e;
    }
    String line = ResultJson.of(result, out, err);
    synchronized (output) {
      context.println(line);
      context.streams().flush();
      Log.tell(result, context.options());
    }
    return result;
  }

  private boolean isJson() {
    return context.options().format() == GlobalOptions.Format.JSON;
  }

  /**
   * A script that ends by itself needs no message of ours, whatever its exit code; nor one whose reader went away, of
   * which a shell says nothing either.
   */
  private void explain(RunResult result) {
    Log.tell(result, context.options());
    for (Shortfall shortfall : Shortfall.of(result.enforced())) {
      context.complain("warning: " + result.job().name() + ": " + shortfall.describe());
    }
    switch (result.judgement().verdict()) {
      case OK, FAILED -> {}
      case SIGNALED,
          CPU_TIME_LIMIT,
          WALL_TIME_LIMIT,
          MEMORY_LIMIT,
          PROCESS_LIMIT,
          OUTPUT_LIMIT,
          FILE_SIZE_LIMIT,
          DISK_LIMIT,
          NOT_FOUND,
          CANCELLED,
          SETUP_ERROR -> {
        if (!result.judgement().lostReader()) {
          context.complain(
              "%s: %s: %s"
                  .formatted(
                      result.job().name(), result.judgement().verdict().id(), result.judgement().evidence()));
        }
      }
    }
    for (RunResult.Artifact artifact : result.artifacts()) {
      String where = artifact.file().map(file -> " is in " + file).orElse(" was not collected");
      context.complain(artifact.path() + where + artifact.problem().map(problem -> ": " + problem).orElse(""));
    }
  }
}
