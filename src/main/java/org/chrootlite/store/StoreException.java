package org.chrootlite.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state directory cannot be used. The message says which place, why, and what to do. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  private final String problem;
  private final @Nullable String remedy;

  StoreException(String message) {
    this(message, (IOException) null);
  }

  StoreException(String message, @Nullable IOException cause) {
    super(message, cause);
    this.problem = message;
    this.remedy = null;
  }

  /** A problem and what to do about it; the message is both. */
  StoreException(String problem, String remedy, @Nullable IOException cause) {
    super(problem + ": " + remedy, cause);
    this.problem = problem;
    this.remedy = remedy;
  }

  /** The message, without the remedy where that is known by itself. */
  public String problem() {
    return problem;
  }

  /** What to do, where the message does not say it in other words. */
  public Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }

  /**
   * What the operating system did not let us do, in our words.
   *
   * @param problem such as {@code cannot lock FILE}
   */
  static StoreException because(String problem, IOException cause) {
    return cause instanceof StoreException same ? same : new StoreException(problem + ": " + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    String text = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
    String reason = text == null ? "" : text;
    if (cause instanceof AccessDeniedException denied) {
      return "permission denied on " + denied.getFile() + "; run as who owns it, or name another with --home DIR";
    } else if (cause instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is not a directory; name another with --home DIR";
    } else if (cause instanceof NoSuchFileException missing) {
      return missing.getFile() + " is not there; did somebody remove it just now?";
    } else if (reason.contains("No space left on device") || reason.contains("quota exceeded")) {
      return reason + "; free some, or run chroot-lite cleanup";
    } else if (reason.contains("Read-only file system")) {
      return "its file system is read-only; name another directory with --home DIR or CHROOT_LITE_HOME";
    }
    return String.valueOf(cause.getMessage());
  }
}
