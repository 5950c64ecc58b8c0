package org.chrootlite.rootfs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class WildcardProperties {
  @Property(tries = 3000)
  void aRegularExpressionMatchesTheSame(
      @ForAll @Chars({'a', 'b', '*', '.'}) @StringLength(max = 8) String pattern,
      @ForAll @Chars({'a', 'b', '.'}) @StringLength(max = 12) String name) {
    String regex = pattern.replace(".", "\\.").replace("*", ".*");
    assertEquals(Pattern.matches(regex, name), new Wildcard(pattern).matches(name));
  }
}
