package org.chrootlite.manifest;

import java.util.Optional;
import java.util.Set;
import org.chrootlite.model.Action;
import org.chrootlite.model.Limit;
import org.chrootlite.model.LimitKind;
import org.chrootlite.model.Limits;
import org.chrootlite.model.Script;
import org.jspecify.annotations.Nullable;

/** Warns where {@code memory} and {@code addressSpace} look mixed up. */
final class MemoryAdvice {
  /** These reserve gigabytes of address space as they start, and use little of it. */
  private static final Set<String> RESERVING = Set.of("java", "node", "nodejs", "go", "deno", "bun", "dotnet");

  private static final long ENOUGH = 16L << 30;

  private MemoryAdvice() {}

  static boolean hasMemory(Script script) {
    return script.limits().get(LimitKind.MEMORY).isPresent();
  }

  /**
   * Checks the limits that are written at a place.
   *
   * @param holding all that hold there, with those from outside
   * @param memoryFurtherIn whether memory is limited by what overrides these limits
   */
  static void check(Place limits, Limits holding, boolean memoryFurtherIn) {
    @Nullable Place addressSpace = limits.get(LimitKind.ADDRESS_SPACE.key());
    @Nullable Place memory = limits.get(LimitKind.MEMORY.key());
    Optional<Limit> space = holding.get(LimitKind.ADDRESS_SPACE);
    Optional<Limit> resident = holding.get(LimitKind.MEMORY);
    if (space.isEmpty()) {
      return;
    }
    if (resident.isEmpty() && addressSpace != null && !memoryFurtherIn) {
      addressSpace.warning(
          "limits the address space of each process, and nothing limits memory", "did you mean memory?");
    } else if (resident.isPresent() && space.get().value() < resident.get().value()) {
      @Nullable Place place = addressSpace != null ? addressSpace : memory;
      if (place != null) {
        place.warning(
            "addressSpace is less than memory: no process can use the memory that all may use together",
            "did you mix up memory and addressSpace?");
      }
    }
  }

  /** Warns where a script's program is known to need far more address space than it gets. */
  static void checkRuntime(Place script, Action action, Limits limits) {
    String program =
        switch (action) {
          case Action.Shell _ -> "";
          case Action.File file -> file.interpreter().isEmpty() ? "" : file.interpreter().getFirst();
          case Action.Command command -> command.argv().getFirst();
        };
    String name = program.substring(program.lastIndexOf('/') + 1);
    Optional<Limit> space = limits.get(LimitKind.ADDRESS_SPACE);
    if (RESERVING.contains(name) && space.isPresent() && space.get().value() < ENOUGH) {
      script.warning(
          name + " reserves far more address space than it uses, and may not start with "
              + Sizes.format(space.get().value()),
          "limit memory instead of addressSpace");
    }
  }
}
