package org.chrootlite.manifest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.model.Action;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.jspecify.annotations.Nullable;

/** Reads the scripts of a sandbox. */
final class ScriptReader {
  private static final int MAX_NAME = 63;

  /** What execve(2) takes of arguments and environment where the stack is not limited: a quarter of 8 MiB. */
  private static final long DEFAULT_EXEC = 2L << 20;

  /** It takes at least this (ARG_MAX), and at most three quarters of 8 MiB. */
  private static final long LEAST_EXEC = 128L << 10;

  private static final long MOST_EXEC = 6L << 20;

  /** For what is ours: the interpreter's path and PATH, HOME, USER and TERM. */
  private static final long OURS = 4096;

  private final HostFiles hostFiles;
  private final SortedMap<String, Setting<String>> environment;
  private final Limits limits;

  /**
   * @param environment the sandbox's
   * @param limits the sandbox's, with defaults
   */
  ScriptReader(HostFiles hostFiles, SortedMap<String, Setting<String>> environment, Limits limits) {
    this.hostFiles = hostFiles;
    this.environment = environment;
    this.limits = limits;
  }

  /** The script; null where something is wrong with it that leaves nothing to execute. */
  @Nullable Script read(String name, Place place) {
    checkName(name, place);
    if (!(place.node() instanceof Node.Mapping)) {
      place.problems().misshapen();
      return null;
    }
    @Nullable Setting<Action> action = action(place);
    @Nullable Place argsPlace = place.get("args");
    List<String> args = argsPlace == null ? List.of() : KernelText.arguments(argsPlace);
    SortedMap<String, Setting<String>> variables = new TreeMap<>(environment);
    variables.putAll(EnvironmentReader.read(place.get("environment")));
    @Nullable Place limitsPlace = place.get("limits");
    Limits all = limitsPlace == null ? limits : limits.with(LimitsReader.read(limitsPlace));
    if (limitsPlace != null) {
      MemoryAdvice.check(limitsPlace, all, false);
    }
    Setting<Stdin> stdin = stdin(place);
    List<Setting<String>> artifacts = artifacts(place.get("artifacts"));
    if (action == null) {
      return null;
    }
    MemoryAdvice.checkRuntime(place, action.value(), all);
    checkExec(place, action.value(), args, variables, all);
    return new Script(
        name, action, args, stdin, variables, LimitsReader.settled(all), artifacts, place.origin());
  }

  private static void checkName(String name, Place place) {
    boolean good = !name.isEmpty() && name.charAt(0) != '-' && name.charAt(0) != '.';
    for (int at = 0; at < name.length(); at++) {
      char c = name.charAt(at);
      good &=
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_';
    }
    if (!good) {
      place.keyError(
          Messages.quote(name) + " is not a script's name",
          "letters, digits, dots, hyphens and underscores, with a letter, digit or underscore first");
    } else if (name.length() > MAX_NAME) {
      place.keyError("a script's name must have at most " + MAX_NAME + " characters, not " + name.length(), "");
    }
  }

  private @Nullable Setting<Action> action(Place place) {
    @Nullable Place run = place.get("run");
    @Nullable Place file = place.get("file");
    @Nullable Place command = place.get("command");
    @Nullable Place interpreter = place.get("interpreter");
    List<String> given = new ArrayList<>();
    if (run != null) {
      given.add("run");
    }
    if (file != null) {
      given.add("file");
    }
    if (command != null) {
      given.add("command");
    }
    if (given.size() != 1) {
      String message =
          given.isEmpty() ? "needs one of run, file and command" : "has " + String.join(" and ", given);
      place.keyError(message, "exactly one of run, file and command says what to execute");
    }
    if (interpreter != null && file == null) {
      interpreter.keyError("interpreter goes with file", "");
    }
    if (run != null) {
      return shell(run);
    } else if (file != null) {
      return file(file, interpreter);
    }
    return command == null ? null : command(command);
  }

  private static @Nullable Setting<Action> shell(Place place) {
    @Nullable String text = KernelText.read(place);
    if (text != null && text.isBlank()) {
      place.error("must not be empty", "");
    }
    return text == null ? null : new Setting<>(new Action.Shell(text), place.origin());
  }

  private @Nullable Setting<Action> file(Place place, @Nullable Place interpreterPlace) {
    @Nullable Path path = hostFiles.file(place);
    List<String> interpreter = interpreterPlace == null ? List.of() : program(interpreterPlace);
    return path == null ? null : new Setting<>(new Action.File(path, interpreter), place.origin());
  }

  private static @Nullable Setting<Action> command(Place place) {
    List<String> argv = program(place);
    return argv.isEmpty() ? null : new Setting<>(new Action.Command(argv), place.origin());
  }

  /** An argument vector that starts with a program. */
  private static List<String> program(Place place) {
    List<String> argv = KernelText.arguments(place);
    boolean empty = !(place.node() instanceof Node.Sequence list) || list.items().isEmpty();
    @Nullable Place first = empty ? null : place.item(0);
    if (first == null) {
      place.problems().misshapen();
    } else if (!argv.isEmpty() && argv.getFirst().isEmpty()) {
      first.error("the program's name must not be empty", "");
    } else if (!argv.isEmpty()) {
      SandboxPath.checkLength(first, argv.getFirst());
    }
    return argv;
  }

  private Setting<Stdin> stdin(Place script) {
    @Nullable Place place = script.get("stdin");
    if (place == null) {
      return new Setting<>(new Stdin.Caller(), new Origin.Default(script.path() + ".stdin"));
    }
    Stdin stdin = new Stdin.Caller();
    if (place.node() instanceof Node.Mapping) {
      @Nullable Place textPlace = place.get("text");
      @Nullable String text = textPlace == null ? null : textPlace.text();
      if (textPlace == null || text == null) {
        place.problems().misshapen();
      } else if (KernelText.checkUnicode(textPlace, text)) {
        stdin = new Stdin.Text(text);
      }
    } else {
      @Nullable Path path = hostFiles.input(place);
      if (path != null) {
        stdin = new Stdin.File(path);
      }
    }
    return new Setting<>(stdin, place.origin());
  }

  private static List<Setting<String>> artifacts(@Nullable Place place) {
    List<Setting<String>> artifacts = new ArrayList<>();
    if (place != null) {
      for (Place item : place.items()) {
        @Nullable String path = SandboxPath.read(item);
        if (path != null) {
          artifacts.add(new Setting<>(path, item.origin()));
        }
      }
    }
    return artifacts;
  }

  /** Reports what execve(2) would answer with E2BIG. */
  private static void checkExec(
      Place place,
      Action action,
      List<String> args,
      SortedMap<String, Setting<String>> variables,
      Limits limits) {
    long bytes = OURS + arguments(args);
    bytes +=
        switch (action) {
          case Action.Shell _ -> 0;
          case Action.File file -> arguments(file.interpreter());
          case Action.Command command -> arguments(command.argv());
        };
    for (Map.Entry<String, Setting<String>> variable : variables.entrySet()) {
      bytes += KernelText.bytes(variable.getKey()) + KernelText.bytes(variable.getValue().value()) + 2 + Long.BYTES;
    }
    long most =
        limits
            .get(LimitKind.STACK)
            .map(stack -> Math.clamp(stack.value() / 4, LEAST_EXEC, MOST_EXEC))
            .orElse(DEFAULT_EXEC);
    if (bytes > most) {
      String message = "its arguments and environment take " + bytes + " bytes, and Linux takes " + most;
      place.keyError(message, "Linux takes a quarter of limits.stack");
    }
  }

  private static long arguments(List<String> arguments) {
    long bytes = 0;
    for (String argument : arguments) {
      bytes += KernelText.bytes(argument) + 1 + Long.BYTES;
    }
    return bytes;
  }
}
