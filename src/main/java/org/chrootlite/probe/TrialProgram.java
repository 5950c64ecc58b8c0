package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.ProcessFlags;
import org.chrootlite.linux.Signal;
import org.chrootlite.linux.Syscall;

/**
 * A program that makes the calls of trials, and its output read back.
 *
 * <p>For each trial it writes a record to its standard output: two words, the result and the trial's index, then the
 * answer's data.
 */
final class TrialProgram {
  /** Where calls write to. */
  static final Datum.Cell BUFFER = new Datum.Cell("buffer", 8192);

  /** How much of it a call may fill. */
  static final int CAPACITY = 8192;

  /** What the first call of a trial returned: a descriptor, mostly. */
  static final Datum.Cell FIRST = Datum.Cell.word("first");

  private static final Datum.Cell RECORD = new Datum.Cell("record", 16);
  private static final Datum.Cell CHILD_RECORD = new Datum.Cell("child's record", 16);
  private static final int HEADER = 16;
  private static final int NO_ANSWER = 0x7fff_ffff;
  private static final Value NONE = Value.of(0);
  private static final Value OUTPUT = Value.of(1);

  private final List<Trial> trials;
  private final ProgramBuilder code = new ProgramBuilder(ProbeExecutable.EXIT);

  private TrialProgram(List<Trial> trials) {
    this.trials = trials;
  }

  /** The executable that tries all of these. */
  static byte[] compile(List<Trial> trials, Architecture architecture) {
    return new TrialProgram(trials).compile(architecture);
  }

  private byte[] compile(Architecture architecture) {
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      if (trial.inChild()) {
        emitChild(trial, i);
      } else {
        emit(trial, i);
      }
    }
    return ProbeExecutable.finish(code, architecture);
  }

  private void emit(Trial trial, int index) {
    Target.Label report = code.freshLabel("report");
    Target.Label done = code.freshLabel("done");
    code.set(RECORD.at(8), index);
    emitCalls(trial, RECORD, report);
    code.place(report);
    write(Value.addressOf(RECORD), Value.of(HEADER));
    boolean hasData = !trial.data().equals(Trial.Data.NONE);
    if (hasData) {
      // An error is a negative number.
      code.branch(Value.contentsOf(RECORD), 63, 1, 1, done, Target.NEXT);
      Value size =
          switch (trial.data()) {
            case Trial.Data.Fixed fixed -> Value.of(fixed.size());
            case Trial.Data.Counted() -> Value.contentsOf(RECORD);
          };
      write(Value.addressOf(BUFFER), size);
    }
    code.place(done);
    if (trial.calls().size() > 1) {
      code.call(Syscall.CLOSE, Value.contentsOf(FIRST)).onError(Target.NEXT).emit();
    }
  }

  private void emitCalls(Trial trial, Datum.Cell result, Target onError) {
    if (trial.calls().size() > 1) {
      code.set(FIRST.at(0), NO_ANSWER);
    }
    for (int i = 0; i < trial.calls().size(); i++) {
      Trial.Call call = trial.calls().get(i);
      code.call(call.syscall(), call.arguments().toArray(Value[]::new)).into(result).onError(onError).emit();
      if (i == 0 && trial.calls().size() > 1) {
        code.copy32(result.at(0), FIRST.at(0));
      }
    }
  }

  /** The child shares our memory, and we wait until it has ended, as vfork(2) does. */
  private void emitChild(Trial trial, int index) {
    Target.Label child = code.freshLabel("child");
    Target.Label end = code.freshLabel("end");
    Target.Label unforked = code.freshLabel("unforked");
    Target.Label done = code.freshLabel("done");
    code.set(RECORD.at(8), index);
    code.set(CHILD_RECORD.at(8), index);
    code.set(CHILD_RECORD.at(0), NO_ANSWER);
    Value how = Value.of(ProcessFlags.CLONE_VM | ProcessFlags.CLONE_VFORK | Signal.SIGCHLD.number());
    code.call(Syscall.CLONE, how, NONE, NONE, NONE, NONE).into(RECORD).when(0, child).onError(unforked).emit();
    code.call(Syscall.WAIT4, Value.contentsOf(RECORD), NONE, NONE, NONE).onError(Target.NEXT).emit();
    write(Value.addressOf(CHILD_RECORD), Value.of(HEADER));
    code.jump(done);
    code.place(child);
    emitCalls(trial, CHILD_RECORD, end);
    code.place(end);
    ProbeExecutable.exit(code, 0);
    code.place(unforked);
    write(Value.addressOf(RECORD), Value.of(HEADER));
    code.place(done);
  }

  private void write(Value from, Value size) {
    code.call(Syscall.WRITE, OUTPUT, from, size).emit();
  }

  /** The answers by the index of their trial. The probe ended at the first trial that has none. */
  static Map<Integer, Answer> answers(List<Trial> trials, byte[] output) {
    Map<Integer, Answer> answers = new HashMap<>();
    int at = 0;
    while (at + HEADER <= output.length) {
      long result = Words.get(output, at);
      long index = Words.get(output, at + 8);
      at += HEADER;
      if (index < 0 || index >= trials.size()) {
        break;
      }
      long size = result < 0 ? 0 : size(trials.get((int) index).data(), result);
      if (size > output.length - at) {
        break;
      }
      answers.put((int) index, new Answer(result, Arrays.copyOfRange(output, at, at + (int) size)));
      at += (int) size;
    }
    return answers;
  }

  private static long size(Trial.Data data, long result) {
    return switch (data) {
      case Trial.Data.Fixed(int size) -> size;
      case Trial.Data.Counted() -> result;
    };
  }

  /** The results of the trials of one promise. */
  static List<Guarantee.Tried> judge(Promise promise, List<Trial> trials, Map<Integer, Answer> answers) {
    List<Guarantee.Tried> tried = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      if (trial.promise() == promise) {
        Reply reply =
            Optional.ofNullable(answers.get(i))
                .map(answer -> judge(trial, answer))
                .orElse(Reply.of(false, "no answer: the probe had ended"));
        tried.add(new Guarantee.Tried(trial.what(), reply.observed(), reply.holds()));
      }
    }
    return tried;
  }

  private static Reply judge(Trial trial, Answer answer) {
    return answer.result() == NO_ANSWER ? Reply.of(false, "killed") : trial.rule().judge(answer);
  }
}
