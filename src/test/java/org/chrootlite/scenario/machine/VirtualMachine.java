package org.chrootlite.scenario.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.linux.Architecture;
import org.chrootlite.testing.Command;

/**
 * A machine that boots, carries out a task and is gone. All of it is emulated, so it is slow and its times mean little;
 * it has no network.
 *
 * <p>It has a file system of its own on {@code /dev/vda}; its results come back on {@code /dev/vdb}, as an archive.
 */
final class VirtualMachine {
  private static final Path RESOURCES = Path.of("src/test/resources/scenario/machine");

  /** What Debian's kernel needs to see its disks and has not built in; then what a sandbox needs. In this order. */
  private static final List<String> MODULES = List.of("virtio_pci", "virtio_blk", "overlay");

  private VirtualMachine() {}

  /**
   * What a task left.
   *
   * @param directory the files that it made in its working directory
   * @param exit its exit code
   * @param console what it printed, among the messages of the kernel
   */
  record Results(Path directory, int exit, String console) {
    /** A file that the task made. */
    String text(String file) throws IOException {
      return Files.readString(directory.resolve(file));
    }
  }

  /**
   * Boots, runs a task and waits for its end.
   *
   * @param root what is to be on its disk, besides the task; it is gone afterwards
   * @param task a script with its interpreter in its first line; it begins in an empty directory
   * @param work where files can be made
   * @param limit after which the machine is ended, and the test fails
   */
  static Results run(Architecture architecture, Path root, String task, Path work, Duration limit)
      throws IOException, InterruptedException {
    Kernel kernel = Kernel.of(architecture);
    Path results = Files.createDirectory(work.resolve("results"));
    Path disk = disk(kernel, root, task, work.resolve("disk"));
    Path archive = work.resolve("archive");
    Command.output("truncate", "--size=16M", archive.toString());
    Path console = work.resolve("console");

    List<String> command = new ArrayList<>(List.of("timeout", "--signal=KILL", limit.toSeconds() + "s"));
    command.addAll(emulator(architecture));
    command.addAll(List.of("-accel", "tcg", "-smp", "2", "-m", "1024", "-nodefaults", "-nographic", "-no-reboot"));
    command.addAll(List.of("-serial", "stdio", "-kernel", kernel.image().toString()));
    command.addAll(List.of("-initrd", initramfs(kernel, work.resolve("initramfs")).toString()));
    command.addAll(List.of("-append", "quiet panic=-1 console=" + console(architecture)));
    command.addAll(drive(disk));
    command.addAll(drive(archive));
    Process machine =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(console.toFile()).start();
    try {
      machine.getOutputStream().close();
      if (machine.waitFor() != 0) {
        throw new AssertionError(
            "no end within " + limit + ", or no start (.ci/run installs what is needed): " + command + "\n"
                + text(console));
      }
    } finally {
      // timeout(1) passes it on.
      machine.destroy();
    }
    try {
      Command.output("tar", "-x", "-C", results.toString(), "-f", archive.toString());
      int exit = Integer.parseInt(Files.readString(results.resolve("exit")).strip());
      return new Results(results, exit, text(console));
    } catch (IOException e) {
      throw new AssertionError("the machine did not get so far:\n" + text(console), e);
    }
  }

  private static List<String> emulator(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> List.of("qemu-system-x86_64", "-machine", "q35", "-cpu", "max");
      case AARCH64 -> List.of("qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a57");
    };
  }

  private static String console(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> "ttyS0";
      case AARCH64 -> "ttyAMA0";
    };
  }

  private static List<String> drive(Path image) {
    return List.of("-drive", "if=virtio,format=raw,cache=unsafe,file=" + image);
  }

  private static Path disk(Kernel kernel, Path root, String task, Path image) throws IOException {
    for (String directory : List.of("boot", "dev", "proc", "sys", "run", "results")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.copy(kernel.busybox(), root.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(RESOURCES.resolve("start"), root.resolve("boot/start"));
    Path executable = Files.writeString(root.resolve("boot/task"), task);
    Command.output("chmod", "755", executable.toString());
    // Sparse: it costs what is in it.
    Command.output("mke2fs", "-q", "-t", "ext4", "-d", root.toString(), image.toString(), "1G");
    Command.output("rm", "-r", root.toString());
    return image;
  }

  private static Path initramfs(Kernel kernel, Path directory) throws IOException {
    for (String name : List.of("bin", "dev", "disk", "modules")) {
      Files.createDirectories(directory.resolve(name));
    }
    Files.copy(kernel.busybox(), directory.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES);
    Path init = Files.copy(RESOURCES.resolve("init"), directory.resolve("init"));
    Command.output("chmod", "+x", init.toString());
    List<String> order = new ArrayList<>();
    for (Map.Entry<String, Path> module : kernel.modules(MODULES).entrySet()) {
      Files.copy(module.getValue(), directory.resolve("modules").resolve(module.getKey() + ".ko"));
      order.add(module.getKey());
    }
    Files.write(directory.resolve("modules/order"), order);
    Path archive = directory.resolveSibling("initramfs.cpio");
    Command.output("sh", "-c", "cd \"$0\" && find . | busybox cpio -o -H newc >\"$1\" 2>&-", directory.toString(),
        archive.toString());
    return archive;
  }

  private static String text(Path console) throws IOException {
    return Files.readString(console, StandardCharsets.ISO_8859_1);
  }
}
