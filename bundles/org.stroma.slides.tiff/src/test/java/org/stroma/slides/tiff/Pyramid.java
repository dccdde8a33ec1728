/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;

/**
 * Writes tiled pyramids as scanners and libvips do (TIFF 6.0): without compression, LZW, Deflate (both with differences of
 * neighbours), JPEG with tables of its own or shared ones, in colours of YCbCr or of RGB; as TIFF or BigTIFF, in either order.
 */
final class Pyramid {
  /** How tiles are stored. */
  enum Codec {
    NONE(1),
    LZW(5),
    DEFLATE(8),
    JPEG(7),
    JPEG_SHARED(7),
    JPEG_RGB(7);

    final int number;

    Codec(int number) {
      this.number = number;
    }

    boolean jpeg() {
      return number == 7;
    }
  }

  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LONG8 = 16;

  private final Codec codec;
  private final int tile;
  private final boolean big;
  private final ByteBuffer out;

  private Pyramid(Codec codec, int tile, boolean big, ByteOrder order) {
    this.codec = codec;
    this.tile = tile;
    this.big = big;
    out = ByteBuffer.allocate(64 << 20).order(order);
  }

  /**
   * The bytes of a file.
   *
   * @param levels the finest first
   * @param description of each level; at least nine letters
   */
  static byte[] write(
      List<BufferedImage> levels,
      Codec codec,
      int tile,
      boolean big,
      ByteOrder order,
      String description)
      throws IOException {
    return new Pyramid(codec, tile, big, order).write(levels, description);
  }

  private byte[] write(List<BufferedImage> levels, String description) throws IOException {
    byte letter = (byte) (out.order() == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
    out.put(letter).put(letter).putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0);
    }
    int link = out.position();
    place(0);
    for (int i = 0; i < levels.size(); i++) {
      link = level(levels.get(i), i, link, description);
    }
    byte[] file = new byte[out.position()];
    out.flip().get(file);
    return file;
  }

  private void place(long place) {
    if (big) {
      out.putLong(place);
    } else {
      out.putInt((int) place);
    }
  }

  private int level(BufferedImage image, int level, int link, String description)
      throws IOException {
    List<Long> places = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    byte[] tables = null;
    for (int y = 0; y < image.getHeight(); y += tile) {
      for (int x = 0; x < image.getWidth(); x += tile) {
        byte[] data = tile(image, x, y);
        if (codec == Codec.JPEG_SHARED) {
          tables = parts(data, true);
          data = parts(data, false);
        }
        places.add((long) out.position());
        lengths.add((long) data.length);
        out.put(data);
        out.position(out.position() + (out.position() & 1));
      }
    }
    Map<Integer, Object[]> fields = new TreeMap<>();
    fields.put(254, new Object[] {LONG, List.of(level == 0 ? 0L : 1L)});
    fields.put(256, new Object[] {LONG, List.of((long) image.getWidth())});
    fields.put(257, new Object[] {LONG, List.of((long) image.getHeight())});
    fields.put(258, new Object[] {SHORT, List.of(8L, 8L, 8L)});
    fields.put(259, new Object[] {SHORT, List.of((long) codec.number)});
    fields.put(
        262, new Object[] {SHORT, List.of(codec.jpeg() && codec != Codec.JPEG_RGB ? 6L : 2L)});
    fields.put(270, new Object[] {2, (description + "\0").getBytes(StandardCharsets.US_ASCII)});
    fields.put(277, new Object[] {SHORT, List.of(3L)});
    fields.put(284, new Object[] {SHORT, List.of(1L)});
    if (codec == Codec.LZW || codec == Codec.DEFLATE) {
      fields.put(317, new Object[] {SHORT, List.of(2L)});
    }
    fields.put(322, new Object[] {LONG, List.of((long) tile)});
    fields.put(323, new Object[] {LONG, List.of((long) tile)});
    fields.put(324, new Object[] {big ? LONG8 : LONG, places});
    fields.put(325, new Object[] {LONG, lengths});
    if (tables != null) {
      fields.put(347, new Object[] {7, tables});
    }
    if (codec.jpeg() && codec != Codec.JPEG_RGB) {
      fields.put(530, new Object[] {SHORT, List.of(2L, 2L)});
    }
    return directory(fields, link);
  }

  private int directory(Map<Integer, Object[]> fields, int link) {
    Map<Integer, Integer> outside = new HashMap<>();
    int inline = big ? 8 : 4;
    fields.forEach((tag, field) -> {
      if (bytes(field).length > inline) {
        outside.put(tag, out.position());
        out.put(bytes(field));
        out.position(out.position() + (out.position() & 1));
      }
    });
    int start = out.position();
    if (big) {
      out.putLong(link, start);
      out.putLong(fields.size());
    } else {
      out.putInt(link, start);
      out.putShort((short) fields.size());
    }
    fields.forEach((tag, field) -> {
      byte[] bytes = bytes(field);
      int count = field[1] instanceof byte[] raw ? raw.length : ((List<?>) field[1]).size();
      out.putShort(tag.shortValue()).putShort((short) (int) field[0]);
      place(count);
      if (outside.containsKey(tag)) {
        place(outside.get(tag));
      } else {
        out.put(bytes).put(new byte[inline - bytes.length]);
      }
    });
    int next = out.position();
    place(0);
    return next;
  }

  private byte[] bytes(Object[] field) {
    if (field[1] instanceof byte[] raw) {
      return raw;
    }
    int type = (int) field[0];
    List<?> numbers = (List<?>) field[1];
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.size()).order(out.order());
    for (Object number : numbers) {
      long value = (Long) number;
      if (type == SHORT) {
        bytes.putShort((short) value);
      } else if (type == LONG) {
        bytes.putInt((int) value);
      } else {
        bytes.putLong(value);
      }
    }
    byte[] all = new byte[bytes.position()];
    bytes.flip().get(all);
    return all;
  }

  /** One tile; beyond the image its edge goes on, as writers do it. */
  private byte[] tile(BufferedImage image, int left, int top) throws IOException {
    BufferedImage part = new BufferedImage(tile, tile, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < tile; y++) {
      for (int x = 0; x < tile; x++) {
        part.setRGB(
            x,
            y,
            image.getRGB(
                Math.min(image.getWidth() - 1, left + x),
                Math.min(image.getHeight() - 1, top + y)));
      }
    }
    if (codec.jpeg()) {
      return jpeg(part);
    }
    byte[] raw = new byte[tile * tile * 3];
    for (int y = 0; y < tile; y++) {
      int before = 0;
      for (int x = 0; x < tile; x++) {
        int rgb = part.getRGB(x, y);
        for (int c = 0; c < 3; c++) {
          int difference = codec == Codec.NONE ? 0 : before >> 16 - 8 * c & 0xff;
          raw[(y * tile + x) * 3 + c] = (byte) ((rgb >> 16 - 8 * c & 0xff) - difference);
        }
        before = rgb;
      }
    }
    if (codec == Codec.LZW) {
      return lzw(raw);
    }
    if (codec == Codec.DEFLATE) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (var deflate = new DeflaterOutputStream(bytes)) {
        deflate.write(raw);
      }
      return bytes.toByteArray();
    }
    return raw;
  }

  private byte[] jpeg(BufferedImage part) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      if (codec == Codec.JPEG_RGB) {
        // a raster's bands are stored as they are
        int[] bands = new int[tile * tile * 3];
        for (int i = 0; i < tile * tile; i++) {
          for (int c = 0; c < 3; c++) {
            bands[3 * i + c] = part.getRGB(i % tile, i / tile) >> 16 - 8 * c & 0xff;
          }
        }
        var raster = Raster.createInterleavedRaster(0, tile, tile, 3, null);
        raster.setPixels(0, 0, tile, tile, bands);
        writer.write(null, new IIOImage(raster, null, null), null);
      } else {
        writer.write(part);
      }
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The tables of a JPEG stream as a stream of their own, or all the rest: JFIF's marker is left out of both. */
  private static byte[] parts(byte[] jpeg, boolean tables) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.write(jpeg, 0, 2);
    int at = 2;
    while ((jpeg[at + 1] & 0xff) != 0xda) {
      int marker = jpeg[at + 1] & 0xff;
      int length = 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
      boolean table = marker == 0xdb || marker == 0xc4;
      if (table == tables && marker != 0xe0) {
        part.write(jpeg, at, length);
      }
      at += length;
    }
    if (tables) {
      part.write(0xff);
      part.write(0xd9);
    } else {
      part.write(jpeg, at, jpeg.length - at);
    }
    return part.toByteArray();
  }

  /** TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first, one code early. */
  private static byte[] lzw(byte[] raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] bits = {0, 0}; // waiting, and how many
    Map<String, Integer> codes = new HashMap<>();
    int width = 9;
    code(bytes, bits, 256, width);
    int next = 258;
    String word = "";
    for (byte b : raw) {
      String longer = word + (char) (b & 0xff);
      if (longer.length() == 1 || codes.containsKey(longer)) {
        word = longer;
        continue;
      }
      code(bytes, bits, word.length() == 1 ? word.charAt(0) : codes.get(word), width);
      codes.put(longer, next++);
      if (next == 4094) {
        code(bytes, bits, 256, width);
        codes.clear();
        next = 258;
        width = 9;
      } else if (next == (1 << width)) {
        width++;
      }
      word = longer.substring(longer.length() - 1);
    }
    code(bytes, bits, word.length() == 1 ? word.charAt(0) : codes.get(word), width);
    next++;
    code(bytes, bits, 257, next == (1 << width) ? width + 1 : width);
    if (bits[1] > 0) {
      bytes.write(bits[0] << 8 - bits[1]);
    }
    return bytes.toByteArray();
  }

  private static void code(ByteArrayOutputStream out, int[] bits, int code, int width) {
    bits[0] = bits[0] << width | code;
    bits[1] += width;
    while (bits[1] >= 8) {
      out.write(bits[0] >> bits[1] - 8);
      bits[1] -= 8;
      bits[0] &= (1 << bits[1]) - 1;
    }
  }
}
