/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.Superblock;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.stroma.api.data.DataException;

/**
 * Storage backend for jHDF. jHDF's own backend maps the file and trusts the sizes in it; this one
 * reads by position, checks a size before allocating memory, and stops at circular references.
 */
final class Hdf5Storage implements HdfBackingStorage {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** How often one address may be read while a file is open; headers are read a few times. */
  private static final int AGAIN = 1000;

  private final OpenFile file;
  private final Superblock superblock;
  private final long base;
  private final Map<Long, Integer> visits = new HashMap<>();

  Hdf5Storage(OpenFile file) {
    this.file = file;
    this.base = signature(file);
    this.superblock = Superblock.readSuperblock(file.channel(), base);
    for (int size : new int[] {superblock.getSizeOfOffsets(), superblock.getSizeOfLengths()}) {
      if (size != 2 && size != 4 && size != 8) {
        throw new HdfException("it has addresses of " + size + " bytes");
      }
    }
    // a user block before the file shifts its end
    long end = superblock.getEndOfFileAddress() - superblock.getBaseAddressByte() + base;
    if (end > file.size()) {
      throw new DataException(
          file.file() + " is not written to its end, or not copied whole: it has " + file.size()
              + " bytes and should have " + end);
    }
  }

  /** HDF5 begins at 0, 512, 1024, 2048 and so on, after an optional user block. */
  private static long signature(OpenFile file) {
    for (long at = 0; at + SIGNATURE.length <= file.size(); at = at == 0 ? 512 : at * 2) {
      ByteBuffer bytes = ByteBuffer.allocate(SIGNATURE.length);
      file.read(bytes, at);
      if (Arrays.equals(bytes.array(), SIGNATURE)) {
        return at;
      }
    }
    String kind = FileKind.of(file.start(FileKind.LOOK));
    throw new DataException(file.file()
        + (kind == null
            ? " is no HDF5 file: it does not start as one"
            : " is no HDF5 file: it " + kind));
  }

  /**
   * Converts an address of a header to a file offset.
   *
   * @throws HdfException if the range does not lie within the file
   */
  long offset(long address, long length) {
    if (address < 0 || length < 0 || base + address < 0 || length > file.size() - base - address) {
      throw new HdfException("a header leads to " + length + " bytes at " + address
          + ", and the file has " + file.size());
    }
    return base + address;
  }

  @Override
  public ByteBuffer readBufferFromAddress(long address, int length) {
    if (visits.merge(address, 1, Integer::sum) > AGAIN) {
      throw new HdfException("its headers lead in a circle, at " + address);
    }
    long offset = offset(address, length);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.read(bytes, offset);
    return bytes.flip();
  }

  @Override
  public ByteBuffer map(long address, long length) {
    return readBufferFromAddress(address, Math.toIntExact(length));
  }

  @Override
  public ByteBuffer mapNoOffset(long address, long length) {
    return map(address - base, length);
  }

  @Override
  public long getUserBlockSize() {
    return base;
  }

  @Override
  public Superblock getSuperblock() {
    return superblock;
  }

  @Override
  public FileChannel getFileChannel() {
    return file.channel();
  }

  @Override
  public int getSizeOfOffsets() {
    return superblock.getSizeOfOffsets();
  }

  @Override
  public int getSizeOfLengths() {
    return superblock.getSizeOfLengths();
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public boolean inMemory() {
    return false;
  }
}
