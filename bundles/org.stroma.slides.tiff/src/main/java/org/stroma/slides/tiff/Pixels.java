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

  /** The stored pixels; what an alpha channel lets through is white. */
  static int[] of(BufferedImage from) {
    Raster raster = from.getRaster();
    ColorModel model = from.getColorModel();
    int w = from.getWidth();
    int h = from.getHeight();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    int[] rgb = new int[w * h];
    if (model instanceof IndexColorModel || bits != 8 && bits != 16) {
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
    boolean multiplied = model.isAlphaPremultiplied();
    for (int row = 0; row < h; row++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + row, w, 1, line);
      for (int k = 0; k < line.length && bits == 16; k++) {
        line[k] = eight(line[k]);
      }
      int at = row * w;
      for (int i = 0; i < w; i++) {
        int k = i * bands;
        int alpha = bands % 2 == 1 ? 0xff : line[k + bands - 1];
        rgb[at + i] = bands < 3
            ? white(line[k], alpha, multiplied) * 0x010101
            : rgb(line[k], line[k + 1], line[k + 2], alpha, multiplied);
      }
    }
    return rgb;
  }

  /** Pixels of samples of 8 bits, each sample by itself. */
  static int[] of(int[][] samples, Samples kind) {
    int[] rgb = new int[samples[0].length];
    int[] last = samples[samples.length - 1];
    boolean opaque = kind.alpha() == Samples.Alpha.NONE;
    boolean multiplied = kind.alpha() == Samples.Alpha.ASSOCIATED;
    int inverse = kind.photometric() == 0 ? 0xff : 0;
    for (int i = 0; i < rgb.length; i++) {
      int alpha = opaque ? 0xff : last[i];
      rgb[i] = kind.colours() == 1
          ? white(samples[0][i] ^ inverse, alpha, multiplied) * 0x010101
          : rgb(samples[0][i], samples[1][i], samples[2][i], alpha, multiplied);
    }
    return rgb;
  }

  /** The eight bits of sixteen, as libtiff has them. */
  static int eight(int sixteen) {
    return (sixteen + 128) / 257;
  }

  private static int rgb(int red, int green, int blue, int alpha, boolean multiplied) {
    return white(red, alpha, multiplied) << 16
        | white(green, alpha, multiplied) << 8
        | white(blue, alpha, multiplied);
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

  /** A colour on white. One that is multiplied with its alpha already cannot be more than that, whatever the file says. */
  private static int white(int colour, int alpha, boolean multiplied) {
    return multiplied
        ? Math.min(colour, alpha) + 255 - alpha
        : (colour * alpha + 255 * (255 - alpha) + 127) / 255;
  }
}
