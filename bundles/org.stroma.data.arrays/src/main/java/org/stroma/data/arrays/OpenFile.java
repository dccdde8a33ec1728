/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.stroma.api.data.DataException;

/**
 * A file that is read by position. It is not mapped: mappings are released only by the garbage
 * collector, and Linux allows a process 65,530 of them, which a few slides with one patch per chunk
 * would use up. Thread-safe.
 */
final class OpenFile implements AutoCloseable {
  /**
   * Identity of a file's content: header data read earlier are valid only while these stay the
   * same.
   */
  record Stamp(Path file, long size, FileTime modified) {
    /**
     * Reopens the file.
     *
     * @throws DataException if the file was replaced since
     */
    OpenFile open() {
      OpenFile open = OpenFile.open(file);
      if (!open.stamp.equals(this)) {
        open.close();
        throw new DataException(
            file
                + " was changed while it was in use; start again, and leave files as they are meanwhile");
      }
      return open;
    }
  }

  private final FileChannel channel;
  private final Stamp stamp;

  private OpenFile(FileChannel channel, Stamp stamp) {
    this.channel = channel;
    this.stamp = stamp;
  }

  static OpenFile open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        FileTime modified =
            Files.readAttributes(file, BasicFileAttributes.class).lastModifiedTime();
        return new OpenFile(channel, new Stamp(file, channel.size(), modified));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static DataException unreadable(Path file, IOException e) {
    String reason = e instanceof NoSuchFileException
        ? "there is no such file"
        : e instanceof AccessDeniedException
            ? "permission is denied"
            : e instanceof EOFException
                ? "it ends too early"
                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataException(file + " cannot be read: " + reason, e);
  }

  Path file() {
    return stamp.file();
  }

  Stamp stamp() {
    return stamp;
  }

  long size() {
    return stamp.size();
  }

  FileChannel channel() {
    return channel;
  }

  /** Fills a buffer from its position to its limit. */
  void read(ByteBuffer bytes, long at) {
    try {
      long from = at - bytes.position();
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException();
        }
      }
    } catch (IOException e) {
      throw unreadable(file(), e);
    }
  }

  /** The first bytes of the file, at most {@code limit}. */
  byte[] start(int limit) {
    byte[] bytes = new byte[(int) Math.min(limit, size())];
    read(ByteBuffer.wrap(bytes), 0);
    return bytes;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(file(), e);
    }
  }
}
