/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.stroma.files.Csv;

/**
 * Classes of patches as an image over their grid, a pixel a patch: index 0, which is transparent, where there is no patch,
 * and the number of the class + 1 elsewhere.
 */
final class LabelImage {
  /** A PNG's palette has 256 colours, and one of them is the background. */
  static final int MOST_CLASSES = 255;

  /** Pixels, a byte each. */
  private static final long LARGEST = 1L << 26;

  /** Colours that people tell apart however they see colour (Okabe and Ito 2008). */
  private static final int[] FIRST = {
    0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7
  };

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private LabelImage() {}

  /** The colour of a class: red, green, blue. */
  static int[] colour(int label) {
    int rgb = label < FIRST.length
        ? FIRST[label]
        : Color.HSBtoRGB(
            (float) (label * GOLDEN % 1),
            label % 2 == 0 ? 0.9f : 0.5f,
            label % 3 == 0 ? 0.6f : 0.9f);
    return new int[] {rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff};
  }

  /** What the indices of the image mean. */
  static String legend(List<String> classes) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("index", "class", "red", "green", "blue"));
    for (int i = 0; i < classes.size(); i++) {
      int[] c = colour(i);
      rows.add(List.of("" + (i + 1), classes.get(i), "" + c[0], "" + c[1], "" + c[2]));
    }
    return Csv.text(rows);
  }

  /**
   * Draws the patches of one slide. Where two stand in one cell, the surer one is seen.
   *
   * @param grid column and row of each element of the bag
   * @param elements which of them are the slide's
   * @param labels the class of each element of the bag
   * @param sure how sure each of them is
   * @return null where the grid is too large for an image
   */
  static BufferedImage draw(int[] grid, int[] elements, int[] labels, float[] sure, int classes) {
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right = Integer.MIN_VALUE;
    int bottom = Integer.MIN_VALUE;
    for (int element : elements) {
      left = Math.min(left, grid[2 * element]);
      right = Math.max(right, grid[2 * element]);
      top = Math.min(top, grid[2 * element + 1]);
      bottom = Math.max(bottom, grid[2 * element + 1]);
    }
    int width = right - left + 1;
    int height = bottom - top + 1;
    if ((long) width * height > LARGEST) {
      return null;
    }
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, colours(classes));
    float[] best = new float[width * height];
    for (int element : elements) {
      int x = grid[2 * element] - left;
      int y = grid[2 * element + 1] - top;
      if (sure[element] > best[y * width + x]) {
        best[y * width + x] = sure[element];
        image.getRaster().setSample(x, y, 0, labels[element] + 1);
      }
    }
    return image;
  }

  private static IndexColorModel colours(int classes) {
    byte[] red = new byte[classes + 1];
    byte[] green = new byte[classes + 1];
    byte[] blue = new byte[classes + 1];
    for (int i = 0; i < classes; i++) {
      int[] c = colour(i);
      red[i + 1] = (byte) c[0];
      green[i + 1] = (byte) c[1];
      blue[i + 1] = (byte) c[2];
    }
    return new IndexColorModel(8, classes + 1, red, green, blue, 0);
  }

  /** Writes a PNG. */
  static void write(BufferedImage image, OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    // ImageIO.write would keep the picture in a temporary file of the system's
    try (ImageOutputStream to = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(to);
      writer.write(image);
    } finally {
      writer.dispose();
    }
  }
}
