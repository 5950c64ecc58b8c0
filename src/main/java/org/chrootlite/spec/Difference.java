package org.chrootlite.spec;

import java.util.List;
import java.util.Optional;

/**
 * A setting that two specs give different values.
 *
 * @param field such as {@code limits.memory}, {@code mounts[/data]}, {@code scripts.hello.run}, or {@code
 *     scripts.hello} where only one of them has the script
 * @param before on one line, as people write it, cut where it is long; empty where it is not set
 * @param after likewise, and never the same
 */
public record Difference(String field, Optional<String> before, Optional<String> after) {
  /** All differences between two specs, sorted by field; none exactly where they are equal. */
  public static List<Difference> between(Spec before, Spec after) {
    return Differences.between(before, after);
  }
}
