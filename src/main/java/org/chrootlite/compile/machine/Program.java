package org.chrootlite.compile.machine;

import java.util.List;
import java.util.Map;

/**
 * What a launcher does.
 *
 * @param operations in order; the first is where it starts, and none falls off the end
 * @param labels the index of the operation that each label names
 * @param argumentPrefix what comes before the launcher's own arguments in the vector that {@code argv} will hold
 * @param argv a word, set at the start to the address of the argument vector: the prefix, then all of the launcher's
 *     own arguments but its name
 * @param failure 24 bytes; whenever an operation goes on at {@code onError}, the address of that operation is stored at
 *     8 and its result at 16
 */
public record Program(
    List<Operation> operations,
    Map<String, Integer> labels,
    List<String> argumentPrefix,
    Datum.Cell argv,
    Datum.Cell failure) {
  /** Copies the collections and checks that every label is defined. */
  public Program {
    operations = List.copyOf(operations);
    labels = Map.copyOf(labels);
    argumentPrefix = List.copyOf(argumentPrefix);
    for (Operation operation : operations) {
      for (Target target : List.of(operation.onError(), operation.onEqual(), operation.onElse())) {
        if (target instanceof Target.Label(String name) && !labels.containsKey(name)) {
          throw new IllegalArgumentException("undefined label: " + name);
        }
      }
    }
  }
}
