package org.chrootlite.engine;

import org.chrootlite.model.Amount;
import org.chrootlite.store.Layers;

/**
 * How much of the disk a layer takes.
 *
 * @param bytes of all that could be looked at
 * @param whole false where there may be more
 */
public record LayerSize(long bytes, boolean whole) {
  static LayerSize of(Layers.Usage usage) {
    return new LayerSize(usage.bytes(), usage.whole());
  }

  /** Such as {@code 12 MB}. */
  public String describe() {
    return (whole ? "" : "at least ") + Amount.bytes(bytes);
  }
}
