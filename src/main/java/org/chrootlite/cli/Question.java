package org.chrootlite.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Something that only a person may decide. */
final class Question {
  private Question() {}

  /** Whether there is somebody to ask: who answers sees the question. */
  static boolean canBeAsked(Context context) {
    return context.streams().terminal().input() && context.streams().terminal().error();
  }

  /** Asks at the terminal; all but a clear yes is no. */
  static boolean isAnsweredYes(String question, Context context) throws IOException {
    context.streams().out().flush();
    context.streams().err().print(question + " [y/N] ");
    context.streams().err().flush();
    String answer = line(context).strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  /** Byte by byte: what follows the line is not ours. */
  private static String line(Context context) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = context.streams().in().read(); b >= 0 && b != '\n'; b = context.streams().in().read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
