package org.chrootlite.compile.seccomp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
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
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter in the kernel that runs this test, as whatever user runs it. */
class SeccompFilterIT {

  private static final Architecture HOST = switch (System.getProperty("os.arch")) {
    case "amd64" -> Architecture.X86_64;
    case "aarch64" -> Architecture.AARCH64;
    case String other -> throw new AssertionError("no filter for " + other);
  };

  private static final SeccompFilter FILTER = SeccompFilter.forArchitecture(HOST);

  @TempDir static Path folder;

  @BeforeAll
  static void compileTheProber() throws IOException {
    Command.compileC(Path.of("src/test/c/under-filter.c"), prober());
    Files.write(folder.resolve("filter"), FILTER.bytes());
    Assembler assembler = new Assembler();
    assembler.ret(new Action.Allow());
    Files.write(folder.resolve("allow-all"), assembler.assemble().bytes());
  }

  private static Path prober() {
    return folder.resolve("under-filter");
  }

  /** A call as the prober reads it: "P" is a pointer. */
  private static String call(int number, String... arguments) {
    StringBuilder line = new StringBuilder("64 ").append(Integer.toHexString(number));
    for (int i = 0; i < 6; i++) {
      line.append(' ').append(i < arguments.length ? arguments[i] : "0");
    }
    return line.append('\n').toString();
  }

  private static String call(Syscall syscall, String... arguments) {
    return call(syscall.number(HOST), arguments);
  }

  private static List<String> probe(String filter, String calls) {
    return Command.output(calls, List.of(prober().toString(), folder.resolve(filter).toString(), "probe"))
        .lines()
        .toList();
  }

  private static String answer(String call) {
    return probe("filter", call).getFirst();
  }

  /** Calls that the simulator lets through are not made here: some would do harm. */
  @Test
  void whatTheSimulatorRefusesTheKernelRefusesAlike() {
    Random random = new Random(6);
    StringBuilder calls = new StringBuilder();
    List<String> expected = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>(List.of(0x3fff_ffff, 0x4000_0000, 0x4000_0027, 0x7fff_ffff, 0x8000_0000, -1));
    for (int number = 0; number <= 600; number++) {
      numbers.add(number);
    }
    TreeSet<Integer> refused = new TreeSet<>();
    for (int number : numbers) {
      for (int i = 0; i < 6; i++) {
        List<Long> arguments = Calls.arguments(HOST, number, random);
        SeccompData call = new SeccompData(number, (int) HOST.auditArch(), 0, arguments);
        Action action = Simulator.run(FILTER.program(), call);
        if (!(action instanceof Action.Allow)) {
          refused.add(number);
          String line = call(number, arguments.stream().map(Long::toHexString).toArray(String[]::new));
          calls.append(line);
          expected.add(line.strip() + " -> " + seen(action));
        }
      }
    }
    assertTrue(refused.size() > 200 && refused.contains(Syscall.KILL.number(HOST)), refused::toString);

    List<String> answers = probe("filter", calls.toString());

    List<String> lines = calls.toString().lines().toList();
    List<String> actual = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      actual.add(lines.get(i) + " -> " + answers.get(i));
    }
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  private static String seen(Action action) {
    return switch (action) {
      case Action.Allow _ -> "result 0";
      case Action.Fail(var errno) -> "errno " + errno.number();
      case Action.KillProcess _ -> "signal 31";
    };
  }

  @Test
  void callsOfAnotherAbiAreKilled() {
    assertEquals(Architecture.X86_64, HOST, "there is no other ABI to call by on aarch64");
    String i386Getpid = "32 14 0 0 0 0 0 0\n";
    String x32Getpid = call(0x4000_0027);
    // Without a filter the first works, or the kernel has no i386 at all.
    assertTrue(probe("allow-all", i386Getpid).getFirst().startsWith("result "));
    assertEquals("signal 31", answer(i386Getpid));
    assertEquals("signal 31", answer(x32Getpid));
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
      assertTrue(answer(call).startsWith("result "), () -> call + answer(call));
    }
  }

  @Test
  void refusedCallsAreOnesThatTheKernelWouldHaveMade() {
    String unshareNothing = call(Syscall.UNSHARE, "0");
    String signalToInit = call(Syscall.TGKILL, "0", "1", "0");
    assertEquals("result 0", probe("allow-all", unshareNothing).getFirst());
    assertEquals("errno 1", answer(unshareNothing));
    assertEquals("errno 22", probe("allow-all", signalToInit).getFirst());
    assertEquals("errno 1", answer(signalToInit));
  }

  @Test
  void theHighHalfOfAnIoctlsRequestHidesNothing() {
    String tiocsti = call(Syscall.IOCTL, "0", "5412", "P");
    String disguised = call(Syscall.IOCTL, "0", "deadbeef00005412", "P");
    // Not a terminal: the kernel looked at the request.
    assertEquals(probe("allow-all", tiocsti), probe("allow-all", disguised));
    assertEquals("errno 1", answer(tiocsti));
    assertEquals("errno 1", answer(disguised));
  }

  private static String run(String... command) {
    List<String> all = new ArrayList<>(List.of(prober().toString(), folder.resolve("filter").toString(), "exec"));
    all.addAll(List.of(command));
    return Command.output("", all).strip();
  }

  @Test
  void shellsAndTheUsualProgramsWork() {
    String script = """
        set -e
        cd "$(mktemp -d)"
        echo one > a && mkfifo f && mkdir -p d/e && cp -p a d/e/b && ln -s a s && chmod 1755 d
        (cat f > got) & echo piped > f; wait
        find . -type f | sort | xargs cat
        sh -c 'kill -TERM $$' || echo "ended with $?"
        tar cf - d | tar tf - | wc -l
        id -u > /dev/null; date > /dev/null; df . > /dev/null; ps > /dev/null
        sleep 0.01
        if chmod u+s a 2> /dev/null; then echo set-user-id; fi
        if kill -0 1 2> /dev/null; then echo reached init; fi
        """;
    String expected = "one\none\npiped\nended with 143\n3";
    assertEquals(expected, run("/bin/dash", "-c", script));
    assertEquals(expected, run("/bin/bash", "-c", script));
  }

  @Test
  void pythonWorksWithItsProcessesThreadsAndEventLoops() throws IOException {
    Path script = Files.writeString(folder.resolve("script.py"), """
        import asyncio, ctypes, multiprocessing, os, signal, socket, sqlite3, subprocess, tempfile, threading

        def square(x):
            return x * x

        if __name__ == "__main__":
            for method in ["fork", "spawn", "forkserver"]:
                with multiprocessing.get_context(method).Pool(2) as pool:
                    print(method, pool.map(square, range(5)))
            queue = multiprocessing.Queue()
            queue.put("queued")
            print(queue.get())
            print(subprocess.run(["echo", "child"], capture_output=True, text=True, check=True).stdout.strip())
            results = []
            threads = [threading.Thread(target=results.append, args=(i,)) for i in range(4)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            print(sorted(results))

            async def main():
                server = await asyncio.start_server(lambda r, w: (w.write(b"hello"), w.close()), "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                print(await reader.read())
                process = await asyncio.create_subprocess_exec("true")
                print(await process.wait())
            asyncio.run(main())
            print(socket.if_nameindex()[0][1], bool(socket.getaddrinfo("127.0.0.1", 80)))
            with tempfile.TemporaryDirectory() as folder:
                database = sqlite3.connect(folder + "/db")
                database.execute("create table t (x)")
                database.commit()
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            signal.signal(signal.SIGALRM, lambda *_: None)
            signal.pause()
            try:
                os.kill(1, 0)
            except PermissionError:
                print("init is out of reach")
        """);
    assertEquals("""
        fork [0, 1, 4, 9, 16]
        spawn [0, 1, 4, 9, 16]
        forkserver [0, 1, 4, 9, 16]
        queued
        child
        [0, 1, 2, 3]
        b'hello'
        0
        lo True
        init is out of reach""", run("/usr/bin/python3", script.toString()));
  }

  @Test
  void theJvmWorks() throws IOException {
    Path source = Files.writeString(folder.resolve("Hello.java"), """
        void main() throws Exception {
          var child = new ProcessBuilder("echo", "child").start();
          IO.println(new String(child.getInputStream().readAllBytes()).strip());
          try (var executor = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            IO.println(executor.submit(() -> "thread").get());
          }
          IO.println(java.net.NetworkInterface.getByName("lo").isLoopback());
          System.gc();
        }
        """);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertEquals("child\nthread\ntrue", run(java, source.toString()));
  }

  @Test
  void nodeWorks() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/node")), "Node.js is not installed here");
    String script = """
        const { execSync } = require("child_process");
        const { Worker } = require("worker_threads");
        console.log(execSync("echo child").toString().trim());
        console.log(require("os").networkInterfaces().lo[0].address);
        require("fs").promises.readFile("/etc/passwd").then(text => {
          console.log(text.length > 0);
          new Worker("console.log('worker')", { eval: true });
        });
        """;
    assertEquals("child\n127.0.0.1\ntrue\nworker", run("/usr/bin/node", "-e", script));
  }

  @Test
  void gccAndWhatItMakesWork() throws IOException {
    Path source = Files.writeString(folder.resolve("hello.c"), """
        #include <pthread.h>
        #include <stdio.h>
        static void *hello(void *text) { puts(text); return 0; }
        int main(void) {
          pthread_t thread;
          return pthread_create(&thread, 0, hello, "compiled") || pthread_join(thread, 0);
        }
        """);
    String target = folder.resolve("hello").toString();
    assertEquals("", run("/usr/bin/gcc", "-pthread", "-o", target, source.toString()));
    assertEquals("compiled", run(target));
  }
}
