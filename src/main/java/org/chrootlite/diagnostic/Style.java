package org.chrootlite.diagnostic;

/** How text looks on a terminal. See "ECMA-48 Select Graphic Rendition" in console_codes(4). */
public enum Style {
  PLAIN(""),
  BOLD("1"),
  BOLD_RED("1;31"),
  BOLD_YELLOW("1;33"),
  BOLD_CYAN("1;36"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  CYAN("36");

  private final String codes;

  Style(String codes) {
    this.codes = codes;
  }

  /** The text, which looks so, and what follows it as before. */
  public String paint(String text) {
    return this == PLAIN ? text : "\u001b[" + codes + 'm' + text + "\u001b[0m";
  }
}
