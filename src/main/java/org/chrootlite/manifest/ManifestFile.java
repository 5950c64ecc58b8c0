package org.chrootlite.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.chrootlite.diagnostic.Position;
import org.chrootlite.diagnostic.SourceText;

/** Reads the text of one manifest. */
final class ManifestFile {
  /** Longer files are refused, in bytes. */
  static final int MAX_BYTES = 1 << 20;

  private ManifestFile() {}

  /**
   * The file's text without its byte order mark, or nothing where {@code problems} says why.
   *
   * @param file as the user named it
   */
  static Optional<SourceText> read(String file, Path path, Problems problems) {
    Position whole = Position.ofFile(file);
    byte[] bytes;
    try {
      // Opening a FIFO would wait for a writer, and a device may never end.
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        problems.error(whole, "", "is not a regular file", "");
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(path)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
    } catch (IOException e) {
      problems.error(whole, "", explain(e), "");
      return Optional.empty();
    }
    return accept(file, bytes, problems);
  }

  /** The text of a file with these bytes, or nothing where {@code problems} says why. */
  static Optional<SourceText> accept(String file, byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.error(Position.startOf(file), "", "is larger than 1 MiB", "split it into several manifests");
      return Optional.empty();
    }
    return decode(file, bytes, problems);
  }

  /** What went wrong, for people. */
  static String explain(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or directory";
      case AccessDeniedException _ -> "cannot be read: permission denied";
      default -> "cannot be read: " + e.getMessage();
    };
  }

  /** Decodes UTF-8, strictly. */
  static Optional<SourceText> decode(String file, byte[] bytes, Problems problems) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (text.startsWith("\ufeff")) {
      text = text.substring(1);
    }
    SourceText source = new SourceText(file, text);
    if (result.isError()) {
      int index = text.codePointCount(0, text.length());
      int badByte = bytes[in.position()] & 0xff;
      String message = "is not UTF-8: byte 0x" + Integer.toHexString(badByte) + " at offset " + in.position();
      boolean utf16 = in.position() == 0 && badByte >= 0xfe;
      String hint = utf16 ? "this looks like UTF-16; save it as UTF-8" : "save it as UTF-8";
      problems.error(source.position(index, index), "", message, hint);
      return Optional.empty();
    }
    return Optional.of(source);
  }
}
