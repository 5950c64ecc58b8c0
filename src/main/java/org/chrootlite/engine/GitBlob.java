package org.chrootlite.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The id that git gives to a file's content: a digest of {@code blob LENGTH NUL CONTENT}, see gitformat-pack(5). */
final class GitBlob {
  /** How long an id of a repository with SHA-256 is, in hexadecimal digits; those of others are SHA-1. */
  private static final int SHA_256_LENGTH = 64;

  private static final int BUFFER = 16 << 10;

  private GitBlob() {}

  /**
   * The id of a file as it is, without the changes that filters or line ends would make.
   *
   * @param idLength how many hexadecimal digits the repository's ids have
   * @return nothing for what is no regular file, cannot be read, or changes while it is read
   */
  static Optional<String> id(Path file, int idLength) {
    // Opening a FIFO would wait for a writer.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      MessageDigest digest = MessageDigest.getInstance(idLength == SHA_256_LENGTH ? "SHA-256" : "SHA-1");
      long size = Files.size(file);
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[BUFFER];
      long rest = size;
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        rest -= read;
        if (rest < 0) {
          return Optional.empty();
        }
      }
      return rest == 0 ? Optional.of(HexFormat.of().formatHex(digest.digest())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-1 and SHA-256", e);
    }
  }
}
