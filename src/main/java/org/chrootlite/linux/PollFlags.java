package org.chrootlite.linux;

/** Numbers for poll(2) and recv(2); {@code asm-generic/poll.h}, {@code linux/socket.h}. */
public final class PollFlags {
  public static final int POLLIN = 0x1;
  public static final int POLLERR = 0x8;
  public static final int POLLHUP = 0x10;
  public static final int POLLRDHUP = 0x2000;

  public static final long MSG_PEEK = 0x2;
  public static final long MSG_DONTWAIT = 0x40;

  private PollFlags() {}
}
