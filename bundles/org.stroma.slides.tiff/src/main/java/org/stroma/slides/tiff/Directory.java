/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The fields of one image of a TIFF (TIFF 6.0, section 2). All of them lie in the file: that is looked at before anything is
 * read, so that nobody takes memory by a number that is damaged.
 */
final class Directory {
  /** Bytes of a value by TIFF's number for its type. */
  private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private static final int RATIONAL = 5;
  private static final int MOST_FIELDS = 65_536;
  private static final Set<Integer> POINTERS = Set.of(Tags.SUB_DIRECTORIES, Tags.EXIF, Tags.GPS);

  private record Field(int type, long count, long place) {}

  private final TiffBytes in;
  private final String name;
  private final long place;
  private final long link;
  private final Map<Integer, Field> fields = new HashMap<>();
  private final List<Long> pointers = new ArrayList<>();

  /**
   * Reads where the fields are.
   *
   * @param name of the image in sentences, such as "image 1"
   * @throws org.stroma.api.data.DataException for a place or fields that are not in the file
   */
  Directory(TiffBytes in, long place, String name) throws IOException {
    this.in = in;
    this.name = name;
    this.place = place;
    boolean big = in.big();
    if (place < 8 || place > in.size() - 2) {
      throw in.cut("its directory of " + name + " lies at byte " + place);
    }
    long entries = in.number(place, big ? 8 : 2);
    int each = big ? 20 : 12;
    long first = place + (big ? 8 : 2);
    if (entries < 1
        || entries > MOST_FIELDS
        || first + entries * each + (big ? 8 : 4) > in.size()) {
      throw in.cut(
          "its directory of " + name + " at byte " + place + " has " + entries + " entries");
    }
    link = first + entries * each;
    ByteBuffer all = in.read(first, (int) entries * each);
    for (int i = 0; i < entries; i++) {
      field(all, i * each, first + (long) i * each);
    }
  }

  private void field(ByteBuffer all, int at, long entry) throws IOException {
    boolean big = in.big();
    int tag = (int) TiffBytes.number(all, at, 2);
    int type = (int) TiffBytes.number(all, at + 2, 2);
    long count = TiffBytes.number(all, at + 4, big ? 8 : 4);
    int inside = big ? 12 : 8;
    if (POINTERS.contains(tag)) {
      pointers.add(entry);
    }
    if (type < 1 || type >= BYTES.length || BYTES[type] == 0) {
      return; // readers pass over types that they do not know
    }
    long bytes = count < 0 || count > in.size() ? Long.MAX_VALUE : count * BYTES[type];
    int room = big ? 8 : 4;
    long at0 = bytes <= room ? entry + inside : TiffBytes.number(all, at + inside, room);
    if (bytes > in.size() || at0 < 0 || at0 > in.size() - bytes) {
      throw in.cut("field " + tag + " of " + name + " has " + count + " values at byte " + at0);
    }
    fields.putIfAbsent(tag, new Field(type, count, at0));
  }

  /** Its name in sentences. */
  String name() {
    return name;
  }

  TiffBytes file() {
    return in;
  }

  long place() {
    return place;
  }

  /** Where the place of the next directory is stored. */
  long link() {
    return link;
  }

  /** Where those entries lie that lead to further directories. */
  List<Long> pointers() {
    return pointers;
  }

  boolean has(int tag) {
    return fields.containsKey(tag);
  }

  /** How many values a field has; 0 where it is not there. */
  long count(int tag) {
    Field field = fields.get(tag);
    return field == null ? 0 : field.count();
  }

  /** The first value of a field; {@code otherwise} where it is not there. */
  long one(int tag, long otherwise) throws IOException {
    Field field = fields.get(tag);
    return field == null || field.count() < 1
        ? otherwise
        : in.number(field.place(), Math.min(8, BYTES[field.type()]));
  }

  /** All values of a field; none where it is not there. */
  long[] numbers(int tag) throws IOException {
    Field field = fields.get(tag);
    if (field == null) {
      return new long[0];
    }
    int each = BYTES[field.type()];
    ByteBuffer all = in.read(field.place(), Math.toIntExact(field.count() * each));
    long[] numbers = new long[(int) field.count()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = TiffBytes.number(all, i * each, each);
    }
    return numbers;
  }

  /** A quotient of two numbers; none where it is not there or is not above 0. */
  OptionalDouble rational(int tag) throws IOException {
    Field field = fields.get(tag);
    if (field == null || field.type() != RATIONAL || field.count() < 1) {
      return OptionalDouble.empty();
    }
    double value = (double) in.number(field.place(), 4) / in.number(field.place() + 4, 4);
    return value > 0 && value < Double.POSITIVE_INFINITY
        ? OptionalDouble.of(value)
        : OptionalDouble.empty();
  }

  /** The bytes of a field, up to a number of them. */
  byte[] bytes(int tag, int most) throws IOException {
    Field field = fields.get(tag);
    return field == null
        ? new byte[0]
        : in.read(field.place(), (int) Math.min(most, field.count() * BYTES[field.type()]))
            .array();
  }

  /** The beginning of a text, a letter a byte. */
  String text(int tag) throws IOException {
    return new String(bytes(tag, 1 << 16), StandardCharsets.ISO_8859_1);
  }
}
