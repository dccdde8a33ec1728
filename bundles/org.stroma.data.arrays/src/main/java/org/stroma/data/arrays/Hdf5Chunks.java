/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.btree.BTreeV1;
import io.jhdf.dataset.chunked.Chunk;
import io.jhdf.dataset.chunked.DatasetInfo;
import io.jhdf.dataset.chunked.indexing.BTreeIndex;
import io.jhdf.dataset.chunked.indexing.ExtensibleArrayIndex;
import io.jhdf.dataset.chunked.indexing.FixedArrayIndex;
import io.jhdf.dataset.chunked.indexing.ImplicitChunkIndex;
import io.jhdf.dataset.chunked.indexing.SingleChunkIndex;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ChunkedDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ChunkedDataLayoutMessageV4;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.stroma.api.data.DataException;

/** Where the chunks of a dataset lie. */
final class Hdf5Chunks {
  private static final long UNDEFINED = -1;

  /** Behind this many, the data blocks of an extensible array have pages, which jHDF does not know. */
  private static final long PAGED = 131_056;

  /** Rows and columns of a chunk. */
  final int high;

  final int wide;

  /** The bytes of a chunk's numbers. */
  final int bytes;

  private final int across;
  private final long[] places;
  private final int[] sizes;
  private final int[] masks;

  private Hdf5Chunks(int high, int wide, int bytes, int across, int count) {
    this.high = high;
    this.wide = wide;
    this.bytes = bytes;
    this.across = across;
    this.places = new long[count];
    this.sizes = new int[count];
    this.masks = new int[count];
    Arrays.fill(places, UNDEFINED);
  }

  /** Reads a dataset's index, and sees to it that all chunks are there and lie in the file. */
  static Hdf5Chunks read(Hdf5Storage storage, Hdf5Dataset dataset) {
    int[] chunk = dimensions(dataset);
    int rank = chunk.length;
    int high = chunk[rank == 1 ? 0 : rank - 2];
    int wide = rank == 1 ? 1 : chunk[rank - 1];
    long product = dataset.cells().bytes();
    for (int size : chunk) {
      product = Math.multiplyExact(product, (long) size);
    }
    if (product <= 0 || product > Integer.MAX_VALUE - 64) {
      throw new HdfException("its chunks are " + Arrays.toString(chunk));
    }
    long down = (dataset.rows() + high - 1L) / high;
    int across = (dataset.width() + wide - 1) / wide;
    long count = Math.multiplyExact(down, (long) across);
    // each takes a byte at least
    if (count > storage.size()) {
      throw unwritten(dataset, 0, count);
    }
    Collection<Chunk> all =
        chunks(storage, dataset, new DatasetInfo((int) product, dataset.shape(), chunk), count);
    if (all.size() < count) {
      throw unwritten(dataset, all.size(), count);
    }
    Hdf5Chunks chunks = new Hdf5Chunks(high, wide, (int) product, across, (int) count);
    long found = all.stream().filter(one -> chunks.put(storage, dataset, one)).count();
    if (found < count) {
      throw unwritten(dataset, found, count);
    }
    return chunks;
  }

  private static DataException unwritten(Hdf5Dataset dataset, long found, long count) {
    return new DataException(dataset.place() + " has " + found + " of " + count
        + " chunks: the others were never written; make the file again");
  }

  private static int[] dimensions(Hdf5Dataset dataset) {
    DataLayoutMessage layout = dataset.layout();
    int[] chunk;
    if (layout instanceof ChunkedDataLayoutMessageV4 v4) {
      int[] more = v4.getChunkDimensions();
      chunk = Arrays.copyOf(more, more.length - 1);
    } else {
      ChunkedDataLayoutMessage v3 = (ChunkedDataLayoutMessage) layout;
      chunk = v3.getChunkDimensions();
      if (v3.getSize() != dataset.cells().bytes()) {
        throw new HdfException("its chunks hold numbers of " + v3.getSize() + " bytes");
      }
    }
    if (chunk.length != dataset.shape().length || Arrays.stream(chunk).anyMatch(size -> size < 1)) {
      throw new HdfException("its chunks are " + Arrays.toString(chunk));
    }
    return chunk;
  }

  private static Collection<Chunk> chunks(
      Hdf5Storage storage, Hdf5Dataset dataset, DatasetInfo info, long count) {
    DataLayoutMessage layout = dataset.layout();
    if (layout instanceof ChunkedDataLayoutMessage v3) {
      return v3.getBTreeAddress() == UNDEFINED
          ? List.of()
          : BTreeV1.createDataBTree(storage, v3.getBTreeAddress(), dataset.shape().length)
              .getChunks();
    }
    ChunkedDataLayoutMessageV4 v4 = (ChunkedDataLayoutMessageV4) layout;
    long address = v4.getAddress();
    if (address == UNDEFINED) {
      return List.of();
    }
    return switch (v4.getIndexingType()) {
      case ChunkedDataLayoutMessageV4.SINGLE_CHUNK_INDEX -> new SingleChunkIndex(v4, info)
          .getAllChunks();
      case ChunkedDataLayoutMessageV4.IMPLICIT_INDEX -> {
        storage.place(address, Math.multiplyExact(count, (long) info.getChunkSizeInBytes()));
        yield new ImplicitChunkIndex(address, info).getAllChunks();
      }
      case ChunkedDataLayoutMessageV4.FIXED_ARRAY_INDEX -> new FixedArrayIndex(
              storage, address, info)
          .getAllChunks();
      case ChunkedDataLayoutMessageV4.EXTENSIBLE_ARRAY_INDEX -> {
        if (count > PAGED) {
          throw new DataException(
              dataset.place() + " has " + count + " chunks in the newest format of HDF5, of which "
                  + PAGED + " can be read; rewrite it in larger chunks: h5repack -l "
                  + dataset.name() + ":CHUNK=1024x"
                  + dataset.width() + " IN OUT");
        }
        Hdf5Dataset.checksum(
            storage, address, 16 + storage.getSizeOfOffsets() + 6 * storage.getSizeOfLengths());
        yield new ExtensibleArrayIndex(storage, address, info).getAllChunks();
      }
      case ChunkedDataLayoutMessageV4.B_TREE_V2_INDEX -> new BTreeIndex(storage, address, info)
          .getAllChunks();
      default -> throw new HdfException("its chunks have an index of type " + v4.getIndexingType());
    };
  }

  /** Keeps a chunk; false for one without storage, or outside the dataset, as one that was made smaller may have. */
  private boolean put(Hdf5Storage storage, Hdf5Dataset dataset, Chunk chunk) {
    long[] corner = chunk.getChunkOffset();
    int rank = corner.length;
    long row = corner[rank == 1 ? 0 : rank - 2];
    long column = rank == 1 ? 0 : corner[rank - 1];
    if (chunk.getAddress() == UNDEFINED
        || row < 0
        || row >= dataset.rows()
        || column < 0
        || column >= dataset.width()
        || rank == 3 && corner[0] != 0) {
      return false;
    }
    if (row % high != 0 || column % wide != 0) {
      throw new HdfException("a chunk begins at " + Arrays.toString(corner));
    }
    int block = block((int) row, (int) column);
    BitSet mask = chunk.getFilterMask();
    if (places[block] != UNDEFINED) {
      throw new HdfException("two chunks begin at " + Arrays.toString(corner));
    }
    masks[block] = mask == null || mask.isEmpty() ? 0 : (int) mask.toLongArray()[0];
    sizes[block] = chunk.getSize();
    if (sizes[block] < 1 || !dataset.filters().possible(sizes[block], bytes, masks[block])) {
      throw new HdfException("a chunk of " + bytes + " bytes is stored in " + sizes[block]);
    }
    places[block] = storage.place(chunk.getAddress(), sizes[block]);
    return true;
  }

  private int block(int row, int column) {
    return row / high * across + column / wide;
  }

  /** The place in the file of the chunk that holds a number. */
  long place(int row, int column) {
    return places[block(row, column)];
  }

  /** The bytes of a chunk, read and decoded. */
  byte[] read(OpenFile file, Hdf5Filters filters, int row, int column) {
    int block = block(row, column);
    byte[] stored = new byte[sizes[block]];
    file.read(ByteBuffer.wrap(stored), places[block]);
    return filters.decode(stored, masks[block], bytes);
  }
}
