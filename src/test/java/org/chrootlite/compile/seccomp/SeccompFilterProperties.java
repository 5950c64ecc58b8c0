package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.linux.Architecture;

class SeccompFilterProperties {

  private static final SeccompFilter X86_64 = SeccompFilter.forArchitecture(Architecture.X86_64);
  private static final SeccompFilter AARCH64 = SeccompFilter.forArchitecture(Architecture.AARCH64);

  /** Known numbers, those around them, x32's, negative ones, any. */
  @Provide
  Arbitrary<Integer> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 600),
        Arbitraries.integers().between(0, 600).map(number -> number | 0x4000_0000),
        Arbitraries.integers().between(0, 600).map(number -> number | 0x8000_0000),
        Arbitraries.of(0x3fff_ffff, 0x4000_0000, 0x7fff_ffff, 0x8000_0000, -1),
        Arbitraries.integers());
  }

  @Provide
  Arbitrary<Long> abis() {
    return Arbitraries.of(0xC000003EL, 0xC00000B7L, 0x40000003L, 0x40000028L, 0L);
  }

  private static void assertAsThePolicySays(Architecture architecture, SeccompData call) {
    SeccompFilter filter = switch (architecture) {
      case X86_64 -> X86_64;
      case AARCH64 -> AARCH64;
    };
    assertEquals(PolicyOracle.decide(architecture, call), Simulator.run(filter.program(), call), call::toString);
  }

  @Property(tries = 5000)
  void theFilterDoesWhatThePolicySays(
      @ForAll Architecture architecture,
      @ForAll("numbers") int number,
      @ForAll("abis") long abi,
      @ForAll Random random) {
    List<Long> arguments = Calls.arguments(architecture, number, random);
    assertAsThePolicySays(architecture, new SeccompData(number, (int) abi, random.nextLong(), arguments));
  }

  /** Every number of the tables and beyond, many times each. */
  @Property(tries = 40)
  void theFilterDoesWhatThePolicySaysForEachNumber(@ForAll Architecture architecture, @ForAll Random random) {
    for (int number = 0; number <= 600; number++) {
      List<Long> arguments = Calls.arguments(architecture, number, random);
      assertAsThePolicySays(architecture, new SeccompData(number, (int) architecture.auditArch(), 0, arguments));
    }
  }
}
