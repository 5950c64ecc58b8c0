package org.chrootlite.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chrootlite.model.Mount;
import org.jspecify.annotations.Nullable;

/** Reads {@code mounts}. */
final class MountsReader {
  private static final long DEFAULT_TMPFS = 64L << 20;

  /** A page: a tmpfs of size 0 would be one without a limit. */
  private static final long LEAST_TMPFS = 4096;

  private final HostFiles hostFiles;
  private final String workdir;
  private final List<Mount> mounts = new ArrayList<>();

  /** Where the manifest gives the target of each mount. */
  private final List<Place> targets = new ArrayList<>();

  MountsReader(HostFiles hostFiles, String workdir) {
    this.hostFiles = hostFiles;
    this.workdir = workdir;
  }

  List<Mount> read(Place place) {
    for (Place item : place.items()) {
      if (item.node() instanceof Node.Mapping) {
        readItem(item);
      } else {
        item.problems().misshapen();
      }
    }
    checkWorkdir();
    return mounts;
  }

  private void readItem(Place place) {
    @Nullable Place source = place.get("source");
    @Nullable Place target = place.get("target");
    @Nullable Place readOnly = place.get("readOnly");
    @Nullable Place sockets = place.get("sockets");
    @Nullable Place tmpfs = place.get("tmpfs");
    @Nullable Place size = place.get("size");
    if (source != null && tmpfs != null) {
      place.keyError("has both source and tmpfs", "use one of them");
    } else if (tmpfs != null) {
      rejectWith(target, "target goes with source; tmpfs is the target already");
      rejectWith(readOnly, "readOnly goes with source");
      rejectWith(sockets, "sockets goes with source");
      addTmpfs(place, tmpfs, size);
    } else if (source != null && target != null) {
      rejectWith(size, "size goes with tmpfs");
      addBind(place, source, target, isTrue(readOnly, true), isTrue(sockets, false));
    } else if (source != null || target != null) {
      String missing = source == null ? "source" : "target";
      place.keyError("needs " + missing + " too", "such as {source: ./data, target: /data}");
    } else {
      place.keyError("needs source and target, or tmpfs", "such as {source: ./data, target: /data}");
    }
  }

  private static void rejectWith(@Nullable Place place, String message) {
    if (place != null) {
      place.keyError(message, "");
    }
  }

  private void addTmpfs(Place place, Place tmpfs, @Nullable Place sizePlace) {
    @Nullable Long size = sizePlace == null ? Long.valueOf(DEFAULT_TMPFS) : LimitsReader.size(sizePlace, LEAST_TMPFS);
    @Nullable String target = target(tmpfs);
    if (target != null && size != null) {
      mounts.add(new Mount.Tmpfs(target, size, place.origin()));
      targets.add(tmpfs);
    }
  }

  private static boolean isTrue(@Nullable Place place, boolean otherwise) {
    Node.@Nullable Scalar scalar = place == null ? null : place.scalar(Node.Kind.BOOLEAN);
    return scalar == null ? otherwise : scalar.text().equalsIgnoreCase("true");
  }

  private void addBind(Place place, Place sourcePlace, Place targetPlace, boolean readOnly, boolean sockets) {
    @Nullable Path source = hostFiles.fileOrDirectory(sourcePlace);
    @Nullable String target = target(targetPlace);
    if (source != null && target != null) {
      mounts.add(new Mount.Bind(source, target, readOnly, sockets, place.origin()));
      targets.add(targetPlace);
    }
  }

  /** A workdir in a mount is what the mount has there: a directory, or the mount would hide the workdir. */
  private void checkWorkdir() {
    int innermost = -1;
    for (int i = 0; i < mounts.size(); i++) {
      String target = mounts.get(i).target();
      boolean isDeeper = innermost < 0 || target.length() > mounts.get(innermost).target().length();
      if (SandboxPath.isIn(workdir, target) && isDeeper) {
        innermost = i;
      }
    }
    if (innermost >= 0 && !hasWorkdir(mounts.get(innermost))) {
      targets.get(innermost).error("would hide the workdir " + workdir, hint(mounts.get(innermost)));
    }
  }

  private boolean hasWorkdir(Mount mount) {
    return switch (mount) {
      case Mount.Tmpfs tmpfs -> workdir.equals(tmpfs.target());
      case Mount.Bind bind -> isDirectory(inSource(bind));
    };
  }

  /** No link below a mount is followed. */
  private static boolean isDirectory(Path path) {
    try {
      return Files.isDirectory(path) && path.toRealPath().equals(path);
    } catch (IOException e) {
      return false;
    }
  }

  private Path inSource(Mount.Bind bind) {
    String rest = workdir.substring(bind.target().length());
    return rest.isEmpty() ? bind.source() : bind.source().resolve(rest.substring(1));
  }

  private String hint(Mount mount) {
    String advice = "mount it somewhere else, or move workdir";
    return mount instanceof Mount.Bind bind
        ? Messages.quote(inSource(bind).toString()) + " is no directory: make it one, " + advice
        : advice;
  }

  /** A target that neither repeats nor hides another mount; null with an error. */
  private @Nullable String target(Place place) {
    @Nullable String target = SandboxPath.read(place);
    if (target == null) {
      return null;
    }
    for (Mount earlier : mounts) {
      if (earlier.target().equals(target)) {
        place.error(Messages.quote(target) + " is already the target of another mount", "");
        return null;
      }
      if (SandboxPath.isIn(earlier.target(), target)) {
        place.error("would hide the mount at " + earlier.target(), "put the outer mount first");
        return null;
      }
    }
    return target;
  }
}
