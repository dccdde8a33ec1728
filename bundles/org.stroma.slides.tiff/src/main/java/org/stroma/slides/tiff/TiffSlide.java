/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/**
 * A TIFF file whose first image is the slide and whose smaller tiled images of the same aspect are its pyramid; thumbnails,
 * labels and macro images, which are not tiled, are no levels. Colour profiles are not applied: pixels are as stored.
 */
final class TiffSlide implements Slide {
  private static final int JPEG = 7;
  /** What a decoder says of data that are not whole, before it makes grey of them; OpenSlide refuses those too. */
  private static final Pattern DAMAGE =
      Pattern.compile("corrupt|truncated|premature|unexpected end", Pattern.CASE_INSENSITIVE);

  private record Level(
      int image, int width, int height, int tileWidth, int tileHeight, boolean jpeg) {}

  private final Path file;
  private final ImageInputStream stream;
  private final ImageReader reader;
  private final List<Level> levels = new ArrayList<>();
  private final TileCaches.Lease lease;
  private final TileCache tiles;
  private OptionalDouble mpp = OptionalDouble.empty();
  private OptionalDouble magnification = OptionalDouble.empty();

  private final List<Directories.Image> images;
  private String damage;

  private TiffSlide(
      Path file,
      TileCaches.Lease lease,
      List<Directories.Image> images,
      ImageInputStream stream,
      ImageReader reader) {
    this.file = file;
    this.lease = lease;
    this.tiles = lease.cache();
    this.images = images;
    this.stream = stream;
    this.reader = reader;
    reader.addIIOReadWarningListener((source, warning) -> {
      if (damage == null
          && DAMAGE.matcher(warning).find()
          && !warning.toLowerCase(Locale.ROOT).contains("profile")) {
        damage = warning;
      }
    });
  }

  /** @param caches of the files that are open */
  static TiffSlide open(Path file, TileCaches caches) throws IOException {
    List<Directories.Image> images = Directories.check(file);
    ImageInputStream stream = ImageIO.createImageInputStream(file.toFile());
    if (stream == null) {
      throw new DataException(file + " cannot be read");
    }
    TileCaches.Lease lease = caches.open(file);
    boolean done = false;
    try {
      byte[] start = new byte[4];
      stream.readFully(start);
      stream.seek(0);
      boolean big = start[2] == 43 || start[3] == 43;
      ImageReader reader =
          (big ? new BigTIFFImageReaderSpi() : new TIFFImageReaderSpi()).createReaderInstance();
      reader.setInput(stream);
      TiffSlide slide = new TiffSlide(file, lease, images, stream, reader);
      slide.readHeaders();
      done = true;
      return slide;
    } finally {
      if (!done) {
        lease.close();
        stream.close();
      }
    }
  }

  private void readHeaders() throws IOException {
    int count = reader.getNumImages(true);
    if (count < images.size()) {
      throw new DataException(file + " is damaged: " + images.size()
          + " images are named in it, and " + count + " can be read");
    }
    int width = (int) images.get(0).width();
    int height = (int) images.get(0).height();
    levels.add(level(0));
    for (int i = 1; i < images.size(); i++) {
      long w = images.get(i).width();
      long h = images.get(i).height();
      if (w < 1 || h < 1 || !images.get(i).tiled()) {
        continue;
      }
      double ratio = (double) width / w;
      // sizes of levels are rounded down: half a pixel and more may be lost
      boolean same = Math.abs(height / ratio - h) <= 2;
      if (same && w < levels.get(levels.size() - 1).width()) {
        levels.add(level(i));
      }
    }
    if (!images.get(0).tiled() && (long) width * height > Directories.LARGEST_TILE) {
      throw new DataException(file + " is " + width + " x " + height
          + " pixels and not tiled: regions of it cannot be read "
          + "alone; save it as a tiled TIFF");
    }
    if (reader.getImageMetadata(0) instanceof TIFFImageMetadata metadata) {
      mpp = ScannerMetadata.micronsPerPixel(metadata);
      magnification = ScannerMetadata.magnification(metadata);
    }
  }

  private Level level(int number) {
    Directories.Image image = images.get(number);
    int width = (int) image.width();
    int height = (int) image.height();
    boolean jpeg = image.compression() == JPEG;
    Level level = new Level(
        number,
        width,
        height,
        image.tiled() ? image.tileWidth() : width,
        image.tiled() ? image.tileHeight() : height,
        jpeg);
    if (!jpeg && !StoredTiles.are(image)) {
      tiles.atLeast(2L * (width + level.tileWidth()) * level.tileHeight()); // two rows
    }
    return level;
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
    return mpp;
  }

  @Override
  public OptionalDouble magnification() {
    return magnification;
  }

  @Override
  public BufferedImage read(int level, int x, int y, int width, int height) throws IOException {
    Level of = levels.get(level);
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
    Level of = levels.get(level);
    Directories.Image image = images.get(of.image());
    boolean stored = StoredTiles.are(image) && image.places().length > 0;
    boolean row = !stored && !of.jpeg();
    Rectangle region = new Rectangle(
        row ? 0 : tx * of.tileWidth(),
        ty * of.tileHeight(),
        row ? of.width() : of.tileWidth(),
        of.tileHeight());
    int index = ty * across(of) + tx;
    try {
      if (image.lacks(index)) {
        // not scanned: as the glass around what was
        int[] white = new int[of.tileWidth() * of.tileHeight()];
        Arrays.fill(white, 0xffffff);
        return keep(level, region, new Rectangle(region), white);
      }
      if (stored) {
        return keep(level, region, new Rectangle(region), StoredTiles.decode(stream, image, index));
      }
      region = region.intersection(new Rectangle(0, 0, of.width(), of.height()));
      int[] rgb = decoded(of, region);
      TileCache.Tile wanted = null;
      for (int x = region.x; x < region.x + region.width; x += of.tileWidth()) {
        TileCache.Tile tile =
            keep(level, new Rectangle(x, region.y, of.tileWidth(), of.tileHeight()), region, rgb);
        wanted = x == tx * of.tileWidth() ? tile : wanted;
      }
      return wanted;
    } catch (IOException | RuntimeException e) {
      throw new DataException(
          file + ": the tile at " + region.x + ", " + region.y + " of level " + level
              + " cannot be decoded: " + why(e),
          e);
    }
  }

  /** Keeps a tile, without what lies beyond the image, of a larger region that was decoded. */
  private TileCache.Tile keep(int level, Rectangle place, Rectangle region, int[] rgb) {
    Level of = levels.get(level);
    Rectangle inside = place.intersection(new Rectangle(0, 0, of.width(), of.height()));
    TileCache.Tile tile = new TileCache.Tile(inside, Pixels.part(rgb, region, inside));
    tiles.put(level, place.x / of.tileWidth(), place.y / of.tileHeight(), tile);
    return tile;
  }

  private static int across(Level of) {
    return (of.width() + of.tileWidth() - 1) / of.tileWidth();
  }

  private int[] decoded(Level of, Rectangle region) throws IOException {
    damage = null;
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(region);
    BufferedImage read = reader.read(of.image(), param);
    if (read.getWidth() != region.width || read.getHeight() != region.height) {
      throw new IOException("its size is not that of the image");
    }
    int[] rgb = Pixels.of(read);
    if (damage != null) {
      throw new IOException("its data are damaged (" + damage + ")");
    }
    return rgb;
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
    reader.dispose();
    stream.close();
  }
}
