package org.chrootlite.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Appends entries, and prints each one's id when {@link History#append} has returned; ends at the first that fails. */
final class Appender {
  private Appender() {}

  /**
   * Runs it.
   *
   * @param args the state directory; the beginning of the ids; how many entries; when a file is full; how many
   *     characters are added to each entry
   */
  public static void main(String[] args) throws IOException {
    History history = History.in(Given.state(Path.of(args[0])), Long.parseLong(args[3]));
    String padding = "x".repeat(Integer.parseInt(args[4]));
    int count = Integer.parseInt(args[2]);
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> entry = Given.run(args[1] + i);
      entry.put("evidence", padding);
      try {
        history.append(entry);
      } catch (HistoryException e) {
        System.out.println(e.getMessage());
        return;
      }
      System.out.println(args[1] + i);
    }
    history.force();
  }
}
