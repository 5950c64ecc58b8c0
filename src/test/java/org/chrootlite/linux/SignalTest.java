package org.chrootlite.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chrootlite.testing.Command;
import org.junit.jupiter.api.Test;

class SignalTest {

  @Test
  void eachSignalIsNamedAsBashNamesIt() {
    Map<Integer, String> bash = new TreeMap<>();
    Matcher entry = Pattern.compile("(\\d+)\\) (\\S+)").matcher(Command.output("bash", "-c", "kill -l"));
    while (entry.find()) {
      bash.put(Integer.valueOf(entry.group(1)), entry.group(2));
    }
    Map<Integer, String> ours = new TreeMap<>();
    for (int number = 1; number <= Signal.RT_MAX; number++) {
      ours.put(number, Signal.name(number));
    }
    assertEquals("SIG32", ours.remove(32));
    assertEquals("SIG33", ours.remove(33));
    assertEquals(bash, ours);
  }

  @Test
  void aNumberThatIsNoSignalIsShownAsItIs() {
    assertEquals("SIG0", Signal.name(0));
    assertEquals("SIG65", Signal.name(65));
  }
}
