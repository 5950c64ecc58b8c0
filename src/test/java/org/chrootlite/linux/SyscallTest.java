package org.chrootlite.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.Test;

class SyscallTest {

  /** The last call of Linux 6.18. */
  private static final int LAST = 469;

  /** The first number that was given to the same call on all architectures. */
  private static final int UNIFIED = 424;

  /** Calls that took numbers from the middle of x86-64's table later: Linux 6.11 and 6.18. */
  private static final Set<String> LATECOMERS = Set.of("uretprobe", "uprobe");

  @Test
  void theNumbersOfX86AreThoseOfTheKernelsHeader() {
    Path header = List.of("/usr/include/x86_64-linux-gnu/asm", "/usr/include/asm", "/usr/x86_64-linux-gnu/include/asm")
        .stream()
        .map(folder -> Path.of(folder, "unistd_64.h"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no unistd_64.h: install linux-libc-dev"));
    assertSame(Architecture.X86_64, numbers(Command.output("gcc", "-E", "-dM", "-x", "c", header.toString())));
  }

  @Test
  void theNumbersOfAarch64AreThoseOfTheKernelsGenericHeader() {
    // What arch/arm64/include/uapi/asm/unistd.h defines before it includes the generic table.
    String macros = Command.output("gcc", "-E", "-dM", "-x", "c", "-D__ARCH_WANT_RENAMEAT", "-D__ARCH_WANT_NEW_STAT",
        "-D__ARCH_WANT_SET_GET_RLIMIT", "-D__ARCH_WANT_TIME32_SYSCALLS", "-D__ARCH_WANT_SYS_CLONE3",
        "-D__ARCH_WANT_MEMFD_SECRET", "/usr/include/asm-generic/unistd.h");
    Map<String, Integer> numbers = numbers(macros);
    numbers.keySet().removeAll(Set.of("syscalls", "arch_specific_syscall"));
    assertSame(Architecture.AARCH64, numbers);
  }

  /** The header may be older than our table, or newer. */
  private static void assertSame(Architecture architecture, Map<String, Integer> header) {
    int headerEnds = Collections.max(header.values());
    assertTrue(headerEnds > UNIFIED, "a header of Linux 5.1 or later");
    Map<String, Integer> ours = new TreeMap<>();
    for (Syscall syscall : Syscall.values()) {
      if (syscall.isOn(architecture) && syscall.number(architecture) <= headerEnds) {
        ours.put(syscall.id(), syscall.number(architecture));
      }
    }
    ours.keySet().removeIf(name -> LATECOMERS.contains(name) && !header.containsKey(name));
    header.values().removeIf(number -> number > LAST);
    assertEquals(header, ours);
  }

  /** The name of each call and its number, which may be defined by way of another name. */
  private static Map<String, Integer> numbers(String macros) {
    Map<String, String> definitions = new TreeMap<>();
    Matcher define = Pattern.compile("(?m)^#define (__NR\\w+) (\\w+)$").matcher(macros);
    while (define.find()) {
      definitions.put(define.group(1), define.group(2));
    }
    Map<String, Integer> numbers = new TreeMap<>();
    definitions.forEach((name, value) -> {
      if (name.startsWith("__NR_")) {
        String number = definitions.getOrDefault(value, value);
        numbers.put(name.substring("__NR_".length()), Integer.valueOf(number));
      }
    });
    return numbers;
  }

  @Test
  void newCallsHaveOneNumberOnAllArchitectures() {
    Map<Integer, String> x86 = new TreeMap<>();
    Map<Integer, String> aarch64 = new TreeMap<>();
    for (Syscall syscall : Syscall.values()) {
      x86.put(syscall.number(Architecture.X86_64), syscall.id());
      aarch64.put(syscall.number(Architecture.AARCH64), syscall.id());
    }
    x86.keySet().removeIf(number -> number < UNIFIED);
    aarch64.keySet().removeIf(number -> number < UNIFIED);
    assertEquals(x86, aarch64);
    assertEquals(LAST - UNIFIED + 1, x86.size());
  }

  @Test
  void aCallThatAnArchitectureLacksIsAbsent() {
    assertEquals(2, Syscall.OPEN.number(Architecture.X86_64));
    assertEquals(Syscall.ABSENT, Syscall.OPEN.number(Architecture.AARCH64));
    assertEquals("_sysctl", Syscall._SYSCTL.id());
  }
}
