package org.chrootlite.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limits that are set; what is missing is not limited.
 *
 * @param all at most one of each kind, in the order of {@link LimitKind}
 */
public record Limits(List<Limit> all) {
  /** Nothing is limited. */
  public static final Limits NONE = new Limits(List.of());

  /** Orders the limits; of two of one kind the later one holds. */
  public Limits {
    Map<LimitKind, Limit> byKind = new EnumMap<>(LimitKind.class);
    all.forEach(limit -> byKind.put(limit.kind(), limit));
    all = List.copyOf(byKind.values());
  }

  /** The limit of this kind, if there is one. */
  public Optional<Limit> get(LimitKind kind) {
    return all.stream().filter(limit -> limit.kind() == kind).findFirst();
  }

  /** What it is limited to, in the units of {@link LimitKind#unit()}; empty where it is not. */
  public OptionalLong value(LimitKind kind) {
    Optional<Limit> limit = get(kind);
    return limit.isPresent() ? OptionalLong.of(limit.get().value()) : OptionalLong.empty();
  }

  /** These limits, but for those that {@code overriding} sets too. */
  public Limits with(Limits overriding) {
    List<Limit> both = new ArrayList<>(all);
    both.addAll(overriding.all);
    return new Limits(both);
  }
}
