/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/** A slide in a TIFF file. Colour profiles are not applied: pixels are as stored. */
final class TiffSlide implements Slide {
  private final TiffBytes file;
  private final Contents contents;
  private final List<TiffImage> levels;
  private final TileCaches.Lease lease;
  private final TileCache tiles;

  /** For images that others decode, by level. */
  private final Map<Integer, TiffDecoder> decoders = new HashMap<>();

  private TiffSlide(TiffBytes file, Contents contents, TileCaches.Lease lease) {
    this.file = file;
    this.contents = contents;
    this.lease = lease;
    levels = contents.levels();
    tiles = lease.cache();
    for (TiffImage level : levels) {
      if (level.compression() != Compression.JPEG && !level.stored()) {
        tiles.atLeast(2L * (level.width() + level.tileWidth()) * level.tileHeight()); // two rows
      }
    }
  }

  /** @param caches of the files that are open */
  static TiffSlide open(Path path, TileCaches caches) throws IOException {
    TiffBytes file = TiffBytes.open(path);
    try {
      Contents contents = Contents.of(file);
      TiffImage finest = contents.levels().get(0);
      if (!finest.tiled() && (long) finest.width() * finest.height() > TiffImage.LARGEST_TILE) {
        throw new DataException(path + " is " + finest.width() + " x " + finest.height()
            + " pixels and not tiled: regions of it cannot be read "
            + "alone; save it as a tiled TIFF");
      }
      return new TiffSlide(file, contents, caches.open(path));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int levels() {
    return levels.size();
  }

  @Override
  public int width(int level) {
    return levels.get(level).width();
  }

  @Override
  public int height(int level) {
    return levels.get(level).height();
  }

  @Override
  public double downsample(int level) {
    // the mean over both sides, as OpenSlide has it
    return ((double) width(0) / width(level) + (double) height(0) / height(level)) / 2;
  }

  @Override
  public OptionalDouble micronsPerPixel() {
    return contents.micronsPerPixel();
  }

  @Override
  public OptionalDouble magnification() {
    return contents.magnification();
  }

  @Override
  public BufferedImage read(int level, int x, int y, int width, int height) throws IOException {
    TiffImage of = levels.get(level);
    int[] rgb = new int[Math.multiplyExact(width, height)];
    Arrays.fill(rgb, 0xffffff);
    Rectangle inside = new Rectangle(x, y, width, height)
        .intersection(new Rectangle(0, 0, of.width(), of.height()));
    if (!inside.isEmpty()) {
      for (int ty = inside.y / of.tileHeight();
          ty * of.tileHeight() < inside.y + inside.height;
          ty++) {
        for (int tx = inside.x / of.tileWidth();
            tx * of.tileWidth() < inside.x + inside.width;
            tx++) {
          TileCache.Tile tile = tile(level, tx, ty);
          Rectangle part = inside.intersection(tile.place());
          for (int row = part.y; row < part.y + part.height; row++) {
            System.arraycopy(
                tile.rgb(),
                (row - tile.place().y) * tile.place().width + part.x - tile.place().x,
                rgb,
                (row - y) * width + part.x - x,
                part.width);
          }
        }
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, rgb);
    return image;
  }

  /**
   * Whole tiles are decoded, and those that were used last are kept. TwelveMonkeys 3.14.0 fails on regions narrower than the
   * image unless its tiles are JPEG: there a row of tiles is decoded at once.
   */
  private TileCache.Tile tile(int level, int tx, int ty) {
    TileCache.Tile known = tiles.get(level, tx, ty);
    if (known != null) {
      return known;
    }
    TiffImage of = levels.get(level);
    boolean row = !of.stored() && of.compression() != Compression.JPEG;
    Rectangle region = new Rectangle(
        row ? 0 : tx * of.tileWidth(),
        ty * of.tileHeight(),
        row ? of.width() : of.tileWidth(),
        of.tileHeight());
    int index = ty * of.across() + tx;
    try {
      if (of.lacks(index) && !of.samples().planar()) {
        // not scanned: as the glass around what was
        int[] white = new int[of.tileWidth() * of.tileHeight()];
        Arrays.fill(white, 0xffffff);
        return keep(
            level,
            new Rectangle(
                tx * of.tileWidth(), ty * of.tileHeight(), of.tileWidth(), of.tileHeight()),
            white);
      }
      if (of.stored()) {
        return keep(level, region, StoredTiles.decode(of, index));
      }
      region = region.intersection(new Rectangle(0, 0, of.width(), of.height()));
      int[] rgb = decoder(level).decode(region);
      TileCache.Tile wanted = null;
      for (int x = region.x; x < region.x + region.width; x += of.tileWidth()) {
        TileCache.Tile tile =
            keep(level, new Rectangle(x, region.y, of.tileWidth(), of.tileHeight()), region, rgb);
        wanted = x == tx * of.tileWidth() ? tile : wanted;
      }
      return wanted;
    } catch (IOException | RuntimeException e) {
      throw new DataException(
          file.file() + ": the tile at " + region.x + ", " + region.y + " of level " + level
              + " cannot be decoded: " + why(e),
          e);
    }
  }

  private TiffDecoder decoder(int level) {
    return decoders.computeIfAbsent(level, l -> new TiffDecoder(levels.get(l).directory()));
  }

  private TileCache.Tile keep(int level, Rectangle place, int[] rgb) {
    return keep(level, place, place, rgb);
  }

  /** Keeps a tile, without what lies beyond the image, of a larger region that was decoded. */
  private TileCache.Tile keep(int level, Rectangle place, Rectangle region, int[] rgb) {
    TiffImage of = levels.get(level);
    Rectangle inside = place.intersection(new Rectangle(0, 0, of.width(), of.height()));
    TileCache.Tile tile = new TileCache.Tile(inside, Pixels.part(rgb, region, inside));
    tiles.put(level, place.x / of.tileWidth(), place.y / of.tileHeight(), tile);
    return tile;
  }

  /** Decoders do not always say why, and where they fail themselves, what they say is for programmers. */
  static String why(Exception e) {
    return !(e instanceof IOException)
            || e.getMessage() == null
            || e.getMessage().isBlank()
        ? e instanceof EOFException ? "its data end too early" : "its data are damaged"
        : e.getMessage();
  }

  @Override
  public void close() throws IOException {
    lease.close();
    decoders.values().forEach(TiffDecoder::close);
    file.close();
  }
}
