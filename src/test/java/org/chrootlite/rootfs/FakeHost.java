package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that a test furnishes as a host. */
final class FakeHost {
  private final Path root;

  FakeHost(Path root) {
    this.root = root;
  }

  RootedTree tree() {
    return new RootedTree(root);
  }

  Path path(String path) {
    return root.resolve(path.substring(1));
  }

  FakeHost file(String path, byte[] content, String permissions) throws IOException {
    Path file = path(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return this;
  }

  FakeHost text(String path, String content) throws IOException {
    return file(path, content.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  FakeHost object(String path, ElfBuilder object) throws IOException {
    return file(path, object.build(), "rwxr-xr-x");
  }

  FakeHost link(String path, String target) throws IOException {
    Path link = path(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
    return this;
  }

  FakeHost directory(String path) throws IOException {
    Files.createDirectories(path(path));
    return this;
  }
}
