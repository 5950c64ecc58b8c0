package org.chrootlite.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.host.HostUser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a full disk, a read-only file system and a missing permission do to a state directory: nothing. */
@Timeout(60)
class NoRoomIT {
  @TempDir Path place;

  private List<String> child(List<String> prefix, String what) throws IOException {
    try (ChildJvm child = ChildJvm.under(prefix, Child.class, what, place.toString())) {
      List<String> lines = new ArrayList<>();
      for (@Nullable String line = child.readLine(); line != null; line = child.readLine()) {
        lines.add(line);
      }
      return lines;
    }
  }

  /** In a mount namespace of its own. */
  private static List<String> unshared(String shell) throws IOException {
    String mode = HostUser.current().isRoot() ? "-m" : "-rm";
    return List.of("unshare", mode, "sh", "-c", shell + " && exec \"$@\"", "sh");
  }

  private static void assertMatches(List<String> patterns, List<String> lines) {
    assertEquals(patterns.size(), lines.size(), lines.toString());
    for (int i = 0; i < patterns.size(); i++) {
      assertTrue(lines.get(i).matches(patterns.get(i)), lines.get(i));
    }
  }

  @Test
  void aFullDiskIsSaidAndNothingHalfMadeIsLeft() throws IOException {
    assertMatches(
        List.of(
            "cannot use the state directory .* as uid \\d+: .*No space left on device; free some, or .*",
            "locks",
            "open",
            "cannot begin a run in .*/running: .*No space left on device; free some, or .*",
            "\\[\\]",
            "locked",
            "cannot begin a run in .*/running: .*No space left on device; free some, or .*",
            "\\[\\]",
            "run"),
        child(unshared("mount -t tmpfs -o size=256k,mode=700 none '" + place + "'"), "full"));
  }

  @Test
  void aReadOnlyFileSystemIsSaidAndLetsOneLook() throws IOException {
    Runs runs = StateDirectory.open(place, HostUser.current().uid(), Waiting.UNTOLD).runs();
    try (Runs.Run run = runs.create(Instant.EPOCH, PosixFilePermissions.fromString("rwx------"), "job")) {
      Files.writeString(run.directory().resolve("stdout"), "x");
      assertEquals(List.of("stdout"), run.keep(Runs.STREAMS));
      assertMatches(
          List.of(
              "kept 1, running 1",
              "cannot begin a run in .*: its file system is read-only; name another directory with --home.*",
              "cannot lock .*/locks/x: its file system is read-only; name another directory with --home.*"),
          child(unshared("mount --bind '" + place + "' '" + place + "' && mount -o remount,bind,ro '" + place + "'"),
              "look"));
    }
  }

  @Test
  void aMissingPermissionIsSaid() throws IOException {
    StateDirectory.open(place, HostUser.current().uid(), Waiting.UNTOLD);
    for (String name : List.of("running", "locks")) {
      Files.setPosixFilePermissions(place.resolve(name), PosixFilePermissions.fromString("r-x------"));
    }
    List<String> withoutPower =
        HostUser.current().isRoot()
            ? List.of("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override")
            : List.of();
    assertMatches(
        List.of(
            "kept 0, running 0",
            "cannot begin a run in .*: permission denied on .*/running/.*; run as who owns it, or name another .*",
            "cannot lock .*/locks/x: permission denied on .*/locks/x; run as who owns it, or name another .*"),
        child(withoutPower, "look"));
  }

  /** Says how it fares there. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path home = Path.of(arguments[1]);
      if (arguments[0].equals("full")) {
        full(home);
      } else {
        look(home);
      }
    }

    private static void full(Path place) throws IOException {
      Path home = Files.createDirectory(place.resolve("home"));
      Path filler = place.resolve("filler");
      fill(filler);
      say(() -> "open " + open(home).home());
      System.out.println(String.join(" ", Entries.names(home)));
      Files.delete(filler);
      StateDirectory state = open(home);
      System.out.println("open");
      for (int i = 0; i < 2; i++) {
        fill(filler);
        say(() -> "run " + begin(state).id());
        System.out.println(Entries.names(home.resolve("running")));
        if (i == 0) {
          // Such as for a cleanup, which makes room.
          state.lock("x").exclusive("cleanup").close();
          System.out.println("locked");
        }
      }
      Files.delete(filler);
      begin(state).close();
      System.out.println("run");
    }

    private static void fill(Path filler) throws IOException {
      try (OutputStream out = Files.newOutputStream(filler)) {
        while (true) {
          out.write(new byte[1024]);
        }
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No space left")) {
          throw e;
        }
      }
    }

    private static void look(Path home) throws IOException {
      StateDirectory existing = StateDirectory.existing(home, HostUser.current().uid()).orElseThrow();
      Runs runs = existing.runs();
      System.out.println("kept " + runs.kept().size() + ", running " + runs.running().size());
      StateDirectory state = open(home);
      say(() -> "run " + begin(state).id());
      say(() -> "locked " + state.lock("x").exclusive("apply"));
    }

    private static Runs.Run begin(StateDirectory state) throws IOException {
      return state.runs().create(Instant.EPOCH, PosixFilePermissions.fromString("rwx------"), "job");
    }

    private static StateDirectory open(Path home) throws IOException {
      return StateDirectory.open(home, HostUser.current().uid(), Waiting.UNTOLD);
    }

    /** What may fail. */
    @FunctionalInterface
    private interface Attempt {
      String outcome() throws IOException;
    }

    private static void say(Attempt attempt) throws IOException {
      try {
        System.out.println(attempt.outcome());
      } catch (StoreException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
