/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Small tiled pyramids (TIFF 6.0, BigTIFF and OME-TIFF), as scanners and converters write them. */
final class Slides {
  private static final int TILE = 64;

  private Slides() {}

  static List<Sample> corpus() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int compression : new int[] {1, 5, 7, 8, 32773}) {
      for (boolean big : new boolean[] {false, true}) {
        samples.add(Sample.of("input.tif", pyramid(compression, big, ByteOrder.LITTLE_ENDIAN)));
      }
    }
    samples.add(Sample.of("input.tif", pyramid(8, false, ByteOrder.BIG_ENDIAN)));
    for (int kind = 0; kind < 10; kind++) {
      samples.add(Sample.of("input.tif", ome(kind)));
    }
    ByteArrayOutputStream strips = new ByteArrayOutputStream();
    ImageIO.write(picture(70, 50), "tiff", strips);
    samples.add(Sample.of("input.tif", strips.toByteArray()));
    return samples;
  }

  static byte[] pyramid(int compression, boolean big, ByteOrder order) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(1 << 20).order(order);
    byte letter = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
    out.put(letter).put(letter).putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0);
    }
    int link = out.position();
    place(out, big, 0);
    for (int width : new int[] {150, 75}) {
      BufferedImage image = picture(width, width * 2 / 3);
      List<Long> places = new ArrayList<>();
      List<Long> lengths = new ArrayList<>();
      for (int y = 0; y < image.getHeight(); y += TILE) {
        for (int x = 0; x < image.getWidth(); x += TILE) {
          byte[] tile = tile(image, x, y, compression);
          places.add((long) out.position());
          lengths.add((long) tile.length);
          out.put(tile).position(out.position() + 1 & ~1);
        }
      }
      link = directory(out, big, image, compression, places, lengths, link);
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  /** OME-TIFF with a reduced image below the first; bits of the kind: BigTIFF in the other order, grey, planes or 16 bits of grey, planes of JPEG. */
  private static byte[] ome(int kind) throws IOException {
    boolean big = (kind & 1) > 0;
    boolean jpeg = kind >= 8;
    int samples = (kind & 2) > 0 ? 1 : 3;
    int bits = samples == 1 && (kind & 4) > 0 ? 16 : 8;
    int planes = samples == 3 && (kind & 4) > 0 || jpeg ? 3 : 1;
    ByteBuffer out =
        ByteBuffer.allocate(1 << 20).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    byte letter = (byte) (big ? 'M' : 'I');
    out.put(letter).put(letter).putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0);
    }
    int link = out.position();
    place(out, big, 0);
    String xml =
        "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Instrument><Objective ID=\"o\" "
            + "NominalMagnification=\"20\"/></Instrument><Image ID=\"i\"><ObjectiveSettings ID=\"o\"/><Pixels SizeX=\"150\" "
            + "SizeY=\"100\" SizeZ=\"1\" SizeC=\"" + samples
            + "\" SizeT=\"1\" PhysicalSizeX=\"500\" "
            + "PhysicalSizeXUnit=\"nm\"><TiffData IFD=\"0\" PlaneCount=\"1\"><UUID FileName=\"input.tif\">urn:uuid:1</UUID>"
            + "</TiffData></Pixels></Image></OME>\0";
    int below = 0;
    for (int width : new int[] {75, 150}) {
      List<Long> places = new ArrayList<>();
      List<Long> lengths = new ArrayList<>();
      int tiles = planes * ((width + TILE - 1) / TILE) * ((width * 2 / 3 + TILE - 1) / TILE);
      for (int i = 0; i < tiles; i++) {
        byte[] tile = new byte[TILE * TILE * samples / planes * bits / 8];
        for (int k = 0; k < tile.length; k++) {
          tile[k] = (byte) (k * 7 + i);
        }
        tile = jpeg ? grey(tile) : tile;
        places.add((long) out.position());
        lengths.add((long) tile.length);
        out.put(tile);
      }
      TreeMap<Integer, List<Long>> fields = new TreeMap<>();
      fields.put(256, List.of((long) width));
      fields.put(257, List.of((long) width * 2 / 3));
      fields.put(258, java.util.Collections.nCopies(samples, (long) bits));
      fields.put(259, List.of(jpeg ? 7L : 1L));
      fields.put(262, List.of(samples == 1 ? 1L : 2L));
      fields.put(277, List.of((long) samples));
      fields.put(284, List.of(planes == 1 ? 1L : 2L));
      fields.put(322, List.of((long) TILE));
      fields.put(323, List.of((long) TILE));
      fields.put(324, places);
      fields.put(325, lengths);
      if (width == 150) {
        fields.put(330, List.of((long) below));
      }
      int start = directory(out, big, fields, xml, width == 150 ? link : -1);
      below = width == 75 ? start : below;
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] grey(byte[] samples) throws IOException {
    BufferedImage image = new BufferedImage(TILE, TILE, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, TILE, TILE, samples);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, x * 3 << 16 | y * 5 << 8 & 0xff00 | (x ^ y) & 0xff);
      }
    }
    return image;
  }

  private static byte[] tile(BufferedImage image, int left, int top, int compression)
      throws IOException {
    BufferedImage tile = new BufferedImage(TILE, TILE, BufferedImage.TYPE_INT_RGB);
    byte[] raw = new byte[TILE * TILE * 3];
    for (int i = 0; i < TILE * TILE; i++) {
      int x = Math.min(left + i % TILE, image.getWidth() - 1);
      int rgb = image.getRGB(x, Math.min(top + i / TILE, image.getHeight() - 1));
      tile.setRGB(i % TILE, i / TILE, rgb);
      raw[3 * i] = (byte) (rgb >> 16);
      raw[3 * i + 1] = (byte) (rgb >> 8);
      raw[3 * i + 2] = (byte) rgb;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (compression) {
      case 7 -> ImageIO.write(tile, "jpeg", out);
      case 8 -> {
        try (DeflaterOutputStream zip = new DeflaterOutputStream(out)) {
          zip.write(raw);
        }
      }
      case 5 -> lzw(raw, out);
      case 32773 -> {
        for (int at = 0; at < raw.length; at += 128) {
          int some = Math.min(128, raw.length - at);
          out.write(some - 1);
          out.write(raw, at, some);
        }
      }
      default -> out.write(raw);
    }
    return out.toByteArray();
  }

  /** Codes of 9 bits alone: a byte each, and a new beginning before codes would become longer. */
  private static void lzw(byte[] raw, ByteArrayOutputStream out) {
    long bits = 0;
    int waiting = 0;
    int since = 0;
    ByteArrayInputStream in = new ByteArrayInputStream(raw);
    List<Integer> codes = new ArrayList<>(List.of(256));
    for (int b = in.read(); b >= 0; b = in.read()) {
      codes.add(b);
      if (++since == 200) {
        codes.add(256);
        since = 0;
      }
    }
    codes.add(257);
    for (int code : codes) {
      bits = bits << 9 | code;
      waiting += 9;
      while (waiting >= 8) {
        out.write((int) (bits >> waiting - 8));
        waiting -= 8;
      }
    }
    out.write((int) (bits << 8 - waiting));
  }

  private static int directory(
      ByteBuffer out,
      boolean big,
      BufferedImage image,
      int compression,
      List<Long> places,
      List<Long> lengths,
      int link) {
    TreeMap<Integer, List<Long>> fields = new TreeMap<>();
    fields.put(256, List.of((long) image.getWidth()));
    fields.put(257, List.of((long) image.getHeight()));
    fields.put(258, List.of(8L, 8L, 8L));
    fields.put(259, List.of((long) compression));
    fields.put(262, List.of(compression == 7 ? 6L : 2L));
    fields.put(277, List.of(3L));
    fields.put(284, List.of(1L));
    fields.put(322, List.of((long) TILE));
    fields.put(323, List.of((long) TILE));
    fields.put(324, places);
    fields.put(325, lengths);
    if (compression == 7) {
      fields.put(530, List.of(2L, 2L));
    }
    directory(out, big, fields, "Aperio fake |AppMag = 20|MPP = 0.5\0", link);
    return out.position() - (big ? 8 : 4);
  }

  /** Where it begins; its last number is the link to the next. A link below 0 is that of nobody. */
  private static int directory(
      ByteBuffer out, boolean big, TreeMap<Integer, List<Long>> fields, String words, int link) {
    byte[] text = words.getBytes(StandardCharsets.US_ASCII);
    TreeMap<Integer, Integer> outside = new TreeMap<>();
    fields.forEach((tag, values) -> {
      if (values.size() > 1) {
        outside.put(tag, out.position());
        values.forEach(value -> place(out, big, value));
      }
    });
    int description = out.position();
    out.put(text).position(out.position() + 1 & ~1);
    int start = out.position();
    if (link >= 0 && big) {
      out.putLong(link, start);
    } else if (link >= 0) {
      out.putInt(link, start);
    }
    if (big) {
      out.putLong(fields.size() + 1);
    } else {
      out.putShort((short) (fields.size() + 1));
    }
    fields.forEach((tag, values) -> {
      if (tag == 277) { // the description comes before it
        out.putShort((short) 270).putShort((short) 2);
        place(out, big, text.length);
        place(out, big, description);
      }
      out.putShort((short) (int) tag).putShort((short) (big ? 16 : 4));
      place(out, big, values.size());
      place(out, big, values.size() > 1 ? outside.get(tag) : values.get(0));
    });
    place(out, big, 0);
    return start;
  }

  private static void place(ByteBuffer out, boolean big, long value) {
    if (big) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }
}
