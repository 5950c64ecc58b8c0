package org.chrootlite.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chrootlite.diagnostic.Diagnostic;
import org.chrootlite.diagnostic.Printable;
import org.chrootlite.diagnostic.Severity;
import org.chrootlite.engine.Engine;
import org.chrootlite.engine.EngineException;
import org.chrootlite.manifest.Bundled;
import org.chrootlite.manifest.ManifestWriter;
import org.chrootlite.manifest.Manifests;
import org.chrootlite.manifest.Reading;
import org.chrootlite.rootfs.Recipes;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code create}: writes the manifest of a new sandbox, and applies it. */
final class CreateCommand implements Command {
  private static final String PRINT = "--print";
  private static final String SCHEMA = "sandbox-v1.schema.json";

  @Override
  public String name() {
    return "create";
  }

  @Override
  public Group group() {
    return Group.WRITING;
  }

  @Override
  public String summary() {
    return "Write a short manifest from options, and apply it";
  }

  @Override
  public String examples() {
    return """
        chroot-lite create mybox --memory 128MB --cpu 20s --allow-network
        chroot-lite create grader --template python --read-only --mount ./work:/submission --print
        chroot-lite create counter --mount ./src:/src --script lines='wc -l /src/*' --file boxes/counter.yaml""";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(Options.word("1", "NAME", "What the sandbox is called: small letters, digits and hyphens"));
    spec.addOption(Options.flag(PRINT, "Print it, and change nothing"));
    CreateOptions.declare(spec);
  }

  @Override
  public int run(ParseResult parsed, Context context) throws CommandException, EngineException, IOException {
    if (!parsed.hasMatchedPositional(0)) {
      throw CommandException.usage("say what the sandbox is to be called");
    }
    CreateOptions options = new CreateOptions(parsed);
    String name = parsed.matchedPositionalValue(0, "");
    String file = options.file(name);
    Path directory = options.directory();
    String text = ManifestWriter.write(options.draft(name, directory), file, schema(directory));
    Reading reading = Manifests.readText(file, text, Set.copyOf(Recipes.names()));
    if (reading.hasErrors()) {
      throw CommandException.failure(problems(reading, Severity.ERROR, options));
    }
    if (parsed.hasMatchedOption(PRINT)) {
      context.streams().out().print(text);
      if (!reading.diagnostics().isEmpty()) {
        context.complain(problems(reading, Severity.WARNING, options));
      }
      return 0;
    }
    create(new NewFile(Path.of(file), text), context);
    context.println(Printable.escape("wrote " + file));
    return 0;
  }

  /** What is wrong, told of the options: nobody has seen the manifest. */
  private static String problems(Reading reading, Severity severity, CreateOptions options) {
    List<String> problems = new ArrayList<>();
    for (Diagnostic one : reading.diagnostics()) {
      if (one.severity() == severity) {
        String origin = one.path().isEmpty() ? "the manifest" : options.origin(one.path());
        // Quotes, and what paths in a manifest are relative to, are no concern of who typed an option.
        boolean ofYaml = one.hint().contains("quotes") || one.hint().contains("manifest");
        String hint = one.hint().isEmpty() || ofYaml ? "" : "; " + one.hint();
        problems.add((severity == Severity.WARNING ? "warning: " : "") + origin + ": " + one.message() + hint);
      }
    }
    return String.join("\n", problems);
  }

  /** Writes the manifest and applies it; one that cannot be applied is not left behind. */
  private static void create(NewFile manifest, Context context)
      throws CommandException, EngineException, IOException {
    write(manifest);
    boolean applied = false;
    try {
      apply(manifest.path(), context);
      applied = true;
    } finally {
      if (!applied) {
        manifest.withdraw();
      }
    }
  }

  private static void write(NewFile manifest) throws CommandException, IOException {
    Path path = manifest.path();
    String taken = path + " exists already, and was left as it is";
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw CommandException.failure(taken);
    }
    try {
      manifest.write();
    } catch (FileAlreadyExistsException e) {
      throw CommandException.failure(taken);
    } catch (AccessDeniedException e) {
      throw CommandException.failure("cannot write " + path + ": permission denied");
    } catch (FileSystemException e) {
      throw CommandException.failure("cannot write " + path + ": " + e.getReason());
    }
  }

  private static void apply(Path file, Context context)
      throws CommandException, EngineException, IOException {
    List<String> paths = List.of(file.toString());
    try (ProgressLine progress = new ProgressLine(context);
        Engine engine = Engine.open(context.options().home(), progress)) {
      Reading reading = ManifestInput.use(engine, paths, context);
      Consent consent = new Consent(context, "created");
      if (consent.end(engine.apply(reading, Engine.scope(paths, true), consent)) != 0) {
        throw CommandException.failure("the sandbox was not created");
      }
    }
  }

  /** Where editors find the schema that this program checks with, seen from the manifest; nothing where it is not. */
  private static Optional<String> schema(Path directory) throws IOException {
    byte[] ours = Bundled.schema().getBytes(StandardCharsets.UTF_8);
    StringBuilder up = new StringBuilder();
    for (Path at = directory; at != null; at = at.getParent()) {
      for (String name : List.of(SCHEMA, "schemas/" + SCHEMA)) {
        Path file = at.resolve(name);
        if (Files.isRegularFile(file)
            && Files.isReadable(file)
            && Files.size(file) == ours.length
            && Arrays.equals(Files.readAllBytes(file), ours)) {
          return Optional.of(up + name);
        }
      }
      up.append("../");
    }
    return Optional.empty();
  }
}
