package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chrootlite.store.AtomicFile;

/**
 * One small file a template that tells, without a look at every file, whether the prepared tree is still right.
 *
 * <p>It lists the host's programs and libraries that the tree copies, and the directories that it copies files from,
 * and holds one fingerprint of what they all were like. The trade: a file inside a copied directory that is overwritten
 * in place is not noticed, as looking at 1,500 modules would cost each run 20 ms; package managers rename new files
 * into place, which changes the directory. It knows the boot too: a power failure may have cut files short that were
 * never synced, so after each boot the whole tree is looked at once.
 *
 * @param recipes the templates whose recipes made the tree
 * @param tree the name of the tree's directory
 * @param seal of the tree as it was made; see {@link TreeSeal}
 * @param boot of the host, since when the tree was looked at
 * @param fingerprint of the recipes' text and the watched paths
 */
record WarmIndex(
    List<String> recipes, String tree, String seal, String boot, String fingerprint, List<String> watched) {
  private static final String HEADER = "chroot-lite rootfs index 2";
  private static final int FIRST_WATCHED = 6;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Copies the lists. */
  WarmIndex {
    recipes = List.copyOf(recipes);
    watched = List.copyOf(watched);
  }

  /** The index of a tree that was made by this plan, and has this seal now. */
  static WarmIndex of(List<Recipe> recipes, TreePlan plan, String tree, String seal) throws IOException {
    List<String> names = new ArrayList<>();
    for (Recipe recipe : recipes) {
      names.add(recipe.name());
    }
    return new WarmIndex(
        names, tree, seal, thisBoot(), fingerprint(names, plan.watched()), List.copyOf(plan.watched().keySet()));
  }

  /** Reads an index; empty when there is none, or none that can be read and understood: it is to be made anew. */
  static Optional<WarmIndex> read(Path file) throws IOException {
    if (!isFile(file)) {
      return Optional.empty();
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return Optional.empty();
    }
    if (lines.size() < FIRST_WATCHED || !lines.getFirst().equals(HEADER)) {
      return Optional.empty();
    }
    return Optional.of(
        new WarmIndex(
            List.of(lines.get(1).split(" ", -1)),
            lines.get(2),
            lines.get(3),
            lines.get(4),
            lines.get(5),
            lines.subList(FIRST_WATCHED, lines.size())));
  }

  /** Writes the index, whole or not at all. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER, String.join(" ", recipes), tree, seal, boot, fingerprint));
    lines.addAll(watched);
    if (!isFile(file)) {
      // A directory would not give way to the file.
      TreeWriter.delete(file);
    }
    AtomicFile.write(
        file,
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1),
        PosixFilePermissions.fromString("rw-------"));
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether the tree was looked at since the host started. */
  boolean isOfThisBoot() throws IOException {
    return boot.equals(thisBoot());
  }

  /** Whether the recipes, and all of the host that is watched, are as they were when the tree was made. */
  boolean fits(RootedTree host) throws IOException {
    if (!Recipes.names().containsAll(recipes)) {
      return false;
    }
    SortedMap<String, String> now = new TreeMap<>();
    for (String path : watched) {
      now.put(path, Watch.describe(host, path));
    }
    return fingerprint(recipes, now).equals(fingerprint);
  }

  private static String thisBoot() throws IOException {
    return Files.readString(BOOT_ID, StandardCharsets.ISO_8859_1).strip();
  }

  private static String fingerprint(List<String> recipes, SortedMap<String, String> watched) throws IOException {
    Digest digest = new Digest();
    for (String recipe : recipes) {
      digest.line(Recipes.text(recipe));
    }
    for (Map.Entry<String, String> entry : watched.entrySet()) {
      digest.line(entry.getKey()).line(entry.getValue());
    }
    return digest.hex();
  }
}
