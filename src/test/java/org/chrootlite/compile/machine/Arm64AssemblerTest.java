package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chrootlite.compile.machine.Arm64Assembler.Condition;
import org.chrootlite.linux.Architecture;
import org.junit.jupiter.api.Test;

/** Compares what is encoded with what objdump reads. */
class Arm64AssemblerTest {
  private static final int[] REGISTERS = {0, 1, 5, 8, 15, 16, 19, 20, 30};

  private final Arm64Assembler a = new Arm64Assembler();
  private final List<String> expected = new ArrayList<>();

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is in no dependency of ours
  private void expect(String format, Object... values) {
    expected.add(String.format(Locale.ROOT, format, values));
  }

  private void assertExpected() {
    assertEquals(expected, Disassembly.texts(Architecture.AARCH64, a.finish()));
  }

  private static String memory(int base, int offset) {
    return "[" + (base == Arm64Assembler.SP ? "sp" : "x" + base) + (offset == 0 ? "" : ", #" + offset) + "]";
  }

  @Test
  void loadsAndStoresWithAnyOffset() {
    for (int to : REGISTERS) {
      for (int base : new int[] {0, 7, 19, 30, Arm64Assembler.SP}) {
        for (int offset : new int[] {0, 8, 16, 4088, 32760}) {
          a.load64(to, base, offset);
          expect("ldr x%d, %s", to, memory(base, offset));
          a.store64(to, base, offset);
          expect("str x%d, %s", to, memory(base, offset));
        }
        for (int offset : new int[] {0, 4, 28, 44, 16380}) {
          a.load32(to, base, offset);
          expect("ldr w%d, %s", to, memory(base, offset));
          a.loadSigned32(to, base, offset);
          expect("ldrsw x%d, %s", to, memory(base, offset));
        }
      }
    }
    assertExpected();
  }

  @Test
  void movesTheBaseAlong() {
    for (int to : REGISTERS) {
      a.load64ThenAdvance(to, 21);
      expect("ldr x%d, [x21], #8", to);
      a.retreatThenStore64(to, 22);
      expect("str x%d, [x22, #-8]!", to);
    }
    assertExpected();
  }

  @Test
  void addsComparesAndCombines() {
    a.add(20, Arm64Assembler.SP, 16);
    expect("add x20, sp, #0x10");
    a.add(1, 2, 4095);
    expect("add x1, x2, #0xfff");
    for (int one : REGISTERS) {
      for (int other : REGISTERS) {
        a.and(3, one, other);
        expect("and x3, x%d, x%d", one, other);
        a.shiftRight(one, 4, other);
        expect("lsr x%d, x4, x%d", one, other);
        a.compare(one, other);
        expect("cmp x%d, x%d", one, other);
      }
      a.compareNegative(one, 4095);
      expect("cmn x%d, #0xfff", one);
      a.compareNegative(one, 1);
      expect("cmn x%d, #0x1", one);
    }
    a.supervisorCall();
    expect("svc #0x0");
    a.undefined();
    expect("udf #0");
    assertExpected();
  }

  @Test
  void movesNumbersOf32BitsInTwoHalves() {
    a.move32(9, 0x60000018);
    expect("mov w9, #0x18");
    expect("movk w9, #0x6000, lsl #16");
    a.move32(30, 0xfedcba98);
    expect("mov w30, #0xba98");
    expect("movk w30, #0xfedc, lsl #16");
    assertExpected();
  }

  @Test
  void jumpsForthAndBack() {
    a.label("start");
    a.jump("end");
    expect("b 0x24");
    a.jumpIf(Condition.EQUAL, "end");
    expect("b.eq 0x24");
    a.jumpIf(Condition.HIGHER_OR_SAME, "start");
    expect("b.cs 0x0");
    a.jumpIfZero(7, "end");
    expect("cbz x7, 0x24");
    a.jumpIfZero(30, "start");
    expect("cbz x30, 0x0");
    a.jumpIfBit31(8, "end");
    expect("tbnz w8, #31, 0x24");
    a.jumpIfBit31(19, "start");
    expect("tbnz w19, #31, 0x0");
    a.jump("start");
    expect("b 0x0");
    a.supervisorCall();
    expect("svc #0x0");
    a.label("end");
    a.undefined();
    expect("udf #0");
    assertExpected();
  }
}
