/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Tiles without loss that are not three or one bytes a pixel: planes of colours, 16 bits a sample, alpha. */
final class StoredSamples {
  private StoredSamples() {}

  /** Packed RGB of all of a tile, row by row. */
  static int[] decode(TiffImage image, int index) throws IOException {
    int count = image.samples().count();
    int[][] samples = new int[count][];
    if (image.samples().planar()) {
      for (int plane = 0; plane < count; plane++) {
        samples[plane] = plane(image, index + plane * image.tiles());
      }
    } else {
      samples = together(image, index, count);
    }
    return Pixels.of(samples, image.samples());
  }

  private static int[] plane(TiffImage image, int tile) throws IOException {
    if (image.bytes()[tile] == 0) {
      // not scanned: as the glass around what was
      int[] white = new int[Math.multiplyExact(image.tileWidth(), image.tileHeight())];
      Arrays.fill(white, image.samples().photometric() == 0 ? 0 : 0xff);
      return white;
    }
    return image.compression() == Compression.JPEG
        ? JpegPlane.decode(image, tile)
        : together(image, tile, 1)[0];
  }

  /** Samples of 8 bits that lie together, each by itself. */
  private static int[][] together(TiffImage image, int tile, int count) throws IOException {
    int pixels = Math.multiplyExact(image.tileWidth(), image.tileHeight());
    int each = image.samples().bits() / 8;
    byte[] raw = StoredTiles.unpacked(image, tile, Math.multiplyExact(pixels, count * each));
    int[][] samples = new int[count][pixels];
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(image.directory().file().order());
    int mask = each == 2 ? 0xffff : 0xff;
    for (int c = 0; c < count; c++) {
      int[] to = samples[c];
      int left = 0;
      for (int i = 0; i < pixels; i++) {
        int at = (i * count + c) * each;
        int value = each == 2 ? bytes.getShort(at) : bytes.get(at);
        left = (image.differences() && i % image.tileWidth() != 0 ? left + value : value) & mask;
        to[i] = each == 2 ? Pixels.eight(left) : left;
      }
    }
    return samples;
  }
}
