package org.chrootlite.engine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.host.Overcommit;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Sandbox;
import org.chrootlite.rootfs.ProgramSize;
import org.chrootlite.run.Clues;
import org.chrootlite.run.HostSettings;
import org.chrootlite.run.Remedies;
import org.chrootlite.run.Report;

/**
 * What a run has left on the host, and what it was made from.
 *
 * @param rootfs its root's lower layer
 * @param layer what its sandbox keeps; empty where nothing is
 * @param artifacts the copies, as they were made while it ended
 * @param report says which of them were made
 * @param began when it did
 */
record RunTraces(
    Sandbox sandbox,
    JailPlan plan,
    Path rootfs,
    Optional<Path> layer,
    Artifacts artifacts,
    Report report,
    Instant began)
    implements Clues {
  @Override
  public Optional<Gap> sourceOf(Origin origin) {
    for (Mount mount : sandbox.mounts()) {
      if (mount instanceof Mount.Bind bind && bind.origin().equals(origin)) {
        return obstacle(bind);
      }
    }
    return Optional.empty();
  }

  private static Optional<Gap> obstacle(Mount.Bind bind) {
    try {
      Files.readAttributes(bind.source(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.empty();
    } catch (AccessDeniedException e) {
      return Optional.of(Remedies.ofClosed(bind.source(), bind.origin()));
    } catch (FileSystemException e) {
      boolean isMissing = e instanceof NoSuchFileException || "Not a directory".equals(e.getReason());
      return isMissing ? Optional.of(Remedies.ofMissing(bind.source(), bind.origin())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the error of the step is all that is known
    }
  }

  @Override
  public HostSettings settings() {
    return HostSettings.OF_HOST;
  }

  @Override
  public Optional<Demand> demand() throws IOException {
    if (!(plan.script().getLast() instanceof Step.Execute execute)) {
      return Optional.empty();
    }
    for (String path : execute.paths()) {
      Optional<Demand> demand = demand(path);
      if (demand.isPresent()) {
        return demand;
      }
    }
    return Optional.empty();
  }

  private Optional<Demand> demand(String path) throws IOException {
    Optional<byte[]> script = script(path);
    if (script.isEmpty()) {
      return demand(path, program(path));
    }
    // A script is not what is loaded, its interpreter is.
    List<String> interpreter = FirstLine.interpreter(script.get());
    return interpreter.isEmpty()
        ? demand(path, ProgramSize.of(script.get()))
        : demand(interpreter.getFirst(), program(interpreter.getFirst()));
  }

  private static Optional<Demand> demand(String path, Optional<ProgramSize> size) throws IOException {
    return size.isEmpty()
        ? Optional.empty()
        : Optional.of(new Demand(path, size.get().bytes(), size.get().largest(), Overcommit.largestMapping()));
  }

  /** The script's own file, if that is what the path leads to. */
  private Optional<byte[]> script(String path) {
    for (Step step : plan.init()) {
      if (step instanceof Step.PlaceScript place && path.equals("/run/" + place.name())) {
        return Optional.of(place.content().bytes());
      }
    }
    return Optional.empty();
  }

  /** Of a program that no script of this sandbox can have changed: else one could make up its excuse. */
  private Optional<ProgramSize> program(String path) throws IOException {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    Optional<Mount> mount = mount(path);
    if (mount.isEmpty()) {
      return layer.isPresent() ? Optional.empty() : ProgramSize.of(rootfs, path);
    }
    return switch (mount.get()) {
      case Mount.Bind bind when bind.readOnly() && !path.equals(bind.target()) ->
          ProgramSize.of(bind.source(), path.substring(bind.target().length()));
      case Mount.Bind bind when bind.readOnly() -> ProgramSize.of(Path.of("/"), bind.source().toString());
      case Mount.Bind bind -> Optional.empty();
      case Mount.Tmpfs tmpfs -> Optional.empty();
    };
  }

  /** The innermost mount that a path lies in. */
  private Optional<Mount> mount(String path) {
    Optional<Mount> innermost = Optional.empty();
    for (Mount mount : sandbox.mounts()) {
      boolean isIn = (path + "/").startsWith(mount.target() + "/");
      if (isIn && mount.target().length() > innermost.map(one -> one.target().length()).orElse(0)) {
        innermost = Optional.of(mount);
      }
    }
    return innermost;
  }

  @Override
  public Optional<String> writtenFile(long size) throws IOException {
    Optional<String> found = artifacts.ofSize(size, report);
    WrittenFiles files = new WrittenFiles(size, began);
    if (found.isEmpty() && layer.isPresent()) {
      found = files.find(layer.get().resolve("upper"), "");
    }
    for (Mount mount : sandbox.mounts()) {
      if (found.isEmpty() && mount instanceof Mount.Bind bind && !bind.readOnly()) {
        found = files.find(bind.source(), bind.target());
      }
    }
    return found;
  }
}
