package org.chrootlite.rootfs;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes ELF objects that have nothing but what a loader reads to find libraries. */
final class ElfBuilder {
  private static final int HEADERS = 64 + 3 * 56;
  private static final long BASE = 0x400000;

  private record Entry(long tag, String value) {}

  private final List<Entry> entries = new ArrayList<>();
  private int machine = 62;
  private String interpreter = "";

  ElfBuilder machine(int number) {
    machine = number;
    return this;
  }

  ElfBuilder interpreter(String path) {
    interpreter = path;
    return this;
  }

  ElfBuilder needs(String... names) {
    for (String name : names) {
      entries.add(new Entry(1, name));
    }
    return this;
  }

  ElfBuilder rpath(String path) {
    entries.add(new Entry(15, path));
    return this;
  }

  ElfBuilder runpath(String path) {
    entries.add(new Entry(29, path));
    return this;
  }

  byte[] build() {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    strings.writeBytes(interpreter.getBytes(StandardCharsets.ISO_8859_1));
    strings.write(0);
    List<Integer> offsets = new ArrayList<>();
    for (Entry entry : entries) {
      offsets.add(strings.size());
      strings.writeBytes(entry.value.getBytes(StandardCharsets.ISO_8859_1));
      strings.write(0);
    }
    int dynamic = HEADERS + strings.size();
    int dynamicSize = 16 * (entries.size() + 2);
    ByteBuffer file = ByteBuffer.allocate(dynamic + dynamicSize).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464C457F).put(4, (byte) 2).put(5, (byte) 1).putShort(16, (short) 3);
    file.putShort(18, (short) machine).putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 3);
    segment(file, 64, 1, 0, file.capacity());
    segment(file, 64 + 56, 2, dynamic, dynamicSize);
    segment(file, 64 + 112, interpreter.isEmpty() ? 4 : 3, HEADERS + 1, interpreter.length() + 1);
    file.position(HEADERS).put(strings.toByteArray());
    for (int i = 0; i < entries.size(); i++) {
      file.putLong(entries.get(i).tag).putLong(offsets.get(i));
    }
    file.putLong(5).putLong(BASE + HEADERS);
    return file.array();
  }

  private static void segment(ByteBuffer file, int at, int type, long offset, long size) {
    file.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, BASE + offset).putLong(at + 32, size);
  }
}
