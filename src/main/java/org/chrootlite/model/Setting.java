package org.chrootlite.model;

/** A value and where it comes from. */
public record Setting<T>(T value, Origin origin) {}
