package org.chrootlite.run;

import java.util.Optional;

/** Clues that a test lays out: what the program needs, and a file with its size. */
record FoundClues(Optional<Demand> demand, Optional<String> file, long size) implements Clues {
  static Clues demand(long bytes, long largest, long available) {
    return new FoundClues(Optional.of(new Demand("/run/big", bytes, largest, available)), Optional.empty(), 0);
  }

  static Clues file(String path, long size) {
    return new FoundClues(Optional.empty(), Optional.of(path), size);
  }

  @Override
  public Optional<String> writtenFile(long asked) {
    return asked == size ? file : Optional.empty();
  }
}
