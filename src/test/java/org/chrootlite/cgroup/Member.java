package org.chrootlite.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that joins a run's group and then is a shell's. */
record Member(Process process) implements AutoCloseable {
  /** Joins by the entrances, relative to the run's directory, as launchers do; prints "joined", then runs a script. */
  static Member start(Path run, Group group, String script) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String entrance : group.support().entrances()) {
      text.append("echo 0 > ").append(entrance).append(" || exit 99\n");
    }
    List<String> command = new ArrayList<>(List.of("sh", "-c", text + "echo joined\n" + script));
    ProcessBuilder builder = new ProcessBuilder(command).directory(run.toFile());
    Process process = builder.redirectError(new File("/dev/null")).start();
    StringBuilder line = new StringBuilder();
    for (int next = process.getInputStream().read(); next >= 0 && next != '\n'; ) {
      line.append((char) next);
      next = process.getInputStream().read();
    }
    if (!line.toString().equals("joined")) {
      throw new IOException("could not join: " + line);
    }
    return new Member(process);
  }

  /** What it prints until it ends. */
  String output() throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
