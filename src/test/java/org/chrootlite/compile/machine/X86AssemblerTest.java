package org.chrootlite.compile.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.chrootlite.compile.machine.X86Assembler.Condition;
import org.chrootlite.compile.machine.X86Assembler.Register;
import org.chrootlite.linux.Architecture;
import org.junit.jupiter.api.Test;

/** Compares what is encoded with what objdump reads. */
class X86AssemblerTest {
  /** The displacements that memory operands have: signed bytes. */
  private static final int[] DISPLACEMENTS = {0, 1, 8, 44, 127, -1, -128};

  private final X86Assembler x = new X86Assembler();
  private final List<String> expected = new ArrayList<>();

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is in no dependency of ours
  private void expect(String format, Object... values) {
    expected.add(String.format(Locale.ROOT, format, values));
  }

  private void assertExpected() {
    assertEquals(expected, Disassembly.texts(Architecture.X86_64, x.finish()));
  }

  private static String name(Register register) {
    return register.name().toLowerCase(Locale.ROOT);
  }

  /** The name of the lower half. */
  private static String name32(Register register) {
    return register.compareTo(Register.R8) < 0 ? "e" + name(register).substring(1) : name(register) + "d";
  }

  private static String memory(Register base, int displacement) {
    String offset = Integer.toHexString(Math.abs(displacement));
    return "[" + name(base) + (displacement < 0 ? "-0x" : "+0x") + offset + "]";
  }

  private static void everyPair(BiConsumer<Register, Register> check) {
    for (Register a : Register.values()) {
      for (Register b : Register.values()) {
        check.accept(a, b);
      }
    }
  }

  /** Instructions without a REX bit for the upper registers take only the first eight. */
  private static void everyLowPair(BiConsumer<Register, Register> check) {
    everyPair(
        (a, b) -> {
          if (a.compareTo(Register.R8) < 0 && b.compareTo(Register.R8) < 0) {
            check.accept(a, b);
          }
        });
  }

  @Test
  void loadsFromAnyRegisterIntoAnyOther() {
    everyPair(
        (to, base) -> {
          for (int displacement : DISPLACEMENTS) {
            x.load64(to, base, displacement);
            expect("mov %s,QWORD PTR %s", name(to), memory(base, displacement));
            x.load32(to, base, displacement);
            expect("mov %s,DWORD PTR %s", name32(to), memory(base, displacement));
            x.loadSigned32(to, base, displacement);
            expect("movsxd %s,DWORD PTR %s", name(to), memory(base, displacement));
            x.loadAddress(to, base, displacement);
            expect("lea %s,%s", name(to), memory(base, displacement));
          }
        });
    assertExpected();
  }

  @Test
  void storesToARegistersAddressAndToAFixedOne() {
    everyPair(
        (base, from) -> {
          x.store64(base, from);
          expect("mov QWORD PTR %s,%s", memory(base, 0), name(from));
        });
    for (Register from : Register.values()) {
      x.store64At(0x60000018, from);
      expect("mov QWORD PTR ds:0x60000018,%s", name(from));
    }
    assertExpected();
  }

  @Test
  void movesAddsShiftsComparesAndTests() {
    everyLowPair(
        (a, b) -> {
          x.move64(a, b);
          expect("mov %s,%s", name(a), name(b));
          x.and(a, b);
          expect("and %s,%s", name(a), name(b));
          x.compare(a, b);
          expect("cmp %s,%s", name(a), name(b));
        });
    for (Register a : Register.values()) {
      if (a.compareTo(Register.R8) < 0) {
        x.move32(a, 0x12345678);
        expect("mov %s,0x12345678", name32(a));
        x.add(a, 8);
        expect("add %s,0x8", name(a));
        x.add(a, 127);
        expect("add %s,0x7f", name(a));
        x.shiftRightByCl(a);
        expect("shr %s,cl", name(a));
        x.test64(a);
        expect("test %s,%s", name(a), name(a));
        x.test32(a);
        expect("test %s,%s", name32(a), name32(a));
        x.push(a);
        expect("push %s", name(a));
      }
    }
    x.compareRax(-4095);
    expect("cmp rax,0xfffffffffffff001");
    x.compareRax(7);
    expect("cmp rax,0x7");
    x.syscall();
    expect("syscall");
    x.undefined();
    expect("ud2");
    assertExpected();
  }

  @Test
  void jumpsForthAndBack() {
    x.label("start");
    x.jump("end");
    expect("jmp 0x1c");
    x.jumpIf(Condition.ABOVE_OR_EQUAL, "end");
    expect("jae 0x1c");
    x.jumpIf(Condition.EQUAL, "start");
    expect("je 0x0");
    x.jumpIf(Condition.SIGN, "start");
    expect("js 0x0");
    x.jump("start");
    expect("jmp 0x0");
    x.label("end");
    x.syscall();
    expect("syscall");
    assertExpected();
  }
}
