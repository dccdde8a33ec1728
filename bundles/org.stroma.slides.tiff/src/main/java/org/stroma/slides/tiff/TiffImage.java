/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.file.Path;
import org.stroma.api.data.DataException;

/**
 * One image of a TIFF as it is read: its pixels lie in the file, and its tiles are of a size that memory has.
 *
 * @param directory that tells it
 * @param differences whether samples are stored as differences from those of the pixel at the left
 * @param stored whether a tile is decoded by itself: bytes as they are, compressed without loss, or planes
 * @param places where its tiles or strips lie; empty where their lengths are not known
 * @param bytes how long they are; 0 for those that the writer left out
 */
record TiffImage(
    Directory directory,
    int width,
    int height,
    boolean tiled,
    int tileWidth,
    int tileHeight,
    int compression,
    Samples samples,
    boolean differences,
    boolean stored,
    long[] places,
    long[] bytes) {
  /** More pixels than this are not decoded at once. */
  static final long LARGEST_TILE = 100_000_000L;

  /** Whether the writer left a tile out. */
  boolean lacks(int tile) {
    return tiled && tile < bytes.length && bytes[tile] == 0;
  }

  int across() {
    return (width + tileWidth - 1) / tileWidth;
  }

  /** Tiles of the image, or of each of its planes. */
  int tiles() {
    return across() * ((height + tileHeight - 1) / tileHeight);
  }

  /** @throws DataException where its pixels are not in the file, or its tiles are too large */
  static TiffImage of(Directory directory) throws IOException {
    Samples samples = Samples.of(directory);
    boolean tiled = tiled(directory);
    int width = Math.toIntExact(directory.one(Tags.WIDTH, 0));
    int height = Math.toIntExact(directory.one(Tags.HEIGHT, 0));
    int compression = (int) directory.one(Tags.COMPRESSION, Compression.NONE);
    boolean planes = samples.planar() && compression == Compression.JPEG;
    if (planes && (!tiled || samples.photometric() != Samples.RGB || samples.bits() != 8)) {
      throw new DataException(directory.file().file() + ": " + directory.name()
          + " has its colours in planes of JPEG that are no tiles of red, green and blue; write it with all colours of a pixel "
          + "together, as vips tiffsave does");
    }
    long[][] parts = parts(directory, samples, tiled, width, height);
    long predictor = directory.one(Tags.PREDICTOR, 1);
    boolean bytes =
        directory.one(Tags.FILL_ORDER, 1) == 1 && (samples.bits() == 8 || samples.bits() == 16);
    return new TiffImage(
        directory,
        width,
        height,
        tiled,
        tiled ? (int) directory.one(Tags.TILE_WIDTH, 0) : width,
        tiled ? (int) directory.one(Tags.TILE_HEIGHT, 0) : height,
        compression,
        samples,
        predictor == 2,
        tiled
            && bytes
            && parts[0].length > 0
            && (planes || Compression.stored(compression))
            && (predictor == 1 || predictor == 2)
            && samples.photometric() <= 2,
        parts[0],
        parts[1]);
  }

  static boolean tiled(Directory directory) {
    return directory.has(Tags.TILES) || directory.has(Tags.TILE_WIDTH);
  }

  /** Where tiles or strips lie and how long they are, once it is sure that all of them lie in the file. */
  private static long[][] parts(
      Directory directory, Samples samples, boolean tiled, long width, long height)
      throws IOException {
    TiffBytes in = directory.file();
    Path file = in.file();
    String name = directory.name();
    int counts = tiled ? Tags.TILE_BYTES : Tags.STRIP_BYTES;
    long stated = directory.count(tiled ? Tags.TILES : Tags.STRIPS);
    if (stated == 0) {
      throw new DataException(file + " is damaged: " + name + " does not say where its pixels are");
    }
    if (tiled) {
      tiles(directory, stated, samples, width, height);
    }
    if (directory.count(counts) < stated) {
      if (tiled) {
        throw new DataException(
            file + " is damaged: " + name + " does not say how long its tiles are");
      }
      return new long[][] {{}, {}}; // allowed for strips that are not compressed
    }
    long[] from = directory.numbers(tiled ? Tags.TILES : Tags.STRIPS);
    long[] bytes = directory.numbers(counts);
    boolean any = false;
    for (int i = 0; i < from.length; i++) {
      any |= bytes[i] > 0;
      if (bytes[i] != 0 && (from[i] < 0 || bytes[i] < 0 || from[i] > in.size() - bytes[i])) {
        throw in.cut((tiled ? "tile " : "strip ") + (i + 1) + " of " + from.length + " of " + name
            + " lies at byte " + from[i] + " and is " + bytes[i] + " long");
      }
    }
    return any
        ? new long[][] {from, bytes}
        : new long[][] {{}, {}}; // some writers give no lengths at all
  }

  private static void tiles(
      Directory directory, long stated, Samples samples, long width, long height)
      throws IOException {
    String start = directory.file().file() + " is damaged: " + directory.name() + " has ";
    long w = directory.one(Tags.TILE_WIDTH, 0);
    long h = directory.one(Tags.TILE_HEIGHT, 0);
    if (w < 1 || h < 1 || w > LARGEST_TILE || h > LARGEST_TILE || w * h > LARGEST_TILE) {
      throw new DataException(start + "tiles of " + w + " x " + h + " pixels");
    }
    long wanted =
        ((width + w - 1) / w) * ((height + h - 1) / h) * (samples.planar() ? samples.count() : 1);
    if (stated < wanted) {
      throw new DataException(start + stated + " tiles, and its size asks for " + wanted);
    }
  }
}
