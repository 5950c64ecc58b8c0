package org.chrootlite.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.chrootlite.host.HostUser;
import org.chrootlite.model.Gap;
import org.chrootlite.model.Mount;
import org.chrootlite.model.Sandbox;
import org.chrootlite.model.Verdict;
import org.chrootlite.run.HostSettings;
import org.chrootlite.run.Judgement;
import org.chrootlite.testing.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts as runs of root have them; who owns a file can only root choose. */
class MountOwnersTest {
  private static final int OTHER = 1000;

  @TempDir Path directory;
  private Path source;

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(directory.resolve("the data"));
  }

  private Optional<Gap> gap(boolean readOnly, String mountinfo) {
    return new MountOwners(file -> Optional.of(mountinfo)).gap((Mount.Bind) sandbox(readOnly).mounts().getFirst());
  }

  private Sandbox sandbox(boolean readOnly) {
    return Given.sandboxes(
            "name: b\nmounts: [{source: '%s', target: /data, readOnly: %s}]\nscripts: {a: {run: 'true'}}\n"
                .formatted(source, readOnly))
        .getFirst();
  }

  private void give(int owner, String mode) throws IOException {
    assumeTrue(HostUser.current().isRoot(), "needs root");
    Files.setAttribute(source, "unix:uid", owner);
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString(mode));
  }

  private String mount(int number, String point, String type) {
    return "\n%d 21 0:5 / %s rw - %s none rw".formatted(number, point.replace(" ", "\\040"), type);
  }

  @Test
  void whatAnotherUserOwnsIsUsedAsOthersMay() throws IOException {
    give(OTHER, "rwx------");
    Gap gap = gap(false, "").orElseThrow();
    assertEquals(
        source + " belongs to uid 1000 of the host, with mode 0700: a run of root may do there what others may",
        gap.why());
    assertEquals("chown it to root, chmod o+rwx it, or run chroot-lite as uid 1000", gap.remedy());
    assertTrue(gap(true, "").orElseThrow().remedy().contains("chmod o+rx it"));
    give(OTHER, "rwxr-xr-x");
    assertEquals(Optional.empty(), gap(true, ""));
    assertTrue(gap(false, "").isPresent(), "others may not write");
    give(OTHER, "rwxrwxrwx");
    assertEquals(Optional.empty(), gap(false, ""));
  }

  @Test
  void whatRootOwnsIsTheSandboxUsersUnlessItsFileSystemMapsNoOwners() throws IOException {
    give(0, "rwx------");
    String root = "21 1 8:1 / / rw - ext4 /dev/sda1 rw";
    assertEquals(Optional.empty(), gap(false, root));
    Gap own = gap(false, root + mount(22, directory.toString(), "fuse.sshfs")).orElseThrow();
    assertTrue(own.why().contains("(fuse.sshfs) does not map owners"), own.why());
    String hidden = root + mount(22, directory.toString(), "nfs4") + mount(23, source.toString(), "tmpfs");
    assertEquals(Optional.empty(), gap(false, hidden));
  }

  @Test
  void oneFileSystemBelowAWritableMountTakesTheMapFromAllOfIt() throws IOException {
    give(0, "rwx------");
    String below = "21 1 8:1 / / rw - ext4 /dev/sda1 rw" + mount(22, source + "/proc", "proc");
    Gap gap = gap(false, below).orElseThrow();
    assertEquals(
        "the file system at %s/proc (proc) does not map owners: what root owns in the whole mount is not the sandbox"
                .formatted(source)
            + " user's",
        gap.why());
    assertEquals(Optional.empty(), gap(false, below.replace("- proc", "- tmpfs")));
    assertEquals(Optional.empty(), gap(false, below.replace("data/proc", "datas/proc")));
    give(0, "rwxrwxrwx");
    assertEquals(Optional.empty(), gap(false, below));
  }

  @Test
  void onlyTheEvidenceOfAFailureNamesIt() throws IOException {
    give(OTHER, "rwx------");
    MountOwners owners = new MountOwners(HostSettings.UNKNOWN);
    for (Verdict verdict : Verdict.values()) {
      Judgement judgement = new Judgement(verdict, Optional.empty(), Optional.empty(), "seen", 1);
      boolean isNamed = owners.named(judgement, sandbox(true)).evidence().startsWith("seen; mount /data: ");
      assertEquals(verdict == Verdict.FAILED || verdict == Verdict.SETUP_ERROR, isNamed, verdict.id());
    }
  }
}
