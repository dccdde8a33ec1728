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
 * The header of a dataset.
 *
 * @param shape the shape as stored
 * @param rows N of [N, D], [1, N, D] or [N]; 0 if empty
 * @param width D; 1 for [N]
 */
record Hdf5Dataset(
    Path file,
    String name,
    long[] shape,
    int rows,
    int width,
    ElementType elementType,
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
        elementType(file, name, type.getDataType()),
        header.getMessageOfType(DataLayoutMessage.class),
        filters);
  }

  boolean empty() {
    return rows == 0;
  }

  /** File and dataset name, for messages. */
  String label() {
    return file + ": dataset " + name;
  }

  private static ElementType elementType(Path file, String name, DataType type) {
    if (type instanceof FloatingPoint f) {
      ElementType.Kind kind =
          switch (f.getSize() * 100 + f.getExponentSize()) {
            case 205 -> ElementType.Kind.FLOAT16;
            case 208 -> ElementType.Kind.BFLOAT16;
            case 408 -> ElementType.Kind.FLOAT32;
            case 811 -> ElementType.Kind.FLOAT64;
            default -> null;
          };
      if (kind != null && f.getBitPrecision() == 8 * f.getSize() && f.getBitOffset() == 0) {
        return new ElementType(kind, f.getByteOrder());
      }
    }
    if (type instanceof FixedPoint i
        && i.getBitPrecision() == 8 * i.getSize()
        && i.getBitOffset() == 0) {
      ElementType.Kind kind =
          switch (i.getSize()) {
            case 1 -> i.isSigned() ? ElementType.Kind.INT8 : ElementType.Kind.UINT8;
            case 2 -> i.isSigned() ? ElementType.Kind.INT16 : ElementType.Kind.UINT16;
            case 4 -> i.isSigned() ? ElementType.Kind.INT32 : ElementType.Kind.UINT32;
            case 8 -> i.isSigned() ? ElementType.Kind.INT64 : ElementType.Kind.UINT64;
            default -> null;
          };
      if (kind != null) {
        return new ElementType(kind, i.getByteOrder());
      }
    }
    if (type instanceof OpaqueDataType && type.getSize() == 2) {
      return new ElementType(ElementType.Kind.OPAQUE16, ByteOrder.LITTLE_ENDIAN);
    }
    throw new DataException(file + ": dataset " + name + " holds " + describe(type)
        + "; it has to hold numbers (float16, float32, float64 or integers)");
  }

  private static String describe(DataType type) {
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

  /** The numeric attributes of an object by name; of an array the first element. */
  static Map<String, Double> attributes(Hdf5Storage storage, ObjectHeader header) {
    Map<String, Double> numbers = new HashMap<>();
    for (AttributeMessage message : messages(storage, header)) {
      ByteBuffer data = message.getDataBuffer();
      ElementType elementType = numericType(message.getDataType());
      if (data != null && elementType != null) {
        numbers.put(message.getName(), elementType.number(data.order(elementType.order()), 0));
      }
    }
    return numbers;
  }

  private static ElementType numericType(DataType type) {
    try {
      return type instanceof FloatingPoint || type instanceof FixedPoint
          ? elementType(null, "", type)
          : null;
    } catch (DataException e) {
      return null;
    }
  }

  static List<AttributeMessage> messages(Hdf5Storage storage, ObjectHeader header) {
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

  /** Opens a fractal heap after checking its checksum, so that its sizes can be trusted. */
  static FractalHeap heap(Hdf5Storage storage, long address) {
    checksum(
        storage, address, 26 + 12 * storage.getSizeOfLengths() + 3 * storage.getSizeOfOffsets());
    return new FractalHeap(storage, address);
  }

  /** Checks a header's checksum, its last four bytes. */
  static void checksum(Hdf5Storage storage, long address, int length) {
    ByteBuffer bytes = storage.readBufferFromAddress(address, length);
    ChecksumUtils.validateChecksum(bytes);
  }
}
