/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What the values of a column are, by its type and what is noted about it (Apache Parquet, "Types" and "Logical Types").
 */
final class Values {
  private Values() {}

  /** How a value is read as a number, truth as 1 and 0; empty where the column holds no numbers. */
  static Optional<ToDoubleFunction<ColumnReader>> numbers(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimals(type.getPrimitiveTypeName(), decimal.getScale());
    } else if (logical instanceof Float16LogicalTypeAnnotation) {
      return Optional.of(reader -> half(reader.getBinary().toByteBuffer()));
    } else if (logical != null && !(logical instanceof IntLogicalTypeAnnotation)) {
      return Optional.empty();
    }
    boolean unsigned = logical instanceof IntLogicalTypeAnnotation whole && !whole.isSigned();
    return Optional.ofNullable(
        switch (type.getPrimitiveTypeName()) {
          case FLOAT -> ColumnReader::getFloat;
          case DOUBLE -> ColumnReader::getDouble;
          case BOOLEAN -> reader -> reader.getBoolean() ? 1 : 0;
          case INT32 -> unsigned
              ? reader -> Integer.toUnsignedLong(reader.getInteger())
              : ColumnReader::getInteger;
          case INT64 -> unsigned ? reader -> unsigned(reader.getLong()) : ColumnReader::getLong;
          default -> null;
        });
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : new BigInteger(Long.toUnsignedString(value)).doubleValue();
  }

  private static Optional<ToDoubleFunction<ColumnReader>> decimals(
      PrimitiveTypeName type, int scale) {
    return Optional.of(
        switch (type) {
          case INT32 -> reader -> BigDecimal.valueOf(reader.getInteger(), scale).doubleValue();
          case INT64 -> reader -> BigDecimal.valueOf(reader.getLong(), scale).doubleValue();
          default -> reader ->
              new BigDecimal(new BigInteger(reader.getBinary().getBytes()), scale).doubleValue();
        });
  }

  /** IEEE 754 half precision, the low byte first. */
  private static float half(ByteBuffer bytes) {
    int low = bytes.get(bytes.position()) & 0xFF;
    int high = bytes.get(bytes.position() + 1);
    int exponent = high >> 2 & 0x1F;
    int fraction = (high & 3) << 8 | low;
    float size = exponent == 0x1F
        ? fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN
        : exponent == 0
            ? Math.scalb((float) fraction, -24)
            : Math.scalb((float) (fraction | 0x400), exponent - 25);
    return high < 0 ? -size : size;
  }

  /** A name: text, or a whole number; null where the column holds neither. */
  static String name(PrimitiveType type, ColumnReader reader) {
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> String.valueOf(reader.getInteger());
      case INT64 -> String.valueOf(reader.getLong());
      case BINARY -> reader.getBinary().toStringUsingUTF8();
      default -> null;
    };
  }

  /** Whether its values may be names. */
  static boolean names(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case INT32, INT64 -> logical == null || logical instanceof IntLogicalTypeAnnotation;
      case BINARY -> logical == null
          || logical.equals(LogicalTypeAnnotation.stringType())
          || logical.equals(LogicalTypeAnnotation.enumType());
      default -> false;
    };
  }

  /** The type in words, for messages. */
  static String words(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (logical == null) {
      return type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
          ? "texts or bytes"
          : "values of type " + type.getPrimitiveTypeName().name().toLowerCase(Locale.ROOT);
    }
    return logical.equals(LogicalTypeAnnotation.stringType())
        ? "texts"
        : "values of type " + logical.toString().toLowerCase(Locale.ROOT);
  }
}
