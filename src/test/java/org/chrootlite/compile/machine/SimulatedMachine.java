package org.chrootlite.compile.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One process that runs a program without a processor: what operations mean, said once more and apart from the
 * interpreter's code, so that a test can see each call and answer it as it likes.
 */
public final class SimulatedMachine {
  private static final int MOST_OPERATIONS = 100_000;
  private static final int DATUM_BITS = 32;

  /** Answers system calls. */
  public interface Kernel {
    /** The result of a call: an error is a number from -4095 to -1. */
    long call(SimulatedMachine process, int index, Operation.SystemCall operation, long[] arguments);
  }

  private final Program program;
  private final Map<Datum, Integer> numbers;
  private final List<Datum> data;
  private final Map<Datum.Cell, byte[]> cells;
  private int at;
  private boolean ended;

  /** A process that is about to run its first operation. */
  public SimulatedMachine(Program program) {
    this(program, new HashMap<>(), new ArrayList<>(), new HashMap<>(), 0);
    put(program.argv().at(0), pointer(Datum.strings(program.argumentPrefix()), 0));
  }

  private SimulatedMachine(
      Program program,
      Map<Datum, Integer> numbers,
      List<Datum> data,
      Map<Datum.Cell, byte[]> cells,
      int at) {
    this.program = program;
    this.numbers = numbers;
    this.data = data;
    this.cells = cells;
    this.at = at;
  }

  /** A copy that has memory of its own, and whose running call has not returned yet. */
  public SimulatedMachine fork() {
    Map<Datum.Cell, byte[]> copies = new HashMap<>();
    cells.forEach((cell, content) -> copies.put(cell, content.clone()));
    return new SimulatedMachine(program, numbers, data, copies, at);
  }

  /** A copy that shares memory with this one, and whose running call has not returned yet. */
  public SimulatedMachine forkSharingMemory() {
    return new SimulatedMachine(program, numbers, data, cells, at);
  }

  /** Runs until the kernel has ended the process. */
  public void run(Kernel kernel) {
    for (int count = 0; !ended; count++) {
      if (count > MOST_OPERATIONS) {
        throw new AssertionError("no end in sight at operation " + at);
      }
      Operation operation = program.operations().get(at);
      long result =
          switch (operation) {
            case Operation.SystemCall call -> {
              long[] arguments = new long[6];
              for (int i = 0; i < call.arguments().size(); i++) {
                arguments[i] = word(call.arguments().get(i));
              }
              yield kernel.call(this, at, call, arguments);
            }
            case Operation.Extract extract -> word(extract.from()) >>> extract.shift() & extract.mask();
          };
      if (!ended) {
        complete(result);
      }
    }
  }

  /** Ends the running operation. */
  public void complete(long result) {
    Operation operation = program.operations().get(at);
    put(operation.result(), result);
    if (result >= -4095 && result < 0) {
      put(program.failure().at(8), addressOf(at));
      put(program.failure().at(16), result);
      go(operation.onError());
    } else {
      go(result == operation.expect() ? operation.onEqual() : operation.onElse());
    }
  }

  private void go(Target target) {
    at =
        switch (target) {
          case Target.Next() -> at + 1;
          case Target.Label(String name) -> Objects.requireNonNull(program.labels().get(name));
        };
  }

  /** The process has executed something else, or exited. */
  public void end() {
    ended = true;
  }

  /** What the failure record names an operation by. */
  public static long addressOf(int index) {
    return 0x1000 + 48L * index;
  }

  private long word(Value value) {
    return switch (value) {
      case Value.Constant(long number) -> number;
      case Value.AddressOf(Datum datum, int offset) -> pointer(datum, offset);
      case Value.Contents(Datum.Place(Datum.Cell cell, int offset)) -> memory(cell).getLong(offset);
    };
  }

  private long pointer(Datum datum, int offset) {
    int number =
        numbers.computeIfAbsent(
            datum,
            unknown -> {
              data.add(unknown);
              return data.size();
            });
    return ((long) number << DATUM_BITS) + offset;
  }

  private void put(Datum.Place place, long value) {
    memory(place.cell()).putLong(place.offset(), value);
  }

  private ByteBuffer memory(Datum.Cell cell) {
    return memory(cells.computeIfAbsent(cell, unknown -> new byte[unknown.size()]));
  }

  private static ByteBuffer memory(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The memory from a pointer on, to the end of its datum. */
  public ByteBuffer at(long pointer) {
    Datum datum = data.get((int) (pointer >>> DATUM_BITS) - 1);
    ByteBuffer whole =
        switch (datum) {
          case Datum.Cell cell -> memory(cell);
          case Datum.Bytes bytes -> memory(bytes.content()).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
          case Datum.Words words -> {
            ByteBuffer table = memory(new byte[8 * words.words().size()]);
            words.words().forEach(each -> table.putLong(word(each)));
            yield table.rewind();
          }
        };
    int offset = (int) pointer;
    return whole.slice(offset, whole.capacity() - offset).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The C string at a pointer. */
  public String string(long pointer) {
    ByteBuffer memory = at(pointer);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; memory.get(i) != 0; i++) {
      text.write(memory.get(i));
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
