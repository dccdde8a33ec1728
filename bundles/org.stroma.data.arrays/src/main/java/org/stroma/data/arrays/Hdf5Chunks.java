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

/** The chunk index of a dataset: offset, stored size and filter mask of each chunk. */
final class Hdf5Chunks {
  private static final long UNDEFINED = -1;

  /**
   * From this many chunks on, the data blocks of an extensible array are paged, which jHDF does not
   * support.
   */
  private static final long PAGED = 131_056;

  /** Rows of a chunk. */
  final int chunkRows;

  final int chunkColumns;

  /** Size of a decoded chunk in bytes. */
  final int bytes;

  private final int chunksPerRow;
  private final long[] offsets;
  private final int[] sizes;
  private final int[] masks;

  private Hdf5Chunks(int chunkRows, int chunkColumns, int bytes, int chunksPerRow, int count) {
    this.chunkRows = chunkRows;
    this.chunkColumns = chunkColumns;
    this.bytes = bytes;
    this.chunksPerRow = chunksPerRow;
    this.offsets = new long[count];
    this.sizes = new int[count];
    this.masks = new int[count];
    Arrays.fill(offsets, UNDEFINED);
  }

  /** Reads the index and checks that every chunk exists and lies within the file. */
  static Hdf5Chunks read(Hdf5Storage storage, Hdf5Dataset dataset) {
    int[] chunk = dimensions(dataset);
    int rank = chunk.length;
    int chunkRows = chunk[rank == 1 ? 0 : rank - 2];
    int chunkColumns = rank == 1 ? 1 : chunk[rank - 1];
    long product = dataset.elementType().bytes();
    for (int size : chunk) {
      product = Math.multiplyExact(product, (long) size);
    }
    if (product <= 0 || product > Integer.MAX_VALUE - 64) {
      throw new HdfException("its chunks are " + Arrays.toString(chunk));
    }
    long chunksPerColumn = (dataset.rows() + chunkRows - 1L) / chunkRows;
    int chunksPerRow = (dataset.width() + chunkColumns - 1) / chunkColumns;
    long count = Math.multiplyExact(chunksPerColumn, (long) chunksPerRow);
    // each chunk takes at least one byte
    if (count > storage.size()) {
      throw unwritten(dataset, 0, count);
    }
    Collection<Chunk> stored =
        chunks(storage, dataset, new DatasetInfo((int) product, dataset.shape(), chunk), count);
    if (stored.size() < count) {
      throw unwritten(dataset, stored.size(), count);
    }
    Hdf5Chunks chunks =
        new Hdf5Chunks(chunkRows, chunkColumns, (int) product, chunksPerRow, (int) count);
    long found =
        stored.stream().filter(chunk1 -> chunks.put(storage, dataset, chunk1)).count();
    if (found < count) {
      throw unwritten(dataset, found, count);
    }
    return chunks;
  }

  private static DataException unwritten(Hdf5Dataset dataset, long found, long count) {
    return new DataException(dataset.label() + " has " + found + " of " + count
        + " chunks: the others were never written; make the file again");
  }

  private static int[] dimensions(Hdf5Dataset dataset) {
    DataLayoutMessage layout = dataset.layout();
    int[] chunk;
    if (layout instanceof ChunkedDataLayoutMessageV4 v4) {
      int[] v4Dimensions = v4.getChunkDimensions();
      chunk = Arrays.copyOf(v4Dimensions, v4Dimensions.length - 1);
    } else {
      ChunkedDataLayoutMessage v3 = (ChunkedDataLayoutMessage) layout;
      chunk = v3.getChunkDimensions();
      if (v3.getSize() != dataset.elementType().bytes()) {
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
        storage.offset(address, Math.multiplyExact(count, (long) info.getChunkSizeInBytes()));
        yield new ImplicitChunkIndex(address, info).getAllChunks();
      }
      case ChunkedDataLayoutMessageV4.FIXED_ARRAY_INDEX -> new FixedArrayIndex(
              storage, address, info)
          .getAllChunks();
      case ChunkedDataLayoutMessageV4.EXTENSIBLE_ARRAY_INDEX -> {
        if (count > PAGED) {
          throw new DataException(
              dataset.label() + " has " + count + " chunks in the newest format of HDF5, of which "
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

  /**
   * Records a chunk. Returns false if it has no storage, or lies outside a dataset that was shrunk.
   */
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
    if (row % chunkRows != 0 || column % chunkColumns != 0) {
      throw new HdfException("a chunk begins at " + Arrays.toString(corner));
    }
    int index = chunkIndex((int) row, (int) column);
    BitSet mask = chunk.getFilterMask();
    if (offsets[index] != UNDEFINED) {
      throw new HdfException("two chunks begin at " + Arrays.toString(corner));
    }
    masks[index] = mask == null || mask.isEmpty() ? 0 : (int) mask.toLongArray()[0];
    sizes[index] = chunk.getSize();
    if (sizes[index] < 1 || !dataset.filters().possible(sizes[index], bytes, masks[index])) {
      throw new HdfException("a chunk of " + bytes + " bytes is stored in " + sizes[index]);
    }
    offsets[index] = storage.offset(chunk.getAddress(), sizes[index]);
    return true;
  }

  private int chunkIndex(int row, int column) {
    return row / chunkRows * chunksPerRow + column / chunkColumns;
  }

  /** File offset of the chunk that contains an element. */
  long offset(int row, int column) {
    return offsets[chunkIndex(row, column)];
  }

  /** Reads and decodes the chunk that contains an element. */
  byte[] read(OpenFile file, Hdf5Filters filters, int row, int column) {
    int index = chunkIndex(row, column);
    byte[] stored = new byte[sizes[index]];
    file.read(ByteBuffer.wrap(stored), offsets[index]);
    return filters.decode(stored, masks[index], bytes);
  }
}
