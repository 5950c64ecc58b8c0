package org.chrootlite.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SharedObjectsTest {
  private static final long MIB = 1 << 20;

  private final SharedObjects objects = new SharedObjects();

  private static String mapping(long pages, String permissions, long offset, String device, long inode, String name) {
    long begin = 0x7f0a_4000_0000L;
    return "%x-%x %s %08x %s %d %s\n".formatted(begin, begin + pages * 4096, permissions, offset, device, inode, name);
  }

  private static String shared(long pages, long offset, long inode) {
    return mapping(pages, "rw-s", offset, "00:01", inode, "                  /dev/zero (deleted)");
  }

  private long look(String... maps) {
    for (String each : maps) {
      objects.add(each);
    }
    return objects.finishLook();
  }

  @Test
  void onlyWhatIsSharedWithoutAFileCounts() {
    long none =
        look(
            mapping(256, "rw-p", 0, "00:00", 0, "")
                + mapping(256, "rw-p", 0, "00:01", 7, "/dev/zero (deleted)")
                + mapping(256, "r--s", 0, "00:2f", 8, "/tmp/file")
                + mapping(256, "r-xp", 0, "fd:00", 9, "/usr/lib/libc.so.6"));
    assertEquals(0, none);
    assertEquals(4 * MIB,
        look(
            shared(256, 0, 1)
                + mapping(256, "r-xs", 0, "00:01", 2, "[anon_shmem:any name]")
                + mapping(256, "rw-s", 0, "00:09", 3, "/memfd:x (deleted)")
                + mapping(256, "rw-s", 0, "00:0f", 4, "/anon_hugepage (deleted)")));
  }

  @Test
  void anObjectThatSeveralMapCountsOnce() {
    assertEquals(MIB, look(shared(256, 0, 1), shared(256, 0, 1), shared(16, 0, 1)));
    assertEquals(0, look(""));
  }

  @Test
  void aPartStandsForAllThatLiesBeforeIt() {
    assertEquals(MIB + 4096, look(shared(1, MIB, 1)));
  }

  @Test
  void whatWasUnmappedStaysInTheObject() {
    assertEquals(MIB, look(shared(256, 0, 1)));
    assertEquals(MIB, look(shared(1, 0, 1)));
  }

  @Test
  void whoTrimsOneIsTakenToHaveTrimmedAll() {
    assertEquals(MIB + 3 * 4096, look(shared(256, 0, 1) + shared(1, 0, 2) + shared(1, 0, 3) + shared(1, 0, 4)));
    assertEquals(4 * MIB, look(shared(1, 0, 1) + shared(1, 0, 2) + shared(1, 0, 3) + shared(1, 0, 4)));
  }

  @Test
  void whatNobodyMapsAnyMoreIsGone() {
    assertEquals(2 * MIB, look(shared(256, 0, 1) + shared(256, 0, 2)));
    assertEquals(MIB, look(shared(256, 0, 2)));
    assertEquals(4096, look(shared(1, 0, 1)));
  }
}
