/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** One colour of a tile in JPEG, where colours are in planes: TwelveMonkeys 3.14.0 reads such tiles only with all colours together. */
final class JpegPlane {
  private static final int MOST_TABLES = 1 << 16;

  /** The marker that begins a stream, or ends it. */
  private static final int MARKER = 2;

  private JpegPlane() {}

  /** Samples of 0 to 255, row by row. */
  static int[] decode(TiffImage image, int tile) throws IOException {
    Directory directory = image.directory();
    byte[] tables = directory.bytes(Tags.JPEG_TABLES, MOST_TABLES);
    byte[] data = directory
        .file()
        .read(image.places()[tile], Math.toIntExact(image.bytes()[tile]))
        .array();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int from = 0;
    if (tables.length > 2 * MARKER && data.length > MARKER) {
      // the tables without their end, and the data without their beginning
      whole.write(tables, 0, tables.length - MARKER);
      from = MARKER;
    }
    whole.write(data, from, data.length - from);
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    Damage damage = new Damage();
    reader.addIIOReadWarningListener(damage);
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(whole.toByteArray()))) {
      reader.setInput(in);
      if (reader.getWidth(0) != image.tileWidth() || reader.getHeight(0) != image.tileHeight()) {
        throw new IOException("its size is not that of the image's tiles");
      }
      Raster raster = reader.readRaster(0, null);
      damage.refuse();
      if (raster.getNumBands() != 1) {
        throw new IOException("it has " + raster.getNumBands() + " colours, and a plane has one");
      }
      return raster.getSamples(0, 0, image.tileWidth(), image.tileHeight(), 0, (int[]) null);
    } finally {
      reader.dispose();
    }
  }
}
