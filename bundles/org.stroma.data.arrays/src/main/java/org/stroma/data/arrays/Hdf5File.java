/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.stroma.api.data.DataException;

/** A file of patch features in HDF5. It is opened for each reading and closed again. */
record Hdf5File(Path file) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Mapped at once; a buffer holds less than 2 GB. */
  private static final long MAPPED = 1L << 30;

  /** What stands in the file's headers. */
  record Matrix(String name, int rows, int width, Cells cells) {}

  /** Opens the file, and turns what is wrong with it into a sentence. */
  private <T> T with(Function<HdfFile, T> use) {
    try {
      if (!Arrays.equals(start(), SIGNATURE)) {
        throw new DataException(file + " is no HDF5 file: it does not start as one");
      }
      try (HdfFile open = new HdfFile(file)) {
        return use.apply(open);
      }
    } catch (DataException e) {
      throw e;
    } catch (HdfException e) {
      throw damaged(e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // such as the end of a buffer where the file's own addresses lead
      throw damaged(e);
    }
  }

  private DataException damaged(Exception e) {
    return new DataException(file + " is damaged, or not written to its end: " + e.getMessage(), e);
  }

  private byte[] start() throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(SIGNATURE.length);
    }
  }

  /** The first of these datasets that the file has; null for none. */
  String find(List<String> names) {
    return with(open ->
        names.stream().filter(name -> node(open, name) instanceof Dataset).findFirst().orElse(null));
  }

  /** The names of the file's datasets, for messages. */
  List<String> datasets() {
    return with(open ->
        open.getChildren().values().stream().filter(Dataset.class::isInstance).map(Node::getName).sorted().toList());
  }

  private static Node node(HdfFile open, String name) {
    try {
      return open.getByPath(name);
    } catch (HdfException e) {
      return null;
    }
  }

  private Dataset dataset(HdfFile open, String name) {
    if (node(open, name) instanceof Dataset dataset) {
      return dataset;
    }
    throw new DataException(file + " has no dataset " + name);
  }

  /** Looks at a dataset of [N, D], or [1, N, D]. */
  Matrix matrix(String name) {
    return with(open -> {
      Dataset dataset = dataset(open, name);
      long[] shape = dataset.getDimensionsAsLong();
      boolean leading = shape.length == 3 && shape[0] == 1;
      if (shape.length != 2 && !leading) {
        throw new DataException(file + ": dataset " + name + " has the shape " + Arrays.toString(shape)
            + "; it has to be [patches, features]");
      }
      long rows = shape[shape.length - 2];
      long width = shape[shape.length - 1];
      if (rows == 0 || width == 0) {
        throw new DataException(file + ": dataset " + name + " has the shape " + Arrays.toString(shape)
            + "; a slide has to have at least one patch");
      }
      if (rows > Integer.MAX_VALUE || width > 1 << 20) {
        throw new DataException(file + ": dataset " + name + " has the shape " + Arrays.toString(shape) + ", which is too large");
      }
      if (dataset instanceof ContiguousDataset contiguous) {
        long end = open.getUserBlockSize() + contiguous.getDataAddress() + dataset.getSizeInBytes();
        long size = open.size();
        if (end > size) {
          throw new DataException(file + " is not written to its end: it has " + size + " bytes, and dataset " + name
              + " ends at " + end);
        }
      }
      return new Matrix(name, (int) rows, (int) width, cells(name, dataset.getDataType()));
    });
  }

  private Cells cells(String name, DataType type) {
    if (type instanceof FloatingPoint f && (f.getSize() == 2 || f.getSize() == 4 || f.getSize() == 8)) {
      Cells.Kind kind =
          f.getSize() == 2 ? Cells.Kind.FLOAT16 : f.getSize() == 4 ? Cells.Kind.FLOAT32 : Cells.Kind.FLOAT64;
      // bfloat16 has two bytes as well
      if (f.getSize() != 2 || f.getExponentSize() == 5) {
        return new Cells(kind, f.getByteOrder());
      }
    }
    if (type instanceof FixedPoint i) {
      Cells.Kind kind =
          switch (i.getSize()) {
            case 1 -> i.isSigned() ? Cells.Kind.INT8 : Cells.Kind.UINT8;
            case 2 -> i.isSigned() ? Cells.Kind.INT16 : Cells.Kind.UINT16;
            case 4 -> i.isSigned() ? Cells.Kind.INT32 : Cells.Kind.UINT32;
            case 8 -> Cells.Kind.INT64;
            default -> null;
          };
      if (kind != null) {
        return new Cells(kind, i.getByteOrder());
      }
    }
    throw new DataException(file + ": dataset " + name + " holds " + type.getClass().getSimpleName() + " of " + type.getSize()
        + " bytes; it has to hold numbers (float16, float32, float64 or integers)");
  }

  /** A number of an attribute, looked for on the datasets, at the root and in the group metadata. */
  OptionalDouble number(String attribute, List<String> datasets) {
    return with(open -> {
      for (Object value : attributes(open, attribute, datasets)) {
        Object first = value != null && value.getClass().isArray() && java.lang.reflect.Array.getLength(value) > 0
            ? java.lang.reflect.Array.get(value, 0) : value;
        if (first instanceof Number number) {
          return OptionalDouble.of(number.doubleValue());
        }
      }
      return OptionalDouble.empty();
    });
  }

  private static List<Object> attributes(HdfFile open, String attribute, List<String> datasets) {
    Map<String, Node> places = new LinkedHashMap<>();
    datasets.forEach(name -> places.put(name, node(open, name)));
    places.put("/", open);
    places.put("metadata", node(open, "metadata"));
    return places.values().stream()
        .filter(node -> node != null)
        .map(node -> node.getAttribute(attribute))
        .filter(a -> a != null)
        .map(Attribute::getData)
        .toList();
  }

  /** All numbers of a dataset as doubles, row by row; for coordinates and labels. */
  double[] numbers(String name) {
    return with(open -> {
      Dataset dataset = dataset(open, name);
      cells(name, dataset.getDataType());
      if (dataset.getSize() == 0) {
        return new double[0];
      }
      Object flat = dataset.getDataFlat();
      double[] numbers = new double[java.lang.reflect.Array.getLength(flat)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = ((Number) java.lang.reflect.Array.get(flat, i)).doubleValue();
      }
      return numbers;
    });
  }

  /** A dataset's rows. Contiguous ones are mapped and copied once; chunked ones are read by chunk, several at a time. */
  Rows rows(Matrix matrix) {
    return new Rows() {
      @Override
      public Path file() {
        return file;
      }

      @Override
      public int count() {
        return matrix.rows();
      }

      @Override
      public int width() {
        return matrix.width();
      }

      @Override
      public void read(int[] rows, FloatBuffer target) {
        with(open -> {
          Dataset dataset = dataset(open, matrix.name());
          if (dataset instanceof ContiguousDataset contiguous) {
            contiguous(open.getUserBlockSize() + contiguous.getDataAddress(), matrix, rows, target);
          } else if (dataset instanceof ChunkedDataset chunked) {
            chunked(chunked, matrix, rows, target);
          } else {
            whole(dataset, matrix, rows, target);
          }
          return null;
        });
      }
    };
  }

  private void contiguous(long address, Matrix matrix, int[] rows, FloatBuffer target) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MappedRows.copy(channel, address, matrix.rows(), matrix.width(), matrix.cells(), rows, target, MAPPED);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void chunked(ChunkedDataset dataset, Matrix matrix, int[] rows, FloatBuffer target) {
    int[] chunk = dataset.getChunkDimensions();
    int lead = chunk.length - 2;
    int high = chunk[lead];
    int wide = chunk[lead + 1];
    int start = target.position();
    int wanted = rows == null ? matrix.rows() : rows.length;
    int[] blocks =
        rows == null
            ? IntStream.range(0, (matrix.rows() + high - 1) / high).toArray()
            : Arrays.stream(rows).map(row -> row / high).distinct().toArray();
    Arrays.stream(blocks).parallel().forEach(block -> {
      // the wanted rows of this block, as a range of the target
      int from = rows == null ? block * high : lowest(rows, block * high);
      int end = rows == null ? Math.min(matrix.rows(), (block + 1) * high) : lowest(rows, (block + 1) * high);
      float[] some = new float[Math.min(wide, matrix.width())];
      for (int column = 0; column < matrix.width(); column += wide) {
        int[] corner = new int[chunk.length];
        corner[lead] = block * high;
        corner[lead + 1] = column;
        int count = Math.min(wide, matrix.width() - column);
        ByteBuffer bytes = ByteBuffer.wrap(dataset.getDecompressedChunk(corner)).order(matrix.cells().order());
        FloatBuffer floats = matrix.cells().kind() == Cells.Kind.FLOAT32 ? bytes.asFloatBuffer() : null;
        for (int k = from; k < end; k++) {
          int row = (rows == null ? k : rows[k]) - block * high;
          int to = start + k * matrix.width() + column;
          if (floats != null) {
            target.put(to, floats, row * wide, count);
          } else {
            matrix.cells().decode(bytes, row * wide * matrix.cells().bytes(), some, count);
            target.put(to, some, 0, count);
          }
        }
      }
    });
    target.position(start + Math.multiplyExact(wanted, matrix.width()));
  }

  /** The place of the first of rising numbers that is not below a bound. */
  private static int lowest(int[] rows, int bound) {
    int place = Arrays.binarySearch(rows, bound);
    return place < 0 ? -place - 1 : place;
  }

  /** Small files may keep a dataset in its header. */
  private static void whole(Dataset dataset, Matrix matrix, int[] rows, FloatBuffer target) {
    Object flat = dataset.getDataFlat();
    int wanted = rows == null ? matrix.rows() : rows.length;
    for (int k = 0; k < wanted; k++) {
      int row = rows == null ? k : rows[k];
      for (int i = 0; i < matrix.width(); i++) {
        target.put(((Number) java.lang.reflect.Array.get(flat, row * matrix.width() + i)).floatValue());
      }
    }
  }
}
