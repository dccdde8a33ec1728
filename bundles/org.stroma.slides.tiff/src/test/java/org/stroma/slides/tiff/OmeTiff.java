/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/**
 * Writes OME-TIFF as tifffile and Bio-Formats do: images with reduced versions below them (SubIFDs), samples of 8 or 16 bits
 * together or in planes, without compression or with Deflate and differences, as TIFF or BigTIFF, in either order.
 */
final class OmeTiff {
  static final int TILE = 32;
  private static final int ASCII = 2;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LONG8 = 16;

  /** The value of a sample. */
  interface Picture {
    int sample(int x, int y, int c);
  }

  /**
   * An image and its reduced versions.
   *
   * @param photometric 0 or 1 for grey, 2 for RGB
   * @param levels with the versions below it; a level takes every second pixel of the one before
   */
  record Image(
      int width,
      int height,
      int samples,
      int bits,
      int photometric,
      boolean planar,
      boolean deflate,
      int levels,
      Picture picture) {

    static Image rgb(int width, int height, int levels, Picture picture) {
      return new Image(width, height, 3, 8, 2, false, false, levels, picture);
    }

    Image planes() {
      return new Image(width, height, samples, bits, photometric, true, deflate, levels, picture);
    }

    Image deflated() {
      return new Image(width, height, samples, bits, photometric, planar, true, levels, picture);
    }

    Image of(int newSamples, int newBits, int newPhotometric) {
      return new Image(
          width, height, newSamples, newBits, newPhotometric, planar, deflate, levels, picture);
    }
  }

  private final ByteBuffer out = ByteBuffer.allocate(8 << 20);
  private final boolean big;
  private boolean jpeg;

  /** Fields that all images have besides. */
  private final TreeMap<Integer, List<Long>> further = new TreeMap<>();

  OmeTiff(boolean big, ByteOrder order) {
    this.big = big;
    out.order(order);
  }

  /** Each plane in JPEG; of images of planes alone. */
  OmeTiff jpeg() {
    jpeg = true;
    return this;
  }

  OmeTiff with(int tag, long... values) {
    further.put(tag, Arrays.stream(values).boxed().toList());
    return this;
  }

  /** OME-XML of images of these sizes, the first with these attributes of its Pixels. */
  static String xml(String pixels, Image... images) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        + "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" UUID=\"urn:uuid:1\">"
        + "<Instrument ID=\"Instrument:0\"><Objective ID=\"Objective:0\" NominalMagnification=\"40\"/>"
        + "<Objective ID=\"Objective:1\" NominalMagnification=\"20.0\"/></Instrument>");
    for (int i = 0; i < images.length; i++) {
      boolean planes = pixels.contains("SizeC=");
      xml.append(String.format(
          Locale.ROOT,
          "<Image ID=\"Image:%d\">%s<Pixels ID=\"Pixels:%d\" DimensionOrder=\"XYCZT\" Type=\"uint8\" SizeX=\"%d\" "
              + "SizeY=\"%d\" %s %s><Channel ID=\"Channel:%d:0\" SamplesPerPixel=\"%d\"/><TiffData IFD=\"%d\" "
              + "PlaneCount=\"1\"/></Pixels></Image>",
          i,
          i == 0 ? "<ObjectiveSettings ID=\"Objective:1\"/>" : "",
          i,
          images[i].width(),
          images[i].height(),
          i == 0 && planes ? "" : "SizeC=\"" + images[i].samples() + "\" SizeZ=\"1\" SizeT=\"1\"",
          i == 0 ? pixels : "",
          i,
          images[i].samples(),
          i));
    }
    return xml.append("</OME>").toString();
  }

  /** The bytes of a file; the description is that of the first image. */
  byte[] write(byte[] description, Image... images) throws IOException {
    byte letter = (byte) (out.order() == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
    out.put(letter).put(letter).putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0);
    }
    int link = out.position();
    place(0);
    for (int i = 0; i < images.length; i++) {
      List<Long> below = new ArrayList<>();
      for (int level = 1; level < images[i].levels(); level++) {
        TreeMap<Integer, Object> fields = image(images[i], level);
        below.add((long) directory(fields, -1)[0]);
      }
      TreeMap<Integer, Object> fields = image(images[i], 0);
      if (!below.isEmpty()) {
        fields.put(330, below);
      }
      if (i == 0) {
        if (description.length > 0) {
          fields.put(270, description);
        }
      }
      link = directory(fields, link)[1];
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  byte[] write(String description, Image... images) throws IOException {
    return write((description + "\0").getBytes(StandardCharsets.UTF_8), images);
  }

  private TreeMap<Integer, Object> image(Image image, int level) throws IOException {
    int width = Math.max(1, image.width() >> level);
    int height = Math.max(1, image.height() >> level);
    List<Long> places = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    int planes = image.planar() ? image.samples() : 1;
    for (int plane = 0; plane < planes; plane++) {
      for (int y = 0; y < height; y += TILE) {
        for (int x = 0; x < width; x += TILE) {
          byte[] tile = tile(image, level, x, y, plane);
          places.add((long) out.position());
          lengths.add((long) tile.length);
          out.put(tile).position(out.position() + 1 & ~1);
        }
      }
    }
    TreeMap<Integer, Object> fields = new TreeMap<>();
    fields.put(254, List.of(level == 0 ? 0L : 1L));
    fields.put(256, List.of((long) width));
    fields.put(257, List.of((long) height));
    fields.put(258, java.util.Collections.nCopies(image.samples(), (long) image.bits()));
    fields.put(259, List.of(jpeg ? 7L : image.deflate() ? 8L : 1L));
    fields.put(262, List.of((long) image.photometric()));
    fields.put(277, List.of((long) image.samples()));
    fields.put(284, List.of(image.planar() ? 2L : 1L));
    fields.put(317, List.of(image.deflate() ? 2L : 1L));
    fields.put(322, List.of((long) TILE));
    fields.put(323, List.of((long) TILE));
    fields.put(324, places);
    fields.put(325, lengths);
    fields.putAll(further);
    return fields;
  }

  private byte[] tile(Image image, int level, int left, int top, int plane) throws IOException {
    int count = image.planar() ? 1 : image.samples();
    ByteBuffer raw = ByteBuffer.allocate(TILE * TILE * count * image.bits() / 8).order(out.order());
    for (int y = top; y < top + TILE; y++) {
      int[] before = new int[count];
      for (int x = left; x < left + TILE; x++) {
        for (int c = 0; c < count; c++) {
          int value = image.picture().sample(x << level, y << level, image.planar() ? plane : c);
          int stored = image.deflate() ? value - before[c] : value;
          before[c] = value;
          if (image.bits() == 16) {
            raw.putShort((short) stored);
          } else {
            raw.put((byte) stored);
          }
        }
      }
    }
    if (jpeg) {
      BufferedImage grey = new BufferedImage(TILE, TILE, BufferedImage.TYPE_BYTE_GRAY);
      grey.getRaster().setDataElements(0, 0, TILE, TILE, raw.array());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(grey, "jpeg", bytes);
      return bytes.toByteArray();
    }
    if (!image.deflate()) {
      return raw.array();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var deflate = new DeflaterOutputStream(bytes)) {
      deflate.write(raw.array());
    }
    return bytes.toByteArray();
  }

  /** Writes a directory; where it begins, and where the link to the next is. */
  private int[] directory(TreeMap<Integer, Object> fields, int link) {
    TreeMap<Integer, Integer> outside = new TreeMap<>();
    int room = big ? 8 : 4;
    fields.forEach((tag, values) -> {
      byte[] bytes = bytes(tag, values);
      if (bytes.length > room) {
        outside.put(tag, out.position());
        out.put(bytes).position(out.position() + 1 & ~1);
      }
    });
    int start = out.position();
    if (link >= 0 && big) {
      out.putLong(link, start);
    } else if (link >= 0) {
      out.putInt(link, start);
    }
    if (big) {
      out.putLong(fields.size());
    } else {
      out.putShort((short) fields.size());
    }
    fields.forEach((tag, values) -> {
      byte[] bytes = bytes(tag, values);
      out.putShort(tag.shortValue()).putShort((short) type(tag, values));
      place(values instanceof byte[] raw ? raw.length : ((List<?>) values).size());
      if (outside.containsKey(tag)) {
        place(outside.get(tag));
      } else {
        out.put(bytes).put(new byte[room - bytes.length]);
      }
    });
    int next = out.position();
    place(0);
    return new int[] {start, next};
  }

  private int type(int tag, Object values) {
    if (values instanceof byte[]) {
      return ASCII;
    }
    return tag == 258 || tag == 259 || tag == 262 || tag == 277 || tag == 284 || tag == 338
        ? SHORT
        : big ? LONG8 : LONG;
  }

  private byte[] bytes(int tag, Object values) {
    if (values instanceof byte[] raw) {
      return raw;
    }
    List<?> numbers = (List<?>) values;
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.size()).order(out.order());
    for (Object number : numbers) {
      switch (type(tag, values)) {
        case SHORT -> bytes.putShort((short) (long) number);
        case LONG -> bytes.putInt((int) (long) number);
        default -> bytes.putLong((long) number);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private void place(long place) {
    if (big) {
      out.putLong(place);
    } else {
      out.putInt((int) place);
    }
  }
}
