/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.exceptions.HdfException;
import io.jhdf.filter.BitShuffleFilter;
import io.jhdf.filter.ByteShuffleFilter;
import io.jhdf.filter.Filter;
import io.jhdf.filter.Lz4Filter;
import io.jhdf.filter.LzfFilter;
import io.jhdf.object.message.FilterPipelineMessage.FilterInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.stroma.api.data.DataException;

/**
 * The filter pipeline of a dataset, in the order of writing. jHDF undoes the filters; this class
 * first checks the sizes that the data itself states, verifies checksums, and honours the filter
 * mask of a chunk.
 */
record Hdf5Filters(List<FilterInfo> filters) {
  static final Hdf5Filters NONE = new Hdf5Filters(List.of());

  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final int LZF = 32000;
  private static final int LZ4 = 32004;
  private static final int BITSHUFFLE = 32008;

  private static final Map<Integer, Filter> KNOWN = Map.of(
      SHUFFLE,
      new ByteShuffleFilter(),
      LZF,
      new LzfFilter(),
      LZ4,
      new Lz4Filter(),
      BITSHUFFLE,
      new BitShuffleFilter());

  /** Names of unsupported filters (registered with the HDF Group), for messages. */
  private static final Map<Integer, String> NAMES = Map.ofEntries(
      Map.entry(4, "szip"),
      Map.entry(5, "nbit"),
      Map.entry(6, "scaleoffset"),
      Map.entry(305, "LZO"),
      Map.entry(307, "bzip2"),
      Map.entry(32001, "Blosc"),
      Map.entry(32003, "Snappy"),
      Map.entry(32010, "FCIDECOMP"),
      Map.entry(32013, "ZFP"),
      Map.entry(32015, "Zstandard"),
      Map.entry(32017, "SZ"),
      Map.entry(32018, "FPZIP"),
      Map.entry(32024, "SZ3"),
      Map.entry(32026, "Blosc2"));

  /** Upper bound of the compression ratio of the supported filters. */
  private static final long MAX_RATIO = 1100;

  static Hdf5Filters of(Path file, String dataset, List<FilterInfo> filters) {
    for (FilterInfo filter : filters) {
      int id = filter.getId();
      // bitshuffle's fifth parameter is its compression: 0 none, 2 LZ4, 3 Zstandard
      boolean zstd = id == BITSHUFFLE && filter.getData().length > 4 && filter.getData()[4] == 3;
      if (id != DEFLATE && id != FLETCHER32 && !KNOWN.containsKey(id) || zstd) {
        String name = zstd ? "bitshuffle with Zstandard" : NAMES.getOrDefault(id, filter.getName());
        throw new DataException(
            file + ": dataset " + dataset + " is compressed with " + name + " (filter " + id
                + "), which is not read here; rewrite it where that filter is installed: h5repack -f GZIP=4 IN OUT");
      }
    }
    return filters.isEmpty() ? NONE : new Hdf5Filters(List.copyOf(filters));
  }

  boolean none() {
    return filters.isEmpty();
  }

  /** Whether a chunk of {@code bytes} bytes can have been stored in {@code stored} bytes. */
  boolean possible(int stored, long bytes, int mask) {
    boolean plain = true;
    int checksums = 0;
    for (int i = 0; i < filters.size(); i++) {
      if ((mask >> i & 1) == 0) {
        int id = filters.get(i).getId();
        plain &= id == SHUFFLE || id == FLETCHER32;
        checksums += id == FLETCHER32 ? 4 : 0;
      }
    }
    return plain ? stored == bytes + checksums : bytes <= MAX_RATIO * stored + 64;
  }

  /**
   * Decodes a chunk.
   *
   * @param mask filter mask: a set bit means that the filter was skipped for this chunk
   * @param size expected size in bytes
   */
  byte[] decode(byte[] stored, int mask, int size) {
    byte[] bytes = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((mask >> i & 1) == 0) {
        // checksums that earlier filters appended
        int expected = size;
        for (int j = 0; j < i; j++) {
          expected += filters.get(j).getId() == FLETCHER32 && (mask >> j & 1) == 0 ? 4 : 0;
        }
        bytes = decode(filters.get(i), bytes, expected);
      }
    }
    if (bytes.length != size) {
      throw new HdfException("a chunk holds " + bytes.length + " bytes and should hold " + size);
    }
    return bytes;
  }

  private static byte[] decode(FilterInfo filter, byte[] bytes, int size) {
    int[] data = filter.getData();
    switch (filter.getId()) {
      case DEFLATE:
        return inflate(bytes, size);
      case FLETCHER32:
        return verifiedChecksum(bytes);
      case LZF:
        check(data.length > 2 && data[2] == size);
        break;
      case LZ4:
        blocks(bytes, size);
        break;
      case BITSHUFFLE:
        check(data.length > 4 && data[2] > 0 && data[2] <= 8 && data[3] >= 0 && data[3] <= 1 << 20);
        if (data[4] == 2) {
          return unshuffle(bytes, data, size);
        }
        break;
      default:
        check(data.length > 0 && data[0] > 0);
    }
    return KNOWN.get(filter.getId()).decode(bytes, data);
  }

  private static void check(boolean right) {
    if (!right) {
      throw new HdfException("a chunk does not fit its filter");
    }
  }

  private static byte[] inflate(byte[] bytes, int size) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes);
      byte[] whole = new byte[size];
      int done = 0;
      while (done < size) {
        int more = inflater.inflate(whole, done, size - done);
        if (more == 0) {
          throw new HdfException("a chunk holds " + done + " bytes and should hold " + size);
        }
        done += more;
      }
      return whole;
    } catch (DataFormatException e) {
      throw new HdfException("a chunk is not as gzip wrote it", e);
    } finally {
      inflater.end();
    }
  }

  /**
   * LZ4 states its sizes within the chunk: the total, the block size, and the stored size of each
   * block. Checks them.
   */
  private static void blocks(byte[] bytes, int size) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    check(in.getLong() == size);
    int block = in.getInt();
    check(block > 0);
    for (long left = size; left > 0; left -= block) {
      int stored = in.getInt();
      check(stored >= 0 && stored <= in.remaining());
      in.position(in.position() + stored);
    }
  }

  /**
   * jHDF's bitshuffle filter decodes only whole blocks and would misread a shorter last one, so
   * that block is passed to it separately.
   */
  private static byte[] unshuffle(byte[] bytes, int[] data, int size) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    check(in.getLong() == size);
    int block = in.getInt();
    int eight = 8 * data[2];
    check(block > 0 && block % eight == 0 && block <= 1 << 26);
    int full = size / block;
    int last = size % block / eight * eight;
    for (int i = 0; i < full; i++) {
      skip(in);
    }
    int end = in.position();
    if (last > 0) {
      skip(in);
    }
    check(in.remaining() == size - (long) full * block - last);
    BitShuffleFilter filter = (BitShuffleFilter) KNOWN.get(BITSHUFFLE);
    byte[] whole = new byte[size];
    if (full > 0) {
      byte[] some = filter.decode(blocks(bytes, 12, end, (long) full * block, block), data);
      System.arraycopy(some, 0, whole, 0, some.length);
    }
    if (last > 0) {
      byte[] some = filter.decode(blocks(bytes, end, in.position(), last, last), data);
      System.arraycopy(some, 0, whole, full * block, some.length);
    }
    in.get(whole, full * block + last, in.remaining());
    return whole;
  }

  private static void skip(ByteBuffer in) {
    int stored = in.getInt();
    check(stored >= 0 && stored <= in.remaining());
    in.position(in.position() + stored);
  }

  private static byte[] blocks(byte[] bytes, int from, int to, long size, int block) {
    return ByteBuffer.allocate(12 + to - from)
        .putLong(size)
        .putInt(block)
        .put(bytes, from, to - from)
        .array();
  }

  /** Verifies and strips the trailing Fletcher-32 checksum, as HDF5 computes it. */
  private static byte[] verifiedChecksum(byte[] bytes) {
    int length = bytes.length - 4;
    check(length >= 0);
    int first = (bytes[length] & 0xff | (bytes[length + 1] & 0xff) << 8) % 65535;
    int second = (bytes[length + 2] & 0xff | (bytes[length + 3] & 0xff) << 8) % 65535;
    long[] checksums = fletcher(bytes, length);
    if (first != checksums[0] || second != checksums[1]) {
      throw new HdfException("a chunk's checksum is wrong");
    }
    return Arrays.copyOf(bytes, length);
  }

  private static long[] fletcher(byte[] bytes, int length) {
    long sum1 = 0;
    long sum2 = 0;
    for (int i = 0; i < length; ) {
      // in runs short enough that the sums cannot overflow
      for (int end = (int) Math.min(length, i + (1L << 20)); i < end; i += 2) {
        sum1 += (bytes[i] & 0xff) << 8 | (i + 1 < length ? bytes[i + 1] & 0xff : 0);
        sum2 += sum1;
      }
      sum1 %= 65535;
      sum2 %= 65535;
    }
    return new long[] {sum1, sum2};
  }
}
