package org.chrootlite.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chrootlite.testing.Command;

/** What root does by hand: a directory with /proc and /dev, and chroot(8). */
final class PlainChroot {
  private final Programs programs;
  private final Ground ground;

  PlainChroot(Programs programs, Ground ground) {
    this.programs = programs;
    this.ground = ground;
  }

  /** What came of the checks; not of those of our own reports. */
  Map<String, String> answers() throws IOException, InterruptedException {
    Path root = ground.path("chroot");
    Command.output("cp", "-a", ground.path("rootfs").toString(), root.toString());
    for (String name : List.of("data", "writable", "scratch")) {
      Files.createDirectory(root.resolve(name));
    }
    for (String name : List.of("data/file", "etc/granted")) {
      Files.writeString(root.resolve(name), "granted\n");
    }
    Files.writeString(root.resolve("etc/resolv.conf"), "nameserver 192.0.2.1\n");
    Files.copy(root.resolve("bin/hostile"), root.resolve("run/granted"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    String facts = Subject.EVERYTHING.facts(ground, true) + "resolver=192.0.2.1\n";
    Map<String, String> answers = new LinkedHashMap<>();
    for (String mode : List.of("end", "killed-caller", "killed-launcher", "timeout")) {
      String only = mode.equals("end") ? "" : "only=none\n";
      List<String> options = List.of("root=" + root, "mode=" + mode, "group=run", "leak=3", "leak=20");
      List<String> command = List.of("chroot", root.toString(), "/bin/hostile");
      Findings.answers(programs.run(ground.path(""), options, command, facts + only)).forEach(answers::putIfAbsent);
    }
    return answers;
  }

  /** Without even a chroot: the one attack that it stops. */
  Map<String, String> answersUnconfined() throws IOException, InterruptedException {
    String facts = "secret=" + ground.path("secret") + "\nonly=host-file-by-path\n";
    List<String> command = List.of(programs.script().toString());
    return Findings.answers(programs.run(ground.path(""), List.of("mode=end"), command, facts));
  }
}
