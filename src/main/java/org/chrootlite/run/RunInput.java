package org.chrootlite.run;

import java.io.IOException;
import java.io.InputStream;
import org.chrootlite.linux.Architecture;

/** The descriptor that becomes a run's standard input, and what feeds it. */
sealed interface RunInput permits CopiedInput, LentInput, SealedFile {
  static RunInput open(Input input, Architecture architecture) throws IOException {
    return switch (input) {
      case Input.Nothing() -> new CopiedInput(InputStream.nullInputStream());
      case Input.Stream(InputStream from) -> new CopiedInput(from);
      case Input.Descriptor descriptor -> LentInput.open(descriptor, architecture);
      case Input.Snapshot(InputStream of) -> SealedFile.copy(of, architecture);
    };
  }

  /** What the process is started with. */
  ProcessBuilder.Redirect source();

  /** Begins to feed the process, which was started with the {@link #source}. */
  void feed(Process process);

  /** Ends the feeding when the process is gone, or was never started. */
  void finish();
}
