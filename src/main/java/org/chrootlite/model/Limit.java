package org.chrootlite.model;

/**
 * One limit.
 *
 * @param value in {@link LimitKind#unit()}, not negative
 */
public record Limit(LimitKind kind, long value, Origin origin) {}
