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
 * The rows of a dataset. Rows that are stored as they are, in one piece or in chunks as wide as they, are read by their place;
 * other chunks are read whole and decoded, several at a time.
 */
final class Hdf5Rows implements Rows {
  private static final long UNDEFINED = -1;

  private final OpenFile.Stamp stamp;
  private final Hdf5Dataset dataset;
  private final Cells cells;

  /** Of the first number, where all lie in one piece. */
  private final long place;

  /** Kept while there is memory: the index of a slide in chunks of a patch each is long. */
  private SoftReference<Hdf5Chunks> chunks = new SoftReference<>(null);

  private Hdf5Rows(OpenFile.Stamp stamp, Hdf5Dataset dataset, Cells cells, long place) {
    this.stamp = stamp;
    this.dataset = dataset;
    this.cells = cells;
    this.place = place;
  }

  /**
   * The rows of a dataset; sees to it that all of it is there.
   *
   * @param cells how its numbers are to be understood
   */
  static Hdf5Rows of(OpenFile file, Hdf5Storage storage, Hdf5Dataset dataset, Cells cells) {
    long needed = (long) dataset.rows() * dataset.width() * cells.bytes();
    if (dataset.layout() instanceof CompactDataLayoutMessage compact) {
      if (compact.getDataBuffer().remaining() < needed) {
        throw new HdfException("dataset " + dataset.name() + " holds less than its shape tells");
      }
      return new Hdf5Rows(file.stamp(), dataset, cells, UNDEFINED);
    }
    if (dataset.layout() instanceof ContiguousDataLayoutMessage contiguous) {
      if (contiguous.getAddress() == UNDEFINED) {
        throw new DataException(dataset.place() + " was never written; make the file again");
      }
      if (contiguous.getSize() >= 0 && contiguous.getSize() != needed) {
        throw new HdfException("dataset " + dataset.name() + " has " + contiguous.getSize()
            + " bytes, and its shape " + Arrays.toString(dataset.shape()) + " needs " + needed);
      }
      return new Hdf5Rows(
          file.stamp(), dataset, cells, storage.place(contiguous.getAddress(), needed));
    }
    Hdf5Rows rows = new Hdf5Rows(file.stamp(), dataset, cells, UNDEFINED);
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
  public void read(Wanted rows, FloatBuffer target) {
    int start = target.position();
    int end = start + Math.multiplyExact(rows.count(), width());
    read(rows, cells.into(target, start));
    target.position(end);
  }

  /** All numbers, row by row; for coordinates and labels. */
  double[] numbers() {
    double[] numbers = new double[Math.multiplyExact(count(), width())];
    read(Wanted.range(0, count()), cells.into(numbers));
    return numbers;
  }

  private void read(Wanted rows, Cells.Sink sink) {
    try (OpenFile file = stamp.open()) {
      Hdf5File.guarded(file(), () -> {
        read(file, rows, sink);
        return null;
      });
    }
  }

  private void read(OpenFile file, Wanted rows, Cells.Sink sink) {
    long stride = (long) width() * cells.bytes();
    if (dataset.layout() instanceof CompactDataLayoutMessage compact) {
      ByteBuffer bytes = compact.getDataBuffer();
      for (int i = 0; i < rows.count(); i++) {
        sink.put(i * width(), bytes, rows.row(i) * (int) stride, width());
      }
    } else if (place != UNDEFINED) {
      FileRows.read(file, row -> place + row * stride, width(), cells, rows, sink);
    } else {
      Hdf5Chunks index = chunks(file);
      if (dataset.filters().none() && index.wide == width()) {
        FileRows.read(
            file,
            row -> index.place(row, 0) + row % index.high * stride,
            width(),
            cells,
            rows,
            sink);
      } else {
        chunked(file, index, rows, sink);
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

  private void chunked(OpenFile file, Hdf5Chunks index, Wanted rows, Cells.Sink sink) {
    int high = index.high;
    IntStream.Builder blocks = IntStream.builder();
    for (int at = 0; at < rows.count(); ) {
      int block = rows.row(at) / high;
      blocks.add(block);
      at = rows.lowest((int) Math.min(Integer.MAX_VALUE, (block + 1L) * high));
    }
    Arrays.stream(blocks.build().toArray()).parallel().forEach(block -> {
      // the wanted rows of this block, as a range of the target
      int first = block * high;
      int end = (int) Math.min(count(), (long) first + high);
      int from = rows.lowest(first);
      int to = rows.lowest(end);
      for (int column = 0; column < width(); column += index.wide) {
        ByteBuffer bytes = ByteBuffer.wrap(index.read(file, dataset.filters(), first, column));
        int some = Math.min(index.wide, width() - column);
        for (int k = from; k < to; k++) {
          int row = rows.row(k) - first;
          sink.put(k * width() + column, bytes, row * index.wide * cells.bytes(), some);
        }
      }
    });
  }
}
