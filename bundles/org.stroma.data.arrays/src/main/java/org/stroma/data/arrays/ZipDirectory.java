/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.stroma.api.data.DataException;

/**
 * Where the entries of a zip archive lie in its file. The JDK's archives do not tell, and numbers
 * that are read by position need it. Entries that are packed are refused: PyTorch stores them.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int LARGEST_COMMENT = 0xffff;
  private static final int LARGEST_DIRECTORY = 16 << 20;
  private static final long IN_EXTRA = 0xffffffffL;

  /**
   * An entry.
   *
   * @param address offset of its local header
   * @param size bytes of its content
   * @param plain whether it is neither packed nor encrypted
   */
  private record Entry(long address, long size, boolean plain) {}

  /** Bytes of the file that are an entry's content. */
  record Content(long address, long size) {}

  private final OpenFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long directory;

  private ZipDirectory(OpenFile file) {
    this.file = file;
  }

  /**
   * Reads the directory.
   *
   * @throws DataException if the file has none
   */
  static ZipDirectory read(OpenFile file) {
    ZipDirectory zip = new ZipDirectory(file);
    long tail = Math.max(0, file.size() - LARGEST_COMMENT - 22);
    ByteBuffer end = zip.bytes(tail, file.size() - tail);
    int at = end.limit() - 22;
    while (at >= 0
        && (end.getInt(at) != END || at + 22 + (end.getShort(at + 20) & 0xffff) != end.limit())) {
      at--;
    }
    if (at < 0) {
      throw new DataException(file.file()
          + " is damaged, or not written to its end: it has no list of its entries there");
    }
    zip.directory(end, at, tail + at);
    return zip;
  }

  private void directory(ByteBuffer end, int at, long address) {
    long size = end.getInt(at + 12) & 0xffffffffL;
    directory = end.getInt(at + 16) & 0xffffffffL;
    if (at >= 20 && end.getInt(at - 20) == LOCATOR_64) {
      ByteBuffer wide = bytes(end.getLong(at - 12), 56);
      if (wide.getInt(0) != END_64) {
        throw damaged();
      }
      size = wide.getLong(40);
      directory = wide.getLong(48);
    }
    if (directory < 0 || size < 0 || size > LARGEST_DIRECTORY || directory > address - size) {
      throw damaged();
    }
    ByteBuffer bytes = bytes(directory, size);
    while (bytes.hasRemaining()) {
      entry(bytes);
    }
  }

  private void entry(ByteBuffer bytes) {
    int at = bytes.position();
    if (bytes.remaining() < 46 || bytes.getInt(at) != CENTRAL) {
      throw damaged();
    }
    int nameLength = bytes.getShort(at + 28) & 0xffff;
    int extraLength = bytes.getShort(at + 30) & 0xffff;
    int length = 46 + nameLength + extraLength + (bytes.getShort(at + 32) & 0xffff);
    if (bytes.remaining() < length) {
      throw damaged();
    }
    long size = bytes.getInt(at + 24) & 0xffffffffL;
    long packed = bytes.getInt(at + 20) & 0xffffffffL;
    long address = bytes.getInt(at + 42) & 0xffffffffL;
    ByteBuffer wide = wide(bytes, at + 46 + nameLength, extraLength);
    size = size == IN_EXTRA ? next(wide) : size;
    packed = packed == IN_EXTRA ? next(wide) : packed;
    address = address == IN_EXTRA ? next(wide) : address;
    boolean plain =
        bytes.getShort(at + 10) == 0 && (bytes.getShort(at + 8) & 1) == 0 && size == packed;
    String name =
        StandardCharsets.UTF_8.decode(bytes.slice(at + 46, nameLength)).toString();
    if (entries.put(name, new Entry(address, size, plain)) != null) {
      throw damaged();
    }
    bytes.position(at + length);
  }

  /** The numbers of 64 bits of an entry; empty if it has none. */
  private ByteBuffer wide(ByteBuffer bytes, int at, int length) {
    int end = at + length;
    for (int field = at; field + 4 <= end; ) {
      int size = bytes.getShort(field + 2) & 0xffff;
      if (size > end - field - 4) {
        throw damaged();
      }
      if (bytes.getShort(field) == 1) {
        return bytes.slice(field + 4, size).order(ByteOrder.LITTLE_ENDIAN);
      }
      field += 4 + size;
    }
    return ByteBuffer.allocate(0);
  }

  private long next(ByteBuffer wide) {
    if (wide.remaining() < 8) {
      throw damaged();
    }
    return wide.getLong();
  }

  /** The names of the entries, in the order of the archive. */
  Iterable<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * Where the content of an entry lies: within the file, and before the directory.
   *
   * @throws DataException if it is packed, or lies elsewhere
   */
  Content content(String name) {
    Entry entry = entries.get(name);
    if (!entry.plain()) {
      throw new DataException(file.file()
          + " is a zip archive whose entries are packed or encrypted; PyTorch stores them as they are: "
          + "load it with torch.load and save it again with torch.save");
    }
    ByteBuffer local = bytes(entry.address(), 30);
    if (local.getInt(0) != LOCAL) {
      throw damaged();
    }
    long address =
        entry.address() + 30 + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (entry.size() < 0 || address > directory || entry.size() > directory - address) {
      throw damaged();
    }
    return new Content(address, entry.size());
  }

  /** Reads bytes of the file, after checking that they are there. */
  private ByteBuffer bytes(long address, long size) {
    if (address < 0 || address > file.size() || size > file.size() - address) {
      throw damaged();
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    file.read(bytes, address);
    return bytes.flip();
  }

  private DataException damaged() {
    return new DataException(file.file()
        + " is damaged, or not written to its end: its list of entries does not fit the file");
  }
}
