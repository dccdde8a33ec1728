/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;

/**
 * Where a TIFF's images lie in it (TIFF 6.0, sections 2 and 15; BigTIFF), looked at before anything is decoded: a file that was
 * cut off, or says what cannot be, is refused with what is wrong, and no decoder takes memory by numbers that are damaged.
 */
final class Directories {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int FILL_ORDER = 266;
  private static final int DESCRIPTION = 270;
  private static final int STRIPS = 273;
  private static final int SAMPLES = 277;
  private static final int STRIP_BYTES = 279;
  private static final int PLANES = 284;
  private static final int SOFTWARE = 305;
  private static final int PREDICTOR = 317;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILES = 324;
  private static final int TILE_BYTES = 325;
  private static final int XMP = 700;
  private static final int NDPI = 65420;

  private static final Set<Integer> DECODED = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946);
  private static final Map<Integer, String> CODECS = Map.of(
      33003,
      "JPEG 2000",
      33005,
      "JPEG 2000",
      33007,
      "JPEG 2000",
      34712,
      "JPEG 2000",
      50001,
      "WebP",
      34933,
      "WebP",
      50000,
      "Zstandard",
      34926,
      "Zstandard",
      34925,
      "LZMA",
      50002,
      "JPEG XL");

  /** Bytes of a value by TIFF's number for its type. */
  private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private static final int MOST_IMAGES = 10_000;
  private static final int LONGEST_TEXT = 1 << 16;

  /** More pixels than this are not decoded at once. */
  static final long LARGEST_TILE = 100_000_000L;

  /**
   * An image.
   *
   * @param plainBytes whether samples are bytes, and those of a pixel lie together
   * @param differences whether samples are stored as differences from those of the pixel at the left
   * @param places where its tiles or strips lie; empty where their lengths are not known
   * @param bytes how long they are; 0 for those that the writer left out
   */
  record Image(
      long width,
      long height,
      boolean tiled,
      int tileWidth,
      int tileHeight,
      int compression,
      int photometric,
      int samples,
      boolean plainBytes,
      boolean differences,
      long[] places,
      long[] bytes) {
    /** Whether the writer left a tile out. */
    boolean lacks(int tile) {
      return tiled && tile < bytes.length && bytes[tile] == 0;
    }
  }

  private record Field(int type, long count, long place) {}

  private final Path file;
  private final FileChannel in;
  private final long size;
  private ByteOrder order;
  private boolean big;

  private Directories(Path file, FileChannel in) throws IOException {
    this.file = file;
    this.in = in;
    size = in.size();
  }

  /**
   * Looks a file through.
   *
   * @throws DataException for one that is cut off or damaged, or whose pixels no reader of plain TIFF puts in their places
   */
  static List<Image> check(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      return new Directories(file, in).check();
    }
  }

  private List<Image> check() throws IOException {
    if (size < 8) {
      throw new DataException(
          file + " is cut off: it has " + size + " bytes, fewer than a TIFF's header");
    }
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".ndpi")) {
      throw notPlain("a Hamamatsu NDPI"); // large ones do not even keep to TIFF's places
    }
    ByteBuffer start = read(0, 8);
    order = start.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    big = start.order(order).getShort(2) == 43;
    long place = big ? number(8, 8) : number(4, 4);
    List<Image> images = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    while (place != 0) {
      if (place < 8 || place > size - 2) {
        throw cut("its directory of image " + (images.size() + 1) + " lies at byte " + place);
      }
      if (!seen.add(place) || images.size() > MOST_IMAGES) {
        throw new DataException(file + " is damaged: its directories of images lead in a circle");
      }
      long entries = number(place, big ? 8 : 2);
      int each = big ? 20 : 12;
      long first = place + (big ? 8 : 2);
      if (entries < 1 || entries > 65_536 || first + entries * each + (big ? 8 : 4) > size) {
        throw cut("its directory of image " + (images.size() + 1) + " at byte " + place + " has "
            + entries + " entries");
      }
      Map<Integer, Field> fields = new HashMap<>();
      for (int i = 0; i < entries; i++) {
        field(fields, first + (long) i * each, images.size() + 1);
      }
      images.add(image(fields, images.size() + 1));
      place = number(first + entries * each, big ? 8 : 4);
    }
    if (images.isEmpty()) {
      throw new DataException(
          file
              + " is damaged: its header names no image; where a program did not end its work, write it again");
    }
    return images;
  }

  private DataException cut(String what) {
    return new DataException(file + " is cut off or damaged: " + what + ", and the file has " + size
        + " bytes; copy it again");
  }

  private void field(Map<Integer, Field> fields, long at, int image) throws IOException {
    int tag = (int) number(at, 2);
    int type = (int) number(at + 2, 2);
    long count = number(at + 4, big ? 8 : 4);
    long inside = at + (big ? 12 : 8);
    if (type < 1 || type >= BYTES.length || BYTES[type] == 0) {
      return; // readers pass over types that they do not know
    }
    long bytes = count < 0 || count > size ? Long.MAX_VALUE : count * BYTES[type];
    long place = bytes <= (big ? 8 : 4) ? inside : number(inside, big ? 8 : 4);
    if (bytes > size || place < 0 || place > size - bytes) {
      throw cut(
          "field " + tag + " of image " + image + " has " + count + " values at byte " + place);
    }
    fields.putIfAbsent(tag, new Field(type, count, place));
  }

  private Image image(Map<Integer, Field> fields, int number) throws IOException {
    boolean tiled = fields.containsKey(TILES) || fields.containsKey(TILE_WIDTH);
    long width = one(fields, WIDTH, 0);
    long height = one(fields, HEIGHT, 0);
    int compression = (int) one(fields, COMPRESSION, 1);
    if (number == 1) {
      vendor(fields);
      if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
        throw new DataException(file + " is damaged: its first image is " + width + " x " + height
            + " pixels; a slide has at least 1 x 1");
      }
    }
    long[][] parts = {{}, {}};
    if (number == 1 || tiled) {
      codec(compression, number);
      parts = parts(fields, tiled, width, height, number);
    }
    int samples = (int) one(fields, SAMPLES, 1);
    boolean plainBytes =
        (samples == 1 || one(fields, PLANES, 1) == 1) && one(fields, FILL_ORDER, 1) == 1;
    Field bits = fields.get(BITS);
    for (long each : bits == null ? new long[] {1} : numbers(bits)) {
      plainBytes &= each == 8;
    }
    long predictor = one(fields, PREDICTOR, 1);
    return new Image(
        width,
        height,
        tiled,
        (int) one(fields, TILE_WIDTH, 0),
        (int) one(fields, TILE_HEIGHT, 0),
        compression,
        (int) one(fields, PHOTOMETRIC, -1),
        samples,
        plainBytes && (predictor == 1 || predictor == 2),
        predictor == 2,
        parts[0],
        parts[1]);
  }

  private void codec(int compression, int number) {
    if (!DECODED.contains(compression)) {
      String name = CODECS.get(compression);
      throw new DataException(file + ": image " + number + " is compressed with "
          + (name == null ? "a method of number " + compression : name)
          + ", which this reader does not decode; save it as a tiled TIFF with JPEG, LZW or Deflate"
          + (compression == 33003 || compression == 33005
              ? ", or install OpenSlide (libopenslide), which reads it"
              : ""));
    }
  }

  /** Files of these begin as any TIFF, and hold their pixels in a way of their own. */
  private void vendor(Map<Integer, Field> fields) throws IOException {
    String description = text(fields, DESCRIPTION);
    String software = text(fields, SOFTWARE);
    String vendor = fields.containsKey(NDPI)
        ? "a Hamamatsu NDPI"
        : description.contains("leica-microsystems.com/scn")
            ? "a Leica SCN"
            : software.startsWith("Philips") || description.contains("DPUfsImport")
                ? "a Philips"
                : text(fields, XMP).contains("<iScan") || description.contains("<iScan")
                    ? "a Ventana"
                    : software.startsWith("MedScan") ? "a Trestle" : null;
    if (vendor != null) {
      throw notPlain(vendor);
    }
  }

  private DataException notPlain(String vendor) {
    return new DataException(file + " is " + vendor
        + " file, whose pixels are not where a plain TIFF has them; OpenSlide reads such "
        + "files, where its library (libopenslide) is installed and they are whole");
  }

  /** Where tiles or strips lie and how long they are, once it is sure that all of them lie in the file. */
  private long[][] parts(
      Map<Integer, Field> fields, boolean tiled, long width, long height, int number)
      throws IOException {
    Field places = fields.get(tiled ? TILES : STRIPS);
    Field counts = fields.get(tiled ? TILE_BYTES : STRIP_BYTES);
    if (places == null) {
      throw new DataException(
          file + " is damaged: image " + number + " does not say where its pixels are");
    }
    if (tiled) {
      long w = one(fields, TILE_WIDTH, 0);
      long h = one(fields, TILE_HEIGHT, 0);
      if (w < 1 || h < 1 || w > LARGEST_TILE || h > LARGEST_TILE || w * h > LARGEST_TILE) {
        throw new DataException(
            file + " is damaged: image " + number + " has tiles of " + w + " x " + h + " pixels");
      }
      long wanted = ((width + w - 1) / w) * ((height + h - 1) / h);
      if (places.count() < wanted) {
        throw new DataException(file + " is damaged: image " + number + " has " + places.count()
            + " tiles, and its size asks for " + wanted);
      }
    }
    if (counts == null || counts.count() < places.count()) {
      if (tiled) {
        throw new DataException(
            file + " is damaged: image " + number + " does not say how long its tiles are");
      }
      return new long[][] {{}, {}}; // allowed for strips that are not compressed
    }
    long[] from = numbers(places);
    long[] bytes = numbers(counts);
    boolean any = false;
    for (int i = 0; i < from.length; i++) {
      any |= bytes[i] > 0;
      if (bytes[i] != 0 && (from[i] < 0 || bytes[i] < 0 || from[i] > size - bytes[i])) {
        throw cut((tiled ? "tile " : "strip ") + (i + 1) + " of " + from.length + " of image "
            + number + " lies at byte " + from[i] + " and is " + bytes[i] + " long");
      }
    }
    return any
        ? new long[][] {from, bytes}
        : new long[][] {{}, {}}; // some writers give no lengths at all
  }

  private long one(Map<Integer, Field> fields, int tag, long otherwise) throws IOException {
    Field field = fields.get(tag);
    return field == null || field.count() < 1
        ? otherwise
        : number(field.place(), Math.min(8, BYTES[field.type()]));
  }

  private long[] numbers(Field field) throws IOException {
    int each = BYTES[field.type()];
    ByteBuffer all = read(field.place(), Math.toIntExact(field.count() * each)).order(order);
    long[] numbers = new long[(int) field.count()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(all, i * each, each);
    }
    return numbers;
  }

  private String text(Map<Integer, Field> fields, int tag) throws IOException {
    Field field = fields.get(tag);
    if (field == null) {
      return "";
    }
    ByteBuffer bytes =
        read(field.place(), (int) Math.min(LONGEST_TEXT, field.count() * BYTES[field.type()]));
    return new String(bytes.array(), StandardCharsets.ISO_8859_1);
  }

  private long number(long at, int bytes) throws IOException {
    if (at < 0 || at > size - bytes) {
      throw cut("its directory goes on at byte " + at);
    }
    return number(read(at, bytes).order(order), 0, bytes);
  }

  private static long number(ByteBuffer from, int at, int bytes) {
    return switch (bytes) {
      case 1 -> from.get(at) & 0xff;
      case 2 -> from.getShort(at) & 0xffff;
      case 4 -> from.getInt(at) & 0xffffffffL;
      default -> from.getLong(at);
    };
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && in.read(buffer, at + buffer.position()) >= 0) {
      // goes on
    }
    if (buffer.hasRemaining()) {
      throw cut("it ends at byte " + (at + buffer.position()));
    }
    return buffer.flip();
  }
}
