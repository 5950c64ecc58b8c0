package org.chrootlite.compile.machine;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Machine code in the making: bytes, labels, and the displacements that wait for a label's place. */
final class CodeBuffer {
  /** Writes a displacement into code that has been emitted before. */
  interface Fixup {
    void apply(byte[] code, int target);
  }

  private record Pending(String label, Fixup fixup) {}

  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Pending> pending = new ArrayList<>();

  int position() {
    return code.size();
  }

  void emit(int... bytes) {
    for (int b : bytes) {
      code.write(b);
    }
  }

  /** Emits four bytes, the lowest first. */
  void emitWord(int word) {
    emit(word & 0xff, word >>> 8 & 0xff, word >>> 16 & 0xff, word >>> 24);
  }

  void label(String name) {
    if (labels.put(name, position()) != null) {
      throw new IllegalStateException("label twice: " + name);
    }
  }

  void fixLater(String label, Fixup fixup) {
    pending.add(new Pending(label, fixup));
  }

  byte[] finish() {
    byte[] bytes = code.toByteArray();
    for (Pending each : pending) {
      Integer target = labels.get(each.label);
      if (target == null) {
        throw new IllegalStateException("undefined label: " + each.label);
      }
      each.fixup.apply(bytes, target);
    }
    return bytes;
  }


  static void setWord(byte[] code, int at, int word) {
    code[at] = (byte) word;
    code[at + 1] = (byte) (word >>> 8);
    code[at + 2] = (byte) (word >>> 16);
    code[at + 3] = (byte) (word >>> 24);
  }
}
