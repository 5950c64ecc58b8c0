package org.chrootlite.probe;

import org.chrootlite.compile.machine.Datum;
import org.chrootlite.compile.machine.Value;
import org.chrootlite.linux.FileFlags;
import org.chrootlite.linux.Syscall;

/** Arguments and calls that many trials have in common. */
final class Kernel {
  static final Value NULL = Value.of(0);
  static final Value HERE = Value.of(FileFlags.AT_FDCWD);
  static final Value BUFFER = Value.addressOf(TrialProgram.BUFFER);
  static final Value CAPACITY = Value.of(TrialProgram.CAPACITY);
  static final Value FIRST = Value.contentsOf(TrialProgram.FIRST);

  private Kernel() {}

  static Value value(long number) {
    return Value.of(number);
  }

  static Value path(String path) {
    return Value.string(path);
  }

  /** The address of these words, which are not to be written to. */
  static Value words(long... words) {
    return Value.addressOf(new Datum.Bytes(Words.of(words)));
  }

  static Trial.Call open(String path) {
    return open(path, FileFlags.O_RDONLY | FileFlags.O_NONBLOCK | FileFlags.O_NOCTTY | FileFlags.O_CLOEXEC);
  }

  static Trial.Call open(String path, long flags) {
    return Trial.Call.of(Syscall.OPENAT, HERE, path(path), value(flags), NULL);
  }

  /** Reads what {@link #open} has opened. */
  static Trial.Call read() {
    return Trial.Call.of(Syscall.READ, FIRST, BUFFER, CAPACITY);
  }

  /** Lists what {@link #open} has opened. */
  static Trial.Call list() {
    return Trial.Call.of(Syscall.GETDENTS64, FIRST, BUFFER, CAPACITY);
  }

  static Trial.Call readLink(String path) {
    return Trial.Call.of(Syscall.READLINKAT, HERE, path(path), BUFFER, CAPACITY);
  }

  static Trial.Call prctl(long option, long... arguments) {
    Value[] all = {value(option), NULL, NULL, NULL, NULL};
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = value(arguments[i]);
    }
    return Trial.Call.of(Syscall.PRCTL, all);
  }
}
