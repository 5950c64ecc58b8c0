package org.chrootlite.compile.seccomp.scenario;

import static org.chrootlite.testing.UnderFilter.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.chrootlite.compile.bpf.Action;
import org.chrootlite.compile.bpf.Assembler;
import org.chrootlite.compile.bpf.SeccompData;
import org.chrootlite.compile.bpf.Simulator;
import org.chrootlite.compile.seccomp.Calls;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter in the kernel that runs this test, as whatever user runs it. */
class SeccompFilterIT {

  private static final SeccompFilter FILTER = SeccompFilter.forArchitecture(UnderFilter.HOST);

  private static UnderFilter ours;
  private static UnderFilter allowAll;

  @BeforeAll
  static void compile(@TempDir Path folder, @TempDir Path another) throws IOException {
    ours = UnderFilter.in(folder, FILTER.program());
    Assembler assembler = new Assembler();
    assembler.ret(new Action.Allow());
    allowAll = UnderFilter.in(another, assembler.assemble());
  }

  /** Calls that the simulator lets through are not made here: some would do harm. */
  @Test
  void whatTheSimulatorRefusesTheKernelRefusesAlike() {
    Random random = new Random(6);
    StringBuilder calls = new StringBuilder();
    List<String> expected = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>(List.of(0x3fff_ffff, 0x4000_0027, 0x7fff_ffff, 0x8000_0000, -1));
    for (int number = 0; number <= 600; number++) {
      numbers.add(number);
    }
    TreeSet<Integer> refused = new TreeSet<>();
    for (int number : numbers) {
      for (int i = 0; i < 6; i++) {
        List<Long> arguments = Calls.arguments(UnderFilter.HOST, number, random);
        SeccompData call = new SeccompData(number, (int) UnderFilter.HOST.auditArch(), 0, arguments);
        Action action = Simulator.run(FILTER.program(), call);
        if (!(action instanceof Action.Allow)) {
          refused.add(number);
          String line = call(number, arguments.stream().map(Long::toHexString).toArray(String[]::new));
          calls.append(line);
          expected.add(line.strip() + " -> " + UnderFilter.answer(action, "not refused"));
        }
      }
    }
    assertTrue(refused.size() > 200 && refused.contains(Syscall.KILL.number(UnderFilter.HOST)), refused::toString);

    List<String> answers = ours.answers(calls.toString());

    List<String> lines = calls.toString().lines().toList();
    List<String> actual = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      actual.add(lines.get(i) + " -> " + answers.get(i));
    }
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  @Test
  void callsOfAnotherAbiAreKilled() {
    assertEquals(Architecture.X86_64, UnderFilter.HOST, "there is no other ABI to call by on aarch64");
    String i386Getpid = "32 14 0 0 0 0 0 0\n";
    String x32Getpid = call(0x4000_0027);
    // Without a filter the first works, or the kernel has no i386 at all.
    assertTrue(allowAll.answer(i386Getpid).startsWith("result "));
    assertEquals("signal 31", ours.answer(i386Getpid));
    assertEquals("signal 31", ours.answer(x32Getpid));
  }

  @Test
  void leasesNotificationsAndSignalsOfADescriptorAreRefusedWhateverTheHighHalfHolds() {
    for (String high : List.of("", "5a5aa5a500000", "ffffffff00000", "100000")) {
      for (String command : List.of("00a", "400", "402")) {
        String call = call(Syscall.FCNTL, "1", high + command, "0");
        assertEquals("errno 1", ours.answer(call), call);
        assertTrue(!allowAll.answer(call).equals("errno 1"), call);
      }
      String getFlags = call(Syscall.FCNTL, "1", high + "003", "0");
      assertTrue(ours.answer(getFlags).startsWith("result "), getFlags);
    }
  }

  @Test
  void callsThatEveryProgramMakesAreMade() {
    for (String call : List.of(
        call(Syscall.GETPPID),
        call(Syscall.GETPID, "1"),
        call(Syscall.UMASK, "12"),
        call(Syscall.KILL, "0", "0"),
        call(Syscall.PERSONALITY, "ffffffff"),
        call(Syscall.PRCTL, "3"),
        call(Syscall.SOCKET, "1", "1", "0"),
        call(Syscall.SOCKET, "2", "80001", "0"),
        call(Syscall.SOCKET, "10", "3", "0"),
        call(Syscall.MEMFD_CREATE, "P", "1"),
        call(Syscall.GETRANDOM, "P", "10", "0"),
        call(Syscall.PRLIMIT64, "0", "7", "0", "P"),
        call(Syscall.SETPRIORITY, "0", "0", "0"),
        call(Syscall.CLOCK_GETTIME, "0", "P"))) {
      assertTrue(ours.answer(call).startsWith("result "), () -> call + ours.answer(call));
    }
  }

  @Test
  void refusedCallsAreOnesThatTheKernelWouldHaveMade() {
    String unshareNothing = call(Syscall.UNSHARE, "0");
    String signalToInit = call(Syscall.TGKILL, "0", "1", "0");
    assertEquals("result 0", allowAll.answer(unshareNothing));
    assertEquals("errno 1", ours.answer(unshareNothing));
    assertEquals("errno 22", allowAll.answer(signalToInit));
    assertEquals("errno 1", ours.answer(signalToInit));
  }

  @Test
  void theHighHalfOfAnIoctlsRequestHidesNothing() {
    String tiocsti = call(Syscall.IOCTL, "0", "5412", "P");
    String disguised = call(Syscall.IOCTL, "0", "deadbeef00005412", "P");
    // Not a terminal: the kernel looked at the request.
    assertEquals(allowAll.answer(tiocsti), allowAll.answer(disguised));
    assertEquals("errno 1", ours.answer(tiocsti));
    assertEquals("errno 1", ours.answer(disguised));
  }
}
