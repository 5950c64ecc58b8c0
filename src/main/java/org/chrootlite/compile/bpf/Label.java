package org.chrootlite.compile.bpf;

/** A place in a program that {@link Assembler} makes: jumped to by name, and bound once, after every jump to it. */
public final class Label {
  static final int UNBOUND = -1;

  private final String name;
  private int statement = UNBOUND;

  Label(String name) {
    this.name = name;
  }

  int statement() {
    return statement;
  }

  void bind(int place) {
    if (statement != UNBOUND) {
      throw new IllegalStateException("label " + name + " is bound twice");
    }
    statement = place;
  }

  @Override
  public String toString() {
    return name;
  }
}
