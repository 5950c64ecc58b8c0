package org.chrootlite.rootfs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every entry of a tree, decided and not yet written.
 *
 * @param entries by absolute path inside the tree; a directory comes before what is in it, and no path leads through a
 *     link
 * @param omitted what of the host's directories is left out because it cannot be had as it is: links that lead out of
 *     the tree or in circles, devices, pipes, sockets, strange names
 * @param watched host paths, with what they were like; when all are as they were, a new plan would be this one
 */
record TreePlan(SortedMap<String, Entry> entries, List<Omission> omitted, SortedMap<String, String> watched) {
  /** One thing in the tree. */
  sealed interface Entry {}

  /** A directory, mode 0755. */
  record Directory() implements Entry {}

  /** A symbolic link. */
  record Link(String target) implements Entry {}

  /** A text file, mode 0644. */
  record Text(String content) implements Entry {
    byte[] bytes() {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A copy of a file of the host, mode 0755 where anybody may execute that one, else 0644, with its time. */
  record Copied(Path source, FileStat stat) implements Entry {}

  /** Something that is left out. */
  record Omission(String path, String reason) {}

  /** Copies the collections. */
  TreePlan {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    omitted = List.copyOf(omitted);
    watched = Collections.unmodifiableSortedMap(new TreeMap<>(watched));
  }

  /** One line an entry: two plans are the same when their lines are. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    entries.forEach(
        (path, entry) ->
            lines.add(
                switch (entry) {
                  case Directory directory -> "directory " + path;
                  case Link(String target) -> "link " + path + " -> " + target;
                  case Text(String content) -> "text " + path + " " + content.replace("\n", "\\n");
                  case Copied(Path source, FileStat stat) -> "file " + path + " " + stat.describe();
                }));
    return lines;
  }
}
