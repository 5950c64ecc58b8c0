package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.linux.Architecture;

/** Reads an executable back, word by word, and compares it with the program that it was made from. */
public final class EncodedProgram {
  static final int OPERATION_SIZE = 48;
  private static final int ARGUMENTS = 4;

  private final Program program;
  private final Architecture architecture;
  private final LoadedFile file;
  private final long table;
  private final Map<Datum.Cell, Long> cells = new HashMap<>();

  private EncodedProgram(Program program, Architecture architecture, LoadedFile file) {
    this.program = program;
    this.architecture = architecture;
    this.file = file;
    this.table = table(file);
  }

  /** Asserts that a file holds all operations of a program, and all data that they refer to. */
  public static void assertHolds(Program program, Architecture architecture, LoadedFile file) {
    new EncodedProgram(program, architecture, file).assertAll();
  }

  /** Where the operations are: they follow the code, which ends where the executable segment ends. */
  static long table(LoadedFile file) {
    return file.segment(4).address() + file.segment(5).fileSize();
  }

  /** The number of the call that an operation makes; -1 where it makes none. */
  public static int call(LoadedFile file, int operation) {
    return file.half(table(file) + (long) OPERATION_SIZE * operation);
  }

  /** What an operation's argument, 0 to 5, is when the program starts. */
  public static long argument(LoadedFile file, int operation, int index) {
    return file.word(file.half(table(file) + (long) OPERATION_SIZE * operation + ARGUMENTS + 4L * index));
  }

  private void assertAll() {
    for (int i = 0; i < program.operations().size(); i++) {
      assertOperation(i, program.operations().get(i));
    }
    assertCellsAreApart();
  }

  private void assertOperation(int index, Operation operation) {
    long at = table + (long) OPERATION_SIZE * index;
    switch (operation) {
      case Operation.SystemCall call -> {
        assertEquals(call.call().number(architecture), file.half(at));
        for (int i = 0; i < 6; i++) {
          Value argument = i < call.arguments().size() ? call.arguments().get(i) : Value.of(0);
          assertWord(argument, file.half(at + 4 + 4L * i));
        }
      }
      case Operation.Extract extract -> {
        assertEquals(-1, file.half(at));
        assertWord(extract.from(), file.half(at + 4));
        assertEquals(extract.shift(), file.half(at + 8));
        assertEquals(extract.mask(), Integer.toUnsignedLong(file.half(at + 12)));
      }
    }
    assertPlace(operation.result(), file.half(at + 28));
    assertEquals(operation.expect(), file.half(at + 32));
    assertTarget(index, operation.onError(), file.half(at + 36));
    assertTarget(index, operation.onEqual(), file.half(at + 40));
    assertTarget(index, operation.onElse(), file.half(at + 44));
  }

  private void assertTarget(int index, Target target, long actual) {
    Integer expected =
        switch (target) {
          case Target.Next() -> Integer.valueOf(index + 1);
          case Target.Label(String name) -> program.labels().get(name);
        };
    assertNotNull(expected);
    assertEquals(table + (long) OPERATION_SIZE * expected, actual);
  }

  /** What is expected at the address of an argument, as it is when the program starts. */
  private void assertWord(Value value, long address) {
    if (value instanceof Value.Contents(Datum.Place place)) {
      assertPlace(place, address);
    } else {
      assertEquals(0, address % 8);
      assertFixed(value, file.word(address));
    }
  }

  private void assertFixed(Value value, long actual) {
    switch (value) {
      case Value.Constant(long number) -> assertEquals(number, actual);
      case Value.AddressOf(Datum datum, int offset) -> assertDatum(datum, actual - offset);
      case Value.Contents contents -> throw new AssertionError("a table cannot hold it");
    }
  }

  private void assertDatum(Datum datum, long address) {
    switch (datum) {
      case Datum.Bytes bytes -> assertArrayEquals(bytes.content(), file.bytes(address, bytes.size()));
      case Datum.Words words -> {
        assertEquals(0, address % 8);
        for (int i = 0; i < words.words().size(); i++) {
          assertFixed(words.words().get(i), file.word(address + 8L * i));
        }
      }
      case Datum.Cell cell -> assertPlace(new Datum.Place(cell, 0), address);
    }
  }

  private void assertPlace(Datum.Place place, long address) {
    long start = address - place.offset();
    Long known = cells.putIfAbsent(place.cell(), start);
    assertTrue(known == null || known == start, "a cell in two places");
  }

  private void assertCellsAreApart() {
    LoadedFile.Segment writable = file.segment(6);
    List<Map.Entry<Datum.Cell, Long>> sorted =
        cells.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
    long end = writable.address();
    for (Map.Entry<Datum.Cell, Long> each : sorted) {
      assertEquals(0, each.getValue() % 8);
      assertTrue(each.getValue() >= end, () -> each.getKey() + " overlaps");
      end = each.getValue() + each.getKey().size();
    }
    assertTrue(end <= writable.address() + writable.size());
  }
}
