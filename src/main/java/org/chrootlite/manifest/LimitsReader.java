package org.chrootlite.manifest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Origin;
import org.jspecify.annotations.Nullable;

/** Reads {@code limits}, of a sandbox or of a script. */
final class LimitsReader {
  private static final long KIB = 1024;

  /** Ten years: sums with a clock's nanoseconds do not overflow. */
  private static final long LONGEST = 87_600L * 3_600_000_000_000L;

  /** What holds where a manifest says nothing. */
  static final Limits DEFAULTS =
      new Limits(
          List.of(
              new Limit(LimitKind.WALL_TIME, 60_000_000_000L, new Origin.Default("limits.wallTime")),
              new Limit(LimitKind.DISK, KIB * KIB * KIB, new Origin.Default("limits.disk"))));

  private LimitsReader() {}

  /** The limits that are written here. A {@code wallTime} of 0 is among them, so that it overrides another one. */
  static Limits read(Place place) {
    List<Limit> limits = new ArrayList<>();
    for (LimitKind kind : LimitKind.values()) {
      @Nullable Place limit = place.get(kind.key());
      @Nullable Long value = limit == null ? null : value(limit, kind);
      if (limit != null && value != null) {
        limits.add(new Limit(kind, value, limit.origin()));
      }
    }
    return new Limits(limits);
  }

  /** The limits as they hold in the end: no wall time instead of one of 0. */
  static Limits settled(Limits limits) {
    return new Limits(
        limits.all().stream().filter(limit -> limit.kind() != LimitKind.WALL_TIME || limit.value() > 0).toList());
  }

  private static @Nullable Long value(Place place, LimitKind kind) {
    return switch (kind) {
      case MEMORY, ADDRESS_SPACE, STACK -> size(place, 64 * KIB);
      case FILE_SIZE, OUTPUT, CORE_SIZE -> size(place, 0);
      // A tmpfs of size 0 would be one without a limit.
      case DISK -> size(place, 4 * KIB);
      case CPU_TIME -> duration(place, 1);
      case WALL_TIME -> duration(place, 0);
      case CPUS -> cpus(place);
      case PROCESSES -> Numbers.integer(place, 1, 4_194_304);
      case OPEN_FILES -> Numbers.integer(place, 4, 1_048_576);
    };
  }

  /** A size in bytes; null with an error. */
  static @Nullable Long size(Place place, long least) {
    @Nullable Long bytes =
        quantity(place, place.node() instanceof Node.Scalar scalar ? Sizes.parse(scalar.text()) : null);
    if (bytes != null && bytes < least) {
      boolean bare = place.node() instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.INTEGER && bytes > 0;
      place.error("must be at least " + Sizes.format(least), bare ? "did you forget the unit?" : "");
      return null;
    }
    return bytes;
  }

  private static @Nullable Long duration(Place place, long least) {
    @Nullable Long nanos =
        quantity(place, place.node() instanceof Node.Scalar scalar ? Durations.parse(scalar.text()) : null);
    if (nanos != null && nanos < least) {
      place.error("must be more than 0", "leave it out for no limit");
      return null;
    }
    if (nanos != null && nanos > LONGEST) {
      place.error("must be at most " + Durations.format(LONGEST), "");
      return null;
    }
    return nanos;
  }

  private static @Nullable Long quantity(Place place, @Nullable Quantity quantity) {
    return switch (quantity) {
      case Quantity.Amount amount -> amount.value();
      case Quantity.Invalid invalid -> {
        if (isEmpty(place)) {
          place.problems().misshapen();
        } else {
          place.error(invalid.message(), invalid.hint());
        }
        yield null;
      }
      case null -> {
        place.problems().misshapen();
        yield null;
      }
    };
  }

  private static boolean isEmpty(Place place) {
    return place.node() instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL;
  }

  private static @Nullable Long cpus(Place place) {
    if (!(place.node() instanceof Node.Scalar scalar)
        || (scalar.kind() != Node.Kind.INTEGER && scalar.kind() != Node.Kind.FLOAT)) {
      place.problems().misshapen();
      return null;
    }
    String hint = "a number from 0.01 to 4096, such as 1.5";
    try {
      // A double first: the exact form of 1e999999999 would fill the memory.
      double rough = Double.parseDouble(scalar.text());
      if (!(rough >= 0.01 && rough <= 4096)) {
        place.error("must be from 0.01 to 4096 CPUs", hint);
        return null;
      }
      return new BigDecimal(scalar.text()).movePointRight(3).longValueExact();
    } catch (NumberFormatException e) {
      place.error(Messages.quote(scalar.text()) + " is not a number of CPUs", hint);
    } catch (ArithmeticException e) {
      place.error("must not have more than three decimals", hint);
    }
    return null;
  }
}
