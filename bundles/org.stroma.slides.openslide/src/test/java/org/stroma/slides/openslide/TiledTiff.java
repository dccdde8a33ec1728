/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.openslide;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A tiled TIFF of two levels without compression, as small as OpenSlide takes it (TIFF 6.0, sections 2 and 15). */
final class TiledTiff {
  static final int WIDTH = 300;
  static final int HEIGHT = 200;
  private static final int TILE = 64;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private TiledTiff() {}

  /** What is stored; white outside. */
  static int colour(int level, int x, int y) {
    return x < 0 || y < 0 || x >= WIDTH >> level || y >= HEIGHT >> level
        ? 0xffffff
        : (x * 7 + y * 3 & 0xff) << 16 | (x * x + y & 0xff) << 8 | (x ^ y) + 90 * level & 0xff;
  }

  /** @param description at least four letters, or it would be stored elsewhere */
  static byte[] of(String description, double perCentimetre) {
    ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(0);
    int link = 4; // where the place of the next directory goes
    for (int level = 0; level < 2; level++) {
      int across = ((WIDTH >> level) + TILE - 1) / TILE;
      int tiles = across * (((HEIGHT >> level) + TILE - 1) / TILE);
      int text = out.position();
      byte[] words = (description + "\0").getBytes(StandardCharsets.US_ASCII);
      out.put(words);
      int bits = out.position();
      out.putShort((short) 8).putShort((short) 8).putShort((short) 8);
      int resolution = out.position();
      out.putInt((int) (perCentimetre * 100)).putInt(100);
      int places = out.position();
      for (int i = 0; i < tiles; i++) {
        out.putInt(places + 8 * tiles + i * TILE * TILE * 3);
      }
      int sizes = out.position();
      for (int i = 0; i < tiles; i++) {
        out.putInt(TILE * TILE * 3);
      }
      for (int i = 0; i < tiles; i++) {
        for (int k = 0; k < TILE * TILE; k++) {
          int rgb = colour(level, i % across * TILE + k % TILE, i / across * TILE + k / TILE);
          out.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
        }
      }
      out.position(out.position() + (out.position() & 1));
      out.putInt(link, out.position());
      int[][] entries = {
        {254, LONG, 1, level}, // a reduced image
        {256, LONG, 1, WIDTH >> level},
        {257, LONG, 1, HEIGHT >> level},
        {258, SHORT, 3, bits},
        {259, SHORT, 1, 1},
        {262, SHORT, 1, 2},
        {270, 2, words.length, text},
        {277, SHORT, 1, 3},
        {282, 5, 1, resolution},
        {283, 5, 1, resolution},
        {284, SHORT, 1, 1},
        {296, SHORT, 1, 3},
        {322, LONG, 1, TILE},
        {323, LONG, 1, TILE},
        {324, LONG, tiles, places},
        {325, LONG, tiles, sizes}
      };
      out.putShort((short) entries.length);
      for (int[] entry : entries) {
        out.putShort((short) entry[0])
            .putShort((short) entry[1])
            .putInt(entry[2])
            .putInt(entry[3]);
      }
      link = out.position();
      out.putInt(0);
    }
    byte[] file = new byte[out.position()];
    out.flip().get(file);
    return file;
  }
}
