package org.chrootlite.manifest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chrootlite.model.Origin;
import org.chrootlite.model.Rootfs;
import org.chrootlite.model.RootfsSource;
import org.chrootlite.model.Setting;
import org.jspecify.annotations.Nullable;

/** Reads {@code rootfs}. */
final class RootfsReader {
  private static final String DEFAULT_TEMPLATE = "base";

  private final HostFiles hostFiles;
  private final List<String> templates;

  RootfsReader(HostFiles hostFiles, Set<String> templates) {
    this.hostFiles = hostFiles;
    this.templates = templates.stream().sorted().toList();
  }

  Rootfs read(@Nullable Place place) {
    Setting<RootfsSource> source =
        place == null
            ? new Setting<>(new RootfsSource.Template(DEFAULT_TEMPLATE), new Origin.Default("rootfs.template"))
            : source(place);
    return new Rootfs(source, writes(place == null ? null : place.get("writes")));
  }

  private static Setting<Rootfs.Writes> writes(@Nullable Place place) {
    if (place == null) {
      return new Setting<>(Rootfs.Writes.DISCARD, new Origin.Default("rootfs.writes"));
    }
    Map<String, Rootfs.Writes> choices =
        Map.of("discard", Rootfs.Writes.DISCARD, "keep", Rootfs.Writes.KEEP, "deny", Rootfs.Writes.DENY);
    return Choice.read(place, choices, Rootfs.Writes.DISCARD);
  }

  private Setting<RootfsSource> source(Place place) {
    RootfsSource base = new RootfsSource.Template(DEFAULT_TEMPLATE);
    @Nullable Place archive = place.get("archive");
    if (archive != null) {
      archive.keyError("archives are not supported yet; use template or directory", "");
    }
    @Nullable Place image = place.get("image");
    if (image != null) {
      image.keyError("images are not supported yet; use template or directory", "");
    }
    @Nullable Place template = place.get("template");
    @Nullable Place directory = place.get("directory");
    if (template != null && directory != null) {
      place.keyError("has both template and directory", "use one of them");
    }
    if (directory != null) {
      @Nullable Path path = hostFiles.directory(directory);
      return new Setting<>(path == null ? base : new RootfsSource.Directory(path), directory.origin());
    }
    if (template == null) {
      return new Setting<>(base, new Origin.Default("rootfs.template"));
    }
    @Nullable String name = template.text();
    if (name != null && !templates.contains(name)) {
      template.error("there is no template " + Messages.quote(name), Messages.suggest(name, templates));
    }
    return new Setting<>(name == null ? base : new RootfsSource.Template(name), template.origin());
  }
}
