package org.chrootlite.compile.seccomp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.testing.UnderFilter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Shells, languages and compilers of the host start under the filter and do what they usually do. */
class ProgramsUnderTheFilterIT {

  @TempDir static Path folder;

  private static UnderFilter ours;

  @BeforeAll
  static void compile() throws IOException {
    ours = UnderFilter.in(folder, SeccompFilter.forArchitecture(UnderFilter.HOST).program());
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
    assertEquals(expected, ours.run("/bin/dash", "-c", script));
    assertEquals(expected, ours.run("/bin/bash", "-c", script));
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
        init is out of reach""", ours.run("/usr/bin/python3", script.toString()));
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
    assertEquals("child\nthread\ntrue", ours.run(java, source.toString()));
  }

  private record Language(String program, String flag, String script, String output) {}

  /** What is installed differs from host to host; Debian always has Perl. */
  @TestFactory
  Stream<DynamicTest> otherLanguagesThatThisHostHasWork() {
    return Stream.of(
            new Language("/usr/bin/perl", "-e", """
                $| = 1;
                my $child = fork() // die;
                if (!$child) { print "child\n"; exit 0; }
                waitpid($child, 0);
                local $SIG{ALRM} = sub { print "alarm\n" };
                alarm 1; select(undef, undef, undef, 2);
                print getpwuid($<) ? "user\n" : "nobody\n";
                """, "child\nalarm\nuser"),
            new Language("/usr/bin/node", "-e", """
                const { execSync } = require("child_process");
                const { Worker } = require("worker_threads");
                console.log(execSync("echo child").toString().trim());
                console.log(require("os").networkInterfaces().lo[0].address);
                require("fs").promises.readFile("/etc/passwd").then(text => {
                  console.log(text.length > 0);
                  new Worker("console.log('worker')", { eval: true });
                });
                """, "child\n127.0.0.1\ntrue\nworker"))
        .filter(language -> Files.isExecutable(Path.of(language.program)))
        .map(language -> DynamicTest.dynamicTest(language.program, () ->
            assertEquals(language.output, ours.run(language.program, language.flag, language.script))));
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
    assertEquals("", ours.run("/usr/bin/gcc", "-pthread", "-o", target, source.toString()));
    assertEquals("compiled", ours.run(target));
  }
}
