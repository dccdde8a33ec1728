/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;

/**
 * A text file as a stream of characters. Gzip is recognised by content, not by name. The encoding
 * is UTF-8, or UTF-16 or UTF-32 if a byte order mark says so. An Excel workbook is the text that {@link Workbook} makes of it. Other
 * files that are not text are refused with their format.
 */
final class TextFile implements Closeable {
  private static final int BLOCK = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final InputStream bytes;
  private final Charset charset;
  private final Reader reader;
  private final boolean workbook;

  private TextFile(Path path) throws IOException {
    this.path = path;
    channel = FileChannel.open(path);
    try {
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BLOCK);
      byte[] head = head(in);
      if (head.length == 0) {
        throw new AbsentDataException(
            path + " is empty; it has to start with a line of column names");
      }
      if (Workbook.is(head)) {
        bytes = in;
        charset = null;
        reader = Workbook.open(path);
        workbook = true;
        return;
      }
      workbook = false;
      boolean packed = head.length > 1 && head[0] == 0x1F && head[1] == (byte) 0x8B;
      if (packed) {
        in = new BufferedInputStream(new GZIPInputStream(in, BLOCK), BLOCK);
        head = head(in);
      }
      bytes = in;
      charset = charset(head);
      String refusal = charset == null ? FileKind.refusal(head, head.length) : null;
      if (refusal != null) {
        throw new DataException(path + " " + refusal);
      }
      in.skipNBytes(byteOrderMarkLength(head));
      reader = new InputStreamReader(
          in, (charset == null ? StandardCharsets.UTF_8 : charset).newDecoder());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @throws DataException if it does not exist or is not text
   */
  static TextFile open(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw Files.exists(path)
            ? new DataException(path + " is not a file")
            : new AbsentDataException("there is no file " + path);
      }
      return new TextFile(path);
    } catch (IOException e) {
      throw refusal(path, e);
    }
  }

  /** An operation on the characters. */
  interface Reading<T> {
    T read(Reader reader) throws IOException;
  }

  /** Runs an operation, converting its I/O errors to {@link DataException}. */
  <T> T read(Reading<T> reading) {
    try {
      return reading.read(reader);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  /**
   * The characters without a byte order mark. Convert I/O errors with
   * {@link #refusal(IOException)}.
   */
  Reader reader() {
    return reader;
  }

  /** Whether the text is that of a workbook's sheet, whose cells have commas between them. */
  boolean workbook() {
    return workbook;
  }

  /** Fraction of the file read so far, 0 to 1. */
  double share() {
    if (workbook) {
      return 1;
    }
    try {
      return (double) channel.position() / Math.max(1, channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
    channel.close();
  }

  /** Converts an I/O error to a message for the user. */
  DataException refusal(IOException e) {
    if (!(e instanceof CharacterCodingException)) {
      return refusal(path, e);
    }
    return charset == null
        ? notUtf8()
        : new DataException(
            path + " is not in " + charset
                + ", though its byte order mark says so; save it as \"CSV UTF-8\"",
            e);
  }

  private static DataException refusal(Path path, IOException e) {
    if (e instanceof AccessDeniedException) {
      return new DataException(path + " cannot be read: its permissions forbid it", e);
    } else if (e instanceof EOFException) {
      return new DataException(
          path + " is cut off: what gzip packed has no end; copy the file again", e);
    } else if (e instanceof ZipException) {
      return new DataException(
          path + " is damaged: gzip cannot unpack it (" + e.getMessage() + "); copy the file again",
          e);
    }
    return new DataException(path + " cannot be read: " + e.getMessage(), e);
  }

  private static byte[] head(InputStream in) throws IOException {
    in.mark(FileKind.LOOKED_AT);
    byte[] head = in.readNBytes(FileKind.LOOKED_AT);
    in.reset();
    return head;
  }

  /** The charset of the byte order mark; null if there is none or it is UTF-8's. */
  private static Charset charset(byte[] head) {
    String start = new String(head, 0, Math.min(4, head.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00FF\u00FE\0\0")) {
      return Charset.forName("UTF-32LE");
    } else if (start.startsWith("\0\0\u00FE\u00FF")) {
      return Charset.forName("UTF-32BE");
    } else if (start.startsWith("\u00FF\u00FE")) {
      return StandardCharsets.UTF_16LE;
    }
    return start.startsWith("\u00FE\u00FF") ? StandardCharsets.UTF_16BE : null;
  }

  /** Length of the byte order mark in bytes. */
  private static int byteOrderMarkLength(byte[] head) {
    Charset charset = charset(head);
    if (charset != null) {
      return charset.name().startsWith("UTF-32") ? 4 : 2;
    }
    return head.length > 2
            && head[0] == (byte) 0xEF
            && head[1] == (byte) 0xBB
            && head[2] == (byte) 0xBF
        ? 3
        : 0;
  }

  /** Reads the file again to report the first line that is not UTF-8 and the word in it. */
  private DataException notUtf8() {
    long number = 1;
    try (TextFile reopened = new TextFile(path)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = reopened.bytes.read(); ; b = reopened.bytes.read()) {
        if (b != '\n' && b >= 0) {
          line.write(b);
          continue;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(line.toByteArray());
        if (decoder.decode(in, CharBuffer.allocate(line.size()), true).isError()) {
          return new DataException(path + ": line " + number + " is not in UTF-8: "
              + windowsGuess(in.array(), in.position()));
        }
        if (b < 0) {
          return new DataException(path + " is not in UTF-8; save it as \"CSV UTF-8\"");
        }
        number++;
        line.reset();
      }
    } catch (IOException e) {
      return refusal(path, e);
    }
  }

  private static String windowsGuess(byte[] line, int at) {
    int from = at;
    int to = at;
    while (from > 0 && at - from < 30 && inWord(line[from - 1])) {
      from--;
    }
    while (to < line.length && to - at < 30 && inWord(line[to])) {
      to++;
    }
    String word = new String(line, from, to - from, Charset.forName("windows-1252"));
    return word.indexOf('\uFFFD') < 0 && word.length() > 1
        ? "\"" + word
            + "\" is in Windows-1252, as Excel's \"CSV\" has it; save the file as \"CSV UTF-8\", or convert it with"
            + " iconv -f WINDOWS-1252 -t UTF-8"
        : "save the file as \"CSV UTF-8\"";
  }

  private static boolean inWord(byte b) {
    return b < 0 || Character.isLetterOrDigit(b) || b == '-' || b == ' ';
  }
}
