/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Pixels as red, green and blue in one int each, row by row. */
final class Pixels {
  private Pixels() {}

  /** The pixels of a place within a region; both are of one image. */
  static int[] part(int[] rgb, Rectangle region, Rectangle place) {
    if (region.equals(place)) {
      return rgb;
    }
    int[] part = new int[place.width * place.height];
    for (int row = 0; row < place.height; row++) {
      System.arraycopy(
          rgb, row * region.width + place.x - region.x, part, row * place.width, place.width);
    }
    return part;
  }

  /** The stored pixels; an alpha channel is put on white. */
  static int[] of(BufferedImage from) {
    Raster raster = from.getRaster();
    ColorModel model = from.getColorModel();
    int w = from.getWidth();
    int h = from.getHeight();
    int bands = raster.getNumBands();
    int[] rgb = new int[w * h];
    if (model instanceof IndexColorModel || raster.getSampleModel().getSampleSize(0) != 8) {
      for (int row = 0; row < h; row++) {
        for (int i = 0; i < w; i++) {
          rgb[row * w + i] = from.getRGB(i, row) & 0xffffff;
        }
      }
      return rgb;
    }
    if (bands == 3
        && raster.getSampleModel() instanceof ComponentSampleModel layout
        && raster.getDataBuffer() instanceof DataBufferByte bytes
        && bytes.getNumBanks() == 1) {
      colours(raster, layout, bytes, rgb);
      return rgb;
    }
    int[] line = new int[w * bands];
    for (int row = 0; row < h; row++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + row, w, 1, line);
      int at = row * w;
      for (int i = 0; i < w; i++) {
        int k = i * bands;
        if (bands < 3) {
          rgb[at + i] = line[k] * 0x010101;
        } else if (bands == 3) {
          rgb[at + i] = line[k] << 16 | line[k + 1] << 8 | line[k + 2];
        } else {
          int alpha = line[k + 3];
          rgb[at + i] = white(line[k], alpha) << 16
              | white(line[k + 1], alpha) << 8
              | white(line[k + 2], alpha);
        }
      }
    }
    return rgb;
  }

  /** Three bytes a pixel, taken from where they lie: most tiles are so, and this is a quarter of the time of decoding one. */
  private static void colours(
      Raster raster, ComponentSampleModel layout, DataBufferByte bytes, int[] rgb) {
    byte[] data = bytes.getData();
    int[] offsets = layout.getBandOffsets();
    int step = layout.getPixelStride();
    int w = raster.getWidth();
    for (int row = 0; row < raster.getHeight(); row++) {
      int from = bytes.getOffset()
          + (raster.getMinY() + row - raster.getSampleModelTranslateY())
              * layout.getScanlineStride()
          + (raster.getMinX() - raster.getSampleModelTranslateX()) * step;
      int red = from + offsets[0];
      int green = from + offsets[1];
      int blue = from + offsets[2];
      for (int i = 0; i < w; i++) {
        rgb[row * w + i] = (data[red + i * step] & 0xff) << 16
            | (data[green + i * step] & 0xff) << 8
            | data[blue + i * step] & 0xff;
      }
    }
  }

  private static int white(int colour, int alpha) {
    return (colour * alpha + 255 * (255 - alpha) + 127) / 255;
  }
}
