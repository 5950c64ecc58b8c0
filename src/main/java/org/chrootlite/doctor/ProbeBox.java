package org.chrootlite.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chrootlite.compile.machine.Image;
import org.chrootlite.compile.machine.ProgramBuilder;
import org.chrootlite.compile.machine.Target;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;
import org.chrootlite.model.Action;
import org.chrootlite.model.FileLocks;
import org.chrootlite.model.Isolation;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Network;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Script;
import org.chrootlite.model.Setting;
import org.chrootlite.model.Stdin;
import org.chrootlite.model.User;

/** Sandboxes to try a host with: what is executed in them is a program of ours that does nothing and ends. */
public final class ProbeBox {
  private static final String NAME = "doctor";
  private static final String PROGRAM = "probe";
  private static final User NOBODY = new User(65534, 65534);

  /** One of each that a launcher sets by itself: generous, as nothing is to run into them. */
  private static final Map<LimitKind, Long> LIMITS =
      new TreeMap<>(
          Map.of(
              LimitKind.ADDRESS_SPACE, 1L << 30,
              LimitKind.CPU_TIME, 10_000_000_000L,
              LimitKind.WALL_TIME, 10_000_000_000L,
              LimitKind.PROCESSES, 64L,
              LimitKind.OPEN_FILES, 64L,
              LimitKind.FILE_SIZE, 1L << 20,
              LimitKind.DISK, 1L << 20,
              LimitKind.STACK, 8L << 20,
              LimitKind.CORE_SIZE, 0L));

  private ProbeBox() {}

  /** A root directory with nothing but the program, which only its owner may execute. */
  public static void makeRoot(Path root, Architecture architecture) throws IOException {
    Files.createDirectory(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path program = Files.write(root.resolve(PROGRAM), program(architecture));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-x------"));
  }

  /** A sandbox with this root directory, with one script. */
  public static Sandbox of(Path root, Rootfs.Writes writes) {
    List<Limit> limits = new ArrayList<>();
    LIMITS.forEach((kind, value) -> limits.add(new Limit(kind, value, Origin.ALWAYS)));
    Script script = script(new Action.Command(List.of("/" + PROGRAM)), new Limits(limits));
    return new Sandbox(
        NAME,
        setting(NAME),
        "",
        new TreeMap<>(),
        setting(Isolation.STRICT),
        setting(FileLocks.ALLOW),
        new Rootfs(setting(new RootfsSource.Directory(root)), setting(writes)),
        script.limits(),
        setting(Network.NONE),
        List.of(),
        new TreeMap<>(),
        setting("/work"),
        setting(NOBODY),
        setting(NAME),
        List.of(script));
  }

  /** A script with these limits that runs {@link #program}, for a sandbox of somebody else. */
  public static Script script(Limits limits) {
    return script(new Action.File(Path.of(PROGRAM), List.of()), limits);
  }

  private static Script script(Action action, Limits limits) {
    return new Script(
        NAME,
        setting(action),
        List.of(),
        setting(new Stdin.Text("")),
        new TreeMap<>(),
        limits,
        List.of(),
        Origin.ALWAYS);
  }

  private static <T> Setting<T> setting(T value) {
    return new Setting<>(value, Origin.ALWAYS);
  }

  /** A static executable that exits with 0, and needs no root directory for it. */
  public static byte[] program(Architecture architecture) {
    Target.Label end = new Target.Label("end");
    ProgramBuilder code = new ProgramBuilder(end);
    code.place(end);
    code.call(Syscall.EXIT_GROUP, Value.of(0)).onError(end).when(0, end).otherwise(end).emit();
    return Image.executable(code.build(), architecture);
  }
}
