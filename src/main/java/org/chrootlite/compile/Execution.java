package org.chrootlite.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.compile.step.Step;
import org.chrootlite.model.Action;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.User;

/** What is executed in the sandbox: which file, with which arguments and environment. */
final class Execution {
  /** Where the script's file is found. */
  static final String SCRIPT_DIRECTORY = "/run";

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private Execution() {}

  /** The name of the script's file: its own, so that error messages name it as the user knows it. */
  static String scriptName(Script script) {
    return switch (script.action().value()) {
      case Action.Shell shell -> "script";
      case Action.File file -> String.valueOf(file.path().getFileName());
      case Action.Command command -> throw new IllegalArgumentException("a command has no file");
    };
  }

  static Step.Execute step(Sandbox sandbox, Script script) {
    SortedMap<String, String> environment = environment(sandbox, script);
    List<String> argv = new ArrayList<>();
    switch (script.action().value()) {
      case Action.Shell shell -> argv.addAll(List.of("/bin/sh", "-e", SCRIPT_DIRECTORY + "/" + scriptName(script)));
      case Action.File file -> {
        argv.addAll(file.interpreter());
        argv.add(SCRIPT_DIRECTORY + "/" + scriptName(script));
      }
      case Action.Command command -> argv.addAll(command.argv());
    }
    argv.addAll(script.args());
    List<String> candidates = candidates(argv.getFirst(), environment.getOrDefault("PATH", PATH));
    return new Step.Execute(candidates, argv, environment, script.action().origin());
  }

  /** Where a program is looked for, as execvp(3) does: a name without a slash in each directory of PATH. */
  private static List<String> candidates(String program, String path) {
    if (program.contains("/")) {
      return List.of(program);
    }
    List<String> candidates = new ArrayList<>();
    for (String directory : path.split(":", -1)) {
      candidates.add((directory.isEmpty() ? "." : directory) + "/" + program);
    }
    return candidates;
  }

  private static SortedMap<String, String> environment(Sandbox sandbox, Script script) {
    SortedMap<String, String> environment =
        new TreeMap<>(
            Map.of(
                "PATH", PATH,
                "HOME", sandbox.workdir().value(),
                "USER", name(sandbox.user().value()),
                "TERM", "dumb"));
    script.environment().forEach((name, value) -> environment.put(name, value.value()));
    return environment;
  }

  /** As the templates' /etc/passwd names them. */
  private static String name(User user) {
    if (user.uid() == 0) {
      return "root";
    }
    return user.uid() == 65534 ? "nobody" : "user";
  }
}
