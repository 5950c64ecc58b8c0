package org.chrootlite.rootfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/** A family of distributions: how its packages are called and installed. */
enum Distribution {
  DEBIAN("apt-get install"),
  FEDORA("dnf install"),
  ALPINE("apk add"),
  /** None that is known here: Debian's names are the best guess. */
  OTHER("install these packages, as Debian calls them:");

  private final String install;

  Distribution(String install) {
    this.install = install;
  }

  /** The words before the names of packages. */
  String install() {
    return install;
  }

  /** What this distribution calls a package. */
  String nameOf(Recipe.HostPackage hostPackage) {
    return switch (this) {
      case DEBIAN, OTHER -> hostPackage.debian();
      case FEDORA -> hostPackage.fedora();
      case ALPINE -> hostPackage.alpine();
    };
  }

  /** Asks {@code /etc/os-release}; see os-release(5). */
  static Distribution of(RootedTree host) throws IOException {
    Optional<RootedTree.Found> file = host.find("/etc/os-release");
    if (file.isEmpty() || !file.get().stat().isRegular()) {
      return OTHER;
    }
    String like = "";
    for (String line : Files.readAllLines(host.onHost(file.get().path()), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("ID=") || line.startsWith("ID_LIKE=")) {
        like += " " + line.substring(line.indexOf('=') + 1).replace("\"", "").replace("'", "");
      }
    }
    for (String id : like.strip().split(" ", -1)) {
      switch (id) {
        case "debian", "ubuntu" -> {
          return DEBIAN;
        }
        case "fedora", "rhel", "centos" -> {
          return FEDORA;
        }
        case "alpine" -> {
          return ALPINE;
        }
        default -> {
          // Perhaps ID_LIKE says more.
        }
      }
    }
    return OTHER;
  }
}
