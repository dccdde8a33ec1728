/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.Rectangle;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decoded tiles of a file that were used last, in bounded memory. Slides that have one file open share it: neighbouring
 * patches share tiles, and each thread of an extraction reads some of them. Thread-safe.
 */
final class TileCache {
  /** Pixels of all tiles, of four bytes, unless a row of tiles has more. */
  private static final long MOST = 64L << 20;

  /** Of Java's memory, at most this share. */
  private static final int SHARE = 8;

  /** A tile without what lies beyond the image, and where it lies. */
  record Tile(Rectangle place, int[] rgb) {}

  private final Map<Long, Tile> tiles = new LinkedHashMap<>(16, 0.75f, true);
  private long limit;
  private long pixels;

  TileCache() {
    this(Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE / Integer.BYTES));
  }

  /** @param limit pixels that are kept at most, but for a single tile */
  TileCache(long limit) {
    this.limit = limit;
  }

  /** Makes room for pixels that are decoded together and would else be decoded for each tile. */
  synchronized void atLeast(long pixels) {
    limit = Math.max(limit, pixels);
  }

  synchronized @Nullable Tile get(int level, int tx, int ty) {
    return tiles.get(key(level, tx, ty));
  }

  synchronized void put(int level, int tx, int ty, Tile tile) {
    Tile before = tiles.put(key(level, tx, ty), tile);
    pixels += tile.rgb().length - (before == null ? 0 : before.rgb().length);
    Iterator<Tile> eldest = tiles.values().iterator();
    while (pixels > limit && tiles.size() > 1) {
      pixels -= eldest.next().rgb().length;
      eldest.remove();
    }
  }

  private static long key(int level, int tx, int ty) {
    return ((long) level << 58) | (long) ty << 29 | tx;
  }
}
