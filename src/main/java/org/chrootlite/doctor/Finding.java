package org.chrootlite.doctor;

import java.util.Optional;
import org.chrootlite.model.Gap;

/**
 * One thing that was found.
 *
 * @param about what was looked at, such as {@code /proc} or {@code memory}
 * @param detail how it works or is kept, or what it was not tried for; may be empty where there is a gap
 * @param gap why it does not, and what to do about it: present exactly where the mark {@linkplain Mark#isGap() is one}
 */
public record Finding(Mark mark, String about, String detail, Optional<Gap> gap) {
  /** Checks that a gap is told where there is one. */
  public Finding {
    if (mark.isGap() != gap.isPresent()) {
      throw new IllegalArgumentException(about + " is " + mark.word() + ", and its gap is " + gap);
    }
  }

  /** It works. */
  public static Finding ok(String about, String detail) {
    return new Finding(Mark.OK, about, detail, Optional.empty());
  }

  /** Worth knowing. */
  public static Finding note(String about, String detail) {
    return new Finding(Mark.NOTE, about, detail, Optional.empty());
  }

  /** It works, but not as it should. */
  public static Finding degraded(String about, String detail, Gap gap) {
    return new Finding(Mark.DEGRADED, about, detail, Optional.of(gap));
  }

  /** It does not work. */
  public static Finding missing(String about, Gap gap) {
    return new Finding(Mark.MISSING, about, "", Optional.of(gap));
  }

  /** Nobody knows. */
  public static Finding untried(String about, String detail) {
    return new Finding(Mark.UNTRIED, about, detail, Optional.empty());
  }
}
