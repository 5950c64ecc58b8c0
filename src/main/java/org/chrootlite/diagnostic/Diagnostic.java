package org.chrootlite.diagnostic;

/**
 * One thing that is wrong with a user's input.
 *
 * @param path the setting that is meant, such as {@code limits.memory}; empty where the file as a whole is meant
 * @param message what is wrong, without a full stop
 * @param hint what would be right or what to do next, shown beside the caret; may be empty
 */
public record Diagnostic(Severity severity, Position position, String path, String message, String hint) {}
