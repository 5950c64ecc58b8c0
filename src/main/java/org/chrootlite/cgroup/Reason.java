package org.chrootlite.cgroup;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.chrootlite.linux.Errno;

/** Why the kernel did not do something, as far as Java passes it on. */
final class Reason {
  private Reason() {}

  /** Without the path, where the exception tells it apart. */
  static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> Errno.EACCES.text();
      case NoSuchFileException missing -> Errno.ENOENT.text();
      case FileAlreadyExistsException exists -> Errno.EEXIST.text();
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case FileNotFoundException open -> reason(String.valueOf(open.getMessage()));
      default -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    };
  }

  /** java.io puts the reason in brackets after the path. */
  private static String reason(String message) {
    int bracket = message.lastIndexOf(" (");
    return bracket >= 0 && message.endsWith(")") ? message.substring(bracket + 2, message.length() - 1) : message;
  }

  /** Whether the kernel refuses something for good: not allowed, not there, or held by others. */
  static boolean isRefusal(IOException e) {
    String reason = of(e);
    return e instanceof AccessDeniedException
        || e instanceof NoSuchFileException
        || reason.equals(Errno.EPERM.text())
        || reason.equals(Errno.EROFS.text())
        || reason.equals(Errno.EBUSY.text());
  }
}
