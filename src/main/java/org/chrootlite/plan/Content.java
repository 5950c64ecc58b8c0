package org.chrootlite.plan;

/**
 * What a script's file holds.
 *
 * @param digest SHA-256, in hexadecimal digits
 * @param size in bytes
 */
public record Content(String digest, long size) {}
