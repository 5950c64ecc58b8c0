package org.chrootlite.compile.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.FileLocks;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers in the rules are those that C programs get by name from the headers of the host. */
class ConstantsTest {

  /** For each call, the C expressions whose values its rule compares that argument with, and nothing else. */
  private static final Map<Syscall, Map<Integer, List<String>>> NAMES = new LinkedHashMap<>();

  private static void rule(Syscall syscall, int argument, String... names) {
    NAMES.computeIfAbsent(syscall, _ -> new LinkedHashMap<>()).put(argument, List.of(names));
  }

  static {
    rule(Syscall.CLONE, 0,
        "CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET",
        "SIGXFSZ");
    rule(Syscall.KILL, 1, "SIGXFSZ");
    rule(Syscall.TGKILL, 2, "SIGXFSZ");
    rule(Syscall.FCNTL, 1, "F_SETSIG", "F_SETLEASE", "F_NOTIFY");
    rule(Syscall.PRCTL, 1, "SIGXFSZ");
    rule(Syscall.IOCTL, 1, "TIOCSTI", "TIOCLINUX", "TIOCCONS", "TIOCSETD", "TIOCVHANGUP");
    rule(Syscall.SOCKET, 0, "AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK");
    rule(Syscall.SOCKET, 1, "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW");
    rule(Syscall.SOCKET, 2,
        "NETLINK_ROUTE", "IPPROTO_IP", "IPPROTO_ICMP", "IPPROTO_TCP", "IPPROTO_UDP", "IPPROTO_ICMPV6");
    rule(Syscall.SOCKETPAIR, 0, "AF_UNIX");
    rule(Syscall.SETPRIORITY, 0, "PRIO_PROCESS");
    rule(Syscall.IOPRIO_SET, 0, "IOPRIO_WHO_PROCESS");
    rule(Syscall.FCHMODAT, 2, "S_ISUID | S_ISGID");
    rule(Syscall.OPENAT, 2, "O_CREAT | (O_TMPFILE & ~O_DIRECTORY)");
    rule(Syscall.OPENAT, 3, "S_ISUID | S_ISGID");
    rule(Syscall.MKNODAT, 2, "0", "S_IFREG", "S_IFIFO", "S_IFSOCK", "S_ISUID | S_ISGID");
    rule(Syscall.PERSONALITY, 0, "PER_LINUX", "PER_LINUX32", "ADDR_NO_RANDOMIZE", "0xffffffff");
    rule(Syscall.PRCTL, 0,
        "PR_SET_PDEATHSIG", "PR_GET_PDEATHSIG", "PR_GET_DUMPABLE", "PR_SET_DUMPABLE", "PR_GET_KEEPCAPS",
        "PR_SET_KEEPCAPS", "PR_SET_NAME", "PR_GET_NAME", "PR_GET_SECCOMP", "PR_SET_SECCOMP", "PR_CAPBSET_READ",
        "PR_GET_SECUREBITS", "PR_SET_TIMERSLACK", "PR_GET_TIMERSLACK", "PR_MCE_KILL_GET", "PR_SET_CHILD_SUBREAPER",
        "PR_GET_CHILD_SUBREAPER", "PR_SET_NO_NEW_PRIVS", "PR_GET_NO_NEW_PRIVS", "PR_GET_TID_ADDRESS",
        "PR_SET_THP_DISABLE", "PR_GET_THP_DISABLE", "PR_CAP_AMBIENT", "PR_SVE_SET_VL", "PR_SVE_GET_VL",
        "PR_GET_SPECULATION_CTRL", "PR_PAC_RESET_KEYS", "PR_SET_TAGGED_ADDR_CTRL", "PR_GET_TAGGED_ADDR_CTRL",
        "PR_PAC_SET_ENABLED_KEYS", "PR_PAC_GET_ENABLED_KEYS", "PR_SME_SET_VL", "PR_SME_GET_VL", "PR_SET_MDWE",
        "PR_GET_MDWE", "PR_GET_MEMORY_MERGE", "PR_GET_AUXV", "PR_SET_VMA");
  }

  /** Headers of Linux 6.1 lack these. */
  private static final String NEWER = """
      #ifndef PR_SME_SET_VL
      #define PR_SME_SET_VL 63
      #define PR_SME_GET_VL 64
      #endif
      #ifndef PR_SET_MDWE
      #define PR_SET_MDWE 65
      #define PR_GET_MDWE 66
      #endif
      #ifndef PR_GET_MEMORY_MERGE
      #define PR_GET_MEMORY_MERGE 68
      #endif
      #ifndef PR_GET_AUXV
      #define PR_GET_AUXV 0x41555856
      #endif
      """;

  private static final String INCLUDES = """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <linux/ioprio.h>
      #include <linux/netlink.h>
      #include <linux/prctl.h>
      #include <netinet/in.h>
      #include <sched.h>
      #include <signal.h>
      #include <stdio.h>
      #include <sys/ioctl.h>
      #include <sys/personality.h>
      #include <sys/resource.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      """;

  /** What is denied beside the locks is in the table above. */
  @Test
  void theLocksAreThoseOfTheHeaders(@TempDir Path folder) throws IOException {
    String names = "F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SET_RW_HINT, "
        + "F_SET_FILE_RW_HINT, F_SETSIG, F_SETLEASE, F_NOTIFY";
    String source = INCLUDES + "int main(void) { int all[] = {" + names
        + "}; for (int i = 0; i < 11; i++) printf(\"%d\\n\", all[i]); }";
    Path file = Files.writeString(folder.resolve("locks.c"), source);
    String output = Command.output(Command.compileC(file, folder.resolve("locks")).toString());
    Set<Integer> theirs = new TreeSet<>(output.lines().map(Integer::valueOf).toList());
    Rule rule = Policy.of(Syscall.FCNTL, Accounting.KERNEL, FileLocks.DENY);
    assertEquals(theirs, new TreeSet<>(PolicyOracle.constantsOf(rule, 1)));
  }

  @Test
  void eachRuleComparesWithTheNumbersThatItsNamesStandFor(@TempDir Path folder) throws IOException {
    StringBuilder source = new StringBuilder(INCLUDES).append(NEWER).append("int main(void) {\n");
    List<Set<Integer>> ours = new ArrayList<>();
    NAMES.forEach((syscall, arguments) -> arguments.forEach((argument, names) -> {
      ours.add(new TreeSet<>(PolicyOracle.constantsOf(Policy.of(syscall), argument)));
      names.forEach(name -> source.append("printf(\"%d \", (int)(").append(name).append("));\n"));
      source.append("puts(\"\");\n");
    }));
    Path file = Files.writeString(folder.resolve("constants.c"), source.append("}\n"));
    List<Set<Integer>> theirs = new ArrayList<>();
    String output = Command.output(Command.compileC(file, folder.resolve("constants")).toString());
    for (String line : output.lines().toList()) {
      Set<Integer> values = new TreeSet<>();
      for (String value : line.split(" ", -1)) {
        if (!value.isEmpty()) {
          values.add(Integer.valueOf(value));
        }
      }
      theirs.add(values);
    }
    assertTrue(ours.size() > 10);
    assertEquals(theirs, ours);
  }
}
