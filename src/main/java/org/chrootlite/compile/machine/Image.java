package org.chrootlite.compile.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.compile.elf.ElfWriter;
import org.chrootlite.linux.Architecture;

/** Programs laid out in memory, and in the executable that the kernel maps there. */
public final class Image {
  /** Where the file is mapped to be executed. All addresses are below 2 GiB, the most that the encodings take. */
  public static final int CODE = 0x400000;

  /** Where the file is mapped to be read. */
  public static final int DATA = 0x600000;

  /** Where the cells are. */
  public static final int WRITABLE = 0x60000000;

  /** The most that a launcher's file may be, in bytes. */
  public static final int MAX_SIZE = 0x40000000;

  private Image() {}

  /** A static ELF executable that runs a program; the same program gives the same bytes. */
  public static byte[] executable(Program program, Architecture architecture) {
    return new Layout(program, architecture).executable();
  }

  /** The index of the operation that a launcher names by its address; -1 where no operation can be. */
  public static int operationAt(long address, Architecture architecture) {
    long distance = address - operations(architecture);
    boolean isOperation = distance >= 0 && distance < MAX_SIZE && distance % Interpreter.OPERATION_SIZE == 0;
    return isOperation ? (int) (distance / Interpreter.OPERATION_SIZE) : -1;
  }

  /** Where the operations begin: behind the file's headers and the code. */
  private static int operations(Architecture architecture) {
    int codeSize = Interpreter.code(architecture, new Interpreter.Addresses(0, 0, 0, 0)).length;
    return DATA + ElfWriter.HEADERS_SIZE + (codeSize + 7 & -8);
  }

  private static final class Layout {
    private final Program program;
    private final Architecture architecture;
    private final Map<Datum, Integer> addresses = new HashMap<>();
    private final IdentityHashMap<Datum.Words, Integer> tables = new IdentityHashMap<>();
    private final Map<Long, Integer> constants = new HashMap<>();
    private final Buffer readOnly;
    private final int base;
    private int writableSize;

    Layout(Program program, Architecture architecture) {
      this.base = operations(architecture);
      this.program = program;
      this.architecture = architecture;
      readOnly = new Buffer(program.operations().size() * Interpreter.OPERATION_SIZE);
    }

    byte[] executable() {
      int next = base;
      for (Operation operation : program.operations()) {
        write(operation, next);
        next += Interpreter.OPERATION_SIZE;
      }
      int prefix = prefix();
      Interpreter.Addresses found =
          new Interpreter.Addresses(prefix, address(program.argv()), address(program.failure()) + 8, base);
      byte[] code = Interpreter.code(architecture, found);
      return ElfWriter.write(
          architecture,
          new ElfWriter.Addresses(CODE, DATA, WRITABLE),
          Arrays.copyOf(code, code.length + 7 & -8),
          readOnly.toByteArray(),
          writableSize);
    }

    private void write(Operation operation, int address) {
      int at = address - base;
      switch (operation) {
        case Operation.SystemCall call -> {
          if (!call.call().isOn(architecture)) {
            // Its number would make it an extract, which never fails.
            throw new IllegalArgumentException(architecture.kernelName() + " has no " + call.call().id());
          }
          readOnly.setInt(at + Interpreter.NUMBER, call.call().number(architecture));
          for (int i = 0; i < 6; i++) {
            int argument = i < call.arguments().size() ? word(call.arguments().get(i)) : constant(0);
            readOnly.setInt(at + Interpreter.ARGUMENTS + 4 * i, argument);
          }
        }
        case Operation.Extract extract -> {
          readOnly.setInt(at + Interpreter.NUMBER, Interpreter.EXTRACT);
          readOnly.setInt(at + Interpreter.ARGUMENTS, word(extract.from()));
          readOnly.setInt(at + Interpreter.ARGUMENTS + 4, extract.shift());
          readOnly.setInt(at + Interpreter.ARGUMENTS + 8, (int) extract.mask());
        }
      }
      readOnly.setInt(at + Interpreter.RESULT, address(operation.result().cell()) + operation.result().offset());
      readOnly.setInt(at + Interpreter.EXPECT, operation.expect());
      int following = address + Interpreter.OPERATION_SIZE;
      readOnly.setInt(at + Interpreter.ON_ERROR, target(operation.onError(), following));
      readOnly.setInt(at + Interpreter.ON_EQUAL, target(operation.onEqual(), following));
      readOnly.setInt(at + Interpreter.ON_ELSE, target(operation.onElse(), following));
    }

    private int target(Target target, int following) {
      return switch (target) {
        case Target.Next() -> {
          if (following >= base + program.operations().size() * Interpreter.OPERATION_SIZE) {
            throw new IllegalArgumentException("the last operation goes on to nowhere");
          }
          yield following;
        }
        case Target.Label(String name) -> {
          Integer index = program.labels().get(name);
          if (index == null || index >= program.operations().size()) {
            throw new IllegalArgumentException("nothing follows the label " + name);
          }
          yield base + index * Interpreter.OPERATION_SIZE;
        }
      };
    }

    /** The address of a word that holds the value when it is needed. */
    private int word(Value value) {
      return switch (value) {
        case Value.Constant(long number) -> constant(number);
        case Value.AddressOf(Datum datum, int offset) -> constant(address(datum) + offset);
        case Value.Contents(Datum.Place place) -> address(place.cell()) + place.offset();
      };
    }

    private int constant(long number) {
      return constants.computeIfAbsent(
          number,
          value -> {
            int at = readOnly.reserve(8);
            readOnly.setLong(at, value);
            return base + at;
          });
    }

    private int address(Datum datum) {
      // Tables are few, and hardly ever equal: they are told apart by what they are, not by all that they hold.
      Integer known = datum instanceof Datum.Words words ? tables.get(words) : addresses.get(datum);
      return known == null ? place(datum) : known;
    }

    private int place(Datum datum) {
      switch (datum) {
        case Datum.Bytes bytes -> {
          int at = readOnly.reserve(bytes.size());
          readOnly.setBytes(at, bytes);
          addresses.put(bytes, base + at);
          return base + at;
        }
        case Datum.Words words -> {
          int at = readOnly.reserve(8 * words.words().size());
          for (int i = 0; i < words.words().size(); i++) {
            readOnly.setLong(at + 8 * i, fixed(words.words().get(i)));
          }
          tables.put(words, base + at);
          return base + at;
        }
        case Datum.Cell cell -> {
          int at = writableSize;
          writableSize += cell.size();
          addresses.put(cell, WRITABLE + at);
          return WRITABLE + at;
        }
      }
    }

    private long fixed(Value value) {
      return switch (value) {
        case Value.Constant(long number) -> number;
        case Value.AddressOf(Datum datum, int offset) -> address(datum) + offset;
        case Value.Contents(Datum.Place place) ->
            throw new IllegalArgumentException("a table cannot hold what " + place + " will hold");
      };
    }

    private int prefix() {
      List<Value> pointers = new ArrayList<>();
      program.argumentPrefix().reversed().forEach(argument -> pointers.add(Value.string(argument)));
      pointers.add(Value.of(0));
      return address(new Datum.Words(pointers));
    }
  }
}
