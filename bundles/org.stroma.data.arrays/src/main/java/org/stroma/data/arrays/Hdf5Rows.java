/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.DataLayoutMessage.CompactDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.stroma.api.data.DataException;

/**
 * The rows of a dataset. Rows stored uncompressed, contiguously or in chunks of full width, are
 * read by their offset; other chunks are read whole and decoded in parallel.
 */
final class Hdf5Rows implements RowSource {
  private static final long UNDEFINED = -1;

  private final OpenFile.Stamp stamp;
  private final Hdf5Dataset dataset;
  private final ElementType elementType;

  /** File offset of the first number of a contiguous dataset. */
  private final long offset;

  /** Softly referenced: the index of a slide with one patch per chunk is long. */
  private SoftReference<Hdf5Chunks> chunks = new SoftReference<>(null);

  private Hdf5Rows(
      OpenFile.Stamp stamp, Hdf5Dataset dataset, ElementType elementType, long offset) {
    this.stamp = stamp;
    this.dataset = dataset;
    this.elementType = elementType;
    this.offset = offset;
  }

  /**
   * The rows of a dataset, after checking that all data exist.
   *
   * @param elementType how its numbers are interpreted
   */
  static Hdf5Rows of(
      OpenFile file, Hdf5Storage storage, Hdf5Dataset dataset, ElementType elementType) {
    long needed = (long) dataset.rows() * dataset.width() * elementType.bytes();
    if (dataset.layout() instanceof CompactDataLayoutMessage compact) {
      if (compact.getDataBuffer().remaining() < needed) {
        throw new HdfException("dataset " + dataset.name() + " holds less than its shape tells");
      }
      return new Hdf5Rows(file.stamp(), dataset, elementType, UNDEFINED);
    }
    if (dataset.layout() instanceof ContiguousDataLayoutMessage contiguous) {
      if (contiguous.getAddress() == UNDEFINED) {
        throw new DataException(dataset.label() + " was never written; make the file again");
      }
      if (contiguous.getSize() >= 0 && contiguous.getSize() != needed) {
        throw new HdfException("dataset " + dataset.name() + " has " + contiguous.getSize()
            + " bytes, and its shape " + Arrays.toString(dataset.shape()) + " needs " + needed);
      }
      return new Hdf5Rows(
          file.stamp(), dataset, elementType, storage.offset(contiguous.getAddress(), needed));
    }
    Hdf5Rows rows = new Hdf5Rows(file.stamp(), dataset, elementType, UNDEFINED);
    rows.chunks = new SoftReference<>(Hdf5Chunks.read(storage, dataset));
    return rows;
  }

  @Override
  public Path file() {
    return stamp.file();
  }

  @Override
  public int count() {
    return dataset.rows();
  }

  @Override
  public int width() {
    return dataset.width();
  }

  @Override
  public void read(RowSelection rows, FloatBuffer target) {
    int start = target.position();
    int end = start + Math.multiplyExact(rows.count(), width());
    read(rows, elementType.into(target, start));
    target.position(end);
  }

  /** All numbers, row by row (for coordinates and labels). */
  double[] numbers() {
    return numbers(0, count());
  }

  /** The numbers of some rows, row by row. */
  double[] numbers(int from, int to) {
    double[] numbers = new double[Math.multiplyExact(to - from, width())];
    read(RowSelection.range(from, to), elementType.into(numbers));
    return numbers;
  }

  private void read(RowSelection rows, ElementType.Sink sink) {
    try (OpenFile file = stamp.open()) {
      Hdf5File.guarded(file(), () -> {
        read(file, rows, sink);
        return null;
      });
    }
  }

  private void read(OpenFile file, RowSelection rows, ElementType.Sink sink) {
    long stride = (long) width() * elementType.bytes();
    if (dataset.layout() instanceof CompactDataLayoutMessage compact) {
      ByteBuffer bytes = compact.getDataBuffer();
      for (int i = 0; i < rows.count(); i++) {
        sink.put(i * width(), bytes, rows.row(i) * (int) stride, width());
      }
    } else if (offset != UNDEFINED) {
      RowReader.read(file, row -> offset + row * stride, width(), elementType, rows, sink);
    } else {
      Hdf5Chunks index = chunks(file);
      if (dataset.filters().none() && index.chunkColumns == width()) {
        RowReader.read(
            file,
            row -> index.offset(row, 0) + row % index.chunkRows * stride,
            width(),
            elementType,
            rows,
            sink);
      } else {
        readChunks(file, index, rows, sink);
      }
    }
  }

  private synchronized Hdf5Chunks chunks(OpenFile file) {
    Hdf5Chunks index = chunks.get();
    if (index == null) {
      index = Hdf5Chunks.read(new Hdf5Storage(file), dataset);
      chunks = new SoftReference<>(index);
    }
    return index;
  }

  private void readChunks(
      OpenFile file, Hdf5Chunks index, RowSelection rows, ElementType.Sink sink) {
    int chunkRows = index.chunkRows;
    IntStream.Builder blocks = IntStream.builder();
    for (int at = 0; at < rows.count(); ) {
      int block = rows.row(at) / chunkRows;
      blocks.add(block);
      at = rows.lowest((int) Math.min(Integer.MAX_VALUE, (block + 1L) * chunkRows));
    }
    Arrays.stream(blocks.build().toArray()).parallel().forEach(block -> {
      // the selected rows of this chunk, as a range of the target
      int first = block * chunkRows;
      int end = (int) Math.min(count(), (long) first + chunkRows);
      int from = rows.lowest(first);
      int to = rows.lowest(end);
      for (int column = 0; column < width(); column += index.chunkColumns) {
        ByteBuffer bytes = ByteBuffer.wrap(index.read(file, dataset.filters(), first, column));
        int columns = Math.min(index.chunkColumns, width() - column);
        for (int k = from; k < to; k++) {
          int row = rows.row(k) - first;
          sink.put(
              k * width() + column, bytes, row * index.chunkColumns * elementType.bytes(), columns);
        }
      }
    });
  }
}
