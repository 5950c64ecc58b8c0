package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chrootlite.host.Host;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LayerMeterTest {
  @TempDir private Path directory;
  private Path layer;
  private LayerMeter meter;

  @BeforeEach
  void prepare() throws IOException {
    layer = Files.createDirectory(directory.resolve("layer"));
    meter = new LayerMeter(Host.current().architecture());
  }

  /** No path of Java's is long enough for this. */
  @AfterEach
  void remove() {
    Command.output("rm", "-rf", layer.toString());
  }

  private void shell(String script) {
    Command.output("bash", "-c", "cd '" + layer + "' && " + script);
  }

  /** As du(1) counts. */
  private long du() {
    return Long.parseLong(Command.output("du", "-s", "-B1", layer.toString()).split("\t", -1)[0]);
  }

  private long duInodes() {
    return Long.parseLong(Command.output("du", "-s", "--inodes", layer.toString()).split("\t", -1)[0]);
  }

  private LayerUse measured() {
    return new LayerUse(du(), duInodes(), Optional.empty());
  }

  @Test
  void anEmptyDirectoryIsOneInode() {
    assertEquals(measured(), meter.measure(layer));
    assertEquals(1, meter.measure(layer).inodes());
  }

  @Test
  void everythingCountsAsDuCountsIt() {
    shell(
        "head -c 1000000 /dev/zero > plain; truncate -s 1T hole; : > beyond; fallocate -n -l 3000000 beyond;"
            + " mkfifo fifo; ln -s / out; ln -s nowhere dangling; mkdir -p a/b/c; echo > a/b/c/d; ln a/b/c/d e;"
            + " ln a/b/c/d a/f;"
            + " echo > $'\\xff\\n'; mkdir '...' '..x' $'\\xfe'; echo > $'\\xfe/x';"
            + " for i in $(seq 3000); do : > a/a-name-that-takes-some-room-in-its-directory-$i; done; chmod 0 a/b");
    LayerUse use = meter.measure(layer);
    assertEquals(measured(), use);
    assertTrue(use.bytes() > 4_000_000 && use.bytes() < 10_000_000, use::toString);
  }

  @Test
  void aPathLongerThanAnyThatCanBeNamedIsFollowed() {
    String name = "x".repeat(200);
    shell("for i in $(seq 100); do mkdir " + name + " && cd -P " + name + " || exit 1; done; echo data > file");
    LayerUse use = meter.measure(layer);
    assertEquals(102, use.inodes());
    assertEquals(measured(), use);
  }

  @Test
  void aTreeThatIsTooDeepHasAGap() {
    shell("for i in $(seq 300); do mkdir x && cd -P x || exit 1; done; head -c 1000000 /dev/zero > hidden");
    LayerUse use = meter.measure(layer);
    assertEquals(Optional.of("a directory in it lies deeper than 256 others"), use.gap());
    assertTrue(use.inodes() > 250 && use.inodes() < 300, use::toString);
  }

  @Test
  void whatIsNotThereIsAGap() {
    LayerUse use = meter.measure(directory.resolve("nothing"));
    assertEquals(Optional.of("it cannot be read: ENOENT (No such file or directory)"), use.gap());
  }

  @Test
  void nobodyCanLeadItOutByALink() throws IOException {
    Files.createSymbolicLink(layer.resolve("out"), Path.of("/usr"));
    assertEquals(2, meter.measure(layer).inodes());
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/usr"));
    assertEquals(1, meter.measure(link).inodes());
  }

  @Test
  void enoughIsEnough() {
    shell("for i in $(seq 1000); do : > $i; done");
    LayerUse use = meter.measure(layer, (bytes, inodes) -> inodes > 10);
    assertEquals(11, use.inodes());
  }

  @Test
  @Timeout(60)
  void aTreeThatChangesMeanwhileIsMeasuredWithoutAGap() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread changing =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    shell(
                        "for i in 1 2 3 4 5 6 7 8; do mkdir -p a/b/c; : > a/b/c/d; mv a z; rm -r z; mkdir s;"
                            + " rmdir s; ln -s / s; rm s; : > s; rm s; done");
                  }
                });
    try {
      long end = System.nanoTime() + 1_000_000_000L;
      int measured = 0;
      while (System.nanoTime() < end) {
        LayerUse use = meter.measure(layer);
        assertEquals(Optional.empty(), use.gap());
        assertFalse(use.inodes() > 6, use::toString);
        measured++;
      }
      assertTrue(measured > 10, "measured " + measured + " times");
    } finally {
      done.set(true);
      changing.join();
    }
  }
}
