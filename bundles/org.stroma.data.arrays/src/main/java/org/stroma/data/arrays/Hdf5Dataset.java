/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import io.jhdf.FractalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.btree.BTreeV2;
import io.jhdf.btree.record.AttributeNameForIndexedAttributesRecord;
import io.jhdf.checksum.ChecksumUtils;
import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.OpaqueDataType;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.FilterPipelineMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;

/**
 * What stands in a dataset's header.
 *
 * @param shape in the file
 * @param rows of [N, D], or [1, N, D], or [N]; 0 where it is empty
 * @param width D; 1 for [N]
 */
record Hdf5Dataset(
    Path file,
    String name,
    long[] shape,
    int rows,
    int width,
    Cells cells,
    DataLayoutMessage layout,
    Hdf5Filters filters) {
  private static final int LARGEST_WIDTH = 1 << 20;
  private static final long UNDEFINED = -1;

  static Hdf5Dataset of(Path file, String name, ObjectHeader header) {
    long[] shape =
        header.getMessageOfType(DataSpaceMessage.class).getDataSpace().getDimensionsAsLong();
    int rank = shape.length;
    boolean leading = rank == 3 && shape[0] <= 1;
    if (rank < 1 || rank > 2 && !leading) {
      throw new DataException(file + ": dataset " + name + " has the shape "
          + Arrays.toString(shape) + "; it has to be [patches, numbers]");
    }
    long rows = leading ? shape[0] * shape[1] : shape[0];
    long width = rank == 1 ? 1 : shape[rank - 1];
    if (rows < 0 || rows > Integer.MAX_VALUE || width < 0 || width > LARGEST_WIDTH) {
      throw new DataException(file + ": dataset " + name + " has the shape "
          + Arrays.toString(shape) + ", which is too large");
    }
    DataTypeMessage type = header.getMessageOfType(DataTypeMessage.class);
    if (type.isMessageShared()) {
      throw new DataException(file + ": dataset " + name
          + " has a type that is stored apart, which is not read here; write "
          + "it anew with a plain type, such as float32");
    }
    Hdf5Filters filters = header.hasMessageOfType(FilterPipelineMessage.class)
        ? Hdf5Filters.of(
            file, name, header.getMessageOfType(FilterPipelineMessage.class).getFilters())
        : Hdf5Filters.NONE;
    return new Hdf5Dataset(
        file,
        name,
        shape,
        (int) rows,
        (int) width,
        cells(file, name, type.getDataType()),
        header.getMessageOfType(DataLayoutMessage.class),
        filters);
  }

  boolean empty() {
    return rows == 0;
  }

  /** The file and the dataset, for messages. */
  String place() {
    return file + ": dataset " + name;
  }

  private static Cells cells(Path file, String name, DataType type) {
    if (type instanceof FloatingPoint f) {
      Cells.Kind kind =
          switch (f.getSize() * 100 + f.getExponentSize()) {
            case 205 -> Cells.Kind.FLOAT16;
            case 208 -> Cells.Kind.BFLOAT16;
            case 408 -> Cells.Kind.FLOAT32;
            case 811 -> Cells.Kind.FLOAT64;
            default -> null;
          };
      if (kind != null && f.getBitPrecision() == 8 * f.getSize() && f.getBitOffset() == 0) {
        return new Cells(kind, f.getByteOrder());
      }
    }
    if (type instanceof FixedPoint i
        && i.getBitPrecision() == 8 * i.getSize()
        && i.getBitOffset() == 0) {
      Cells.Kind kind =
          switch (i.getSize()) {
            case 1 -> i.isSigned() ? Cells.Kind.INT8 : Cells.Kind.UINT8;
            case 2 -> i.isSigned() ? Cells.Kind.INT16 : Cells.Kind.UINT16;
            case 4 -> i.isSigned() ? Cells.Kind.INT32 : Cells.Kind.UINT32;
            case 8 -> i.isSigned() ? Cells.Kind.INT64 : Cells.Kind.UINT64;
            default -> null;
          };
      if (kind != null) {
        return new Cells(kind, i.getByteOrder());
      }
    }
    if (type instanceof OpaqueDataType && type.getSize() == 2) {
      return new Cells(Cells.Kind.OPAQUE16, ByteOrder.LITTLE_ENDIAN);
    }
    throw new DataException(file + ": dataset " + name + " holds " + named(type)
        + "; it has to hold numbers (float16, float32, float64 or integers)");
  }

  private static String named(DataType type) {
    if (type instanceof StringData || type instanceof VariableLength) {
      return "text";
    }
    return type instanceof EnumDataType
        ? "an enumeration, such as True and False"
        : type instanceof CompoundDataType
            ? "compound values, such as complex numbers"
            : (type instanceof FloatingPoint ? "floats" : type.getClass().getSimpleName()) + " of "
                + type.getSize() + " bytes";
  }

  /** The numbers among an object's attributes by name, the first one of several. */
  static Map<String, Double> attributes(Hdf5Storage storage, ObjectHeader header) {
    Map<String, Double> numbers = new HashMap<>();
    for (AttributeMessage message : messages(storage, header)) {
      ByteBuffer data = message.getDataBuffer();
      Cells cells = number(message.getDataType());
      if (data != null && cells != null) {
        numbers.put(message.getName(), cells.number(data.order(cells.order()), 0));
      }
    }
    return numbers;
  }

  private static Cells number(DataType type) {
    try {
      return type instanceof FloatingPoint || type instanceof FixedPoint
          ? cells(null, "", type)
          : null;
    } catch (DataException e) {
      return null;
    }
  }

  private static List<AttributeMessage> messages(Hdf5Storage storage, ObjectHeader header) {
    List<AttributeMessage> messages =
        new ArrayList<>(header.getMessagesOfType(AttributeMessage.class));
    for (AttributeInfoMessage info : header.getMessagesOfType(AttributeInfoMessage.class)) {
      if (info.getFractalHeapAddress() != UNDEFINED) {
        FractalHeap heap = heap(storage, info.getFractalHeapAddress());
        BTreeV2<AttributeNameForIndexedAttributesRecord> index =
            new BTreeV2<>(storage, info.getAttributeNameBTreeAddress());
        for (AttributeNameForIndexedAttributesRecord entry : index.getRecords()) {
          messages.add(
              new AttributeMessage(heap.getId(entry.getHeapId()), storage, entry.getFlags()));
        }
      }
    }
    return messages;
  }

  /** A heap; its checksum is looked at before its sizes are believed. */
  static FractalHeap heap(Hdf5Storage storage, long address) {
    checksum(
        storage, address, 26 + 12 * storage.getSizeOfLengths() + 3 * storage.getSizeOfOffsets());
    return new FractalHeap(storage, address);
  }

  /** Looks at a header's checksum, its last four bytes. */
  static void checksum(Hdf5Storage storage, long address, int length) {
    ByteBuffer bytes = storage.readBufferFromAddress(address, length);
    ChecksumUtils.validateChecksum(bytes);
  }
}
