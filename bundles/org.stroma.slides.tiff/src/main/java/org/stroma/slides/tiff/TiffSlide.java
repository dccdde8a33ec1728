/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
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
  private static final int IMAGE_DESCRIPTION = 270;
  private static final int COMPRESSION = 259;
  private static final int JPEG = 7;
  private static final int X_RESOLUTION = 282;
  private static final int RESOLUTION_UNIT = 296;
  private static final Pattern MPP = Pattern.compile("\\|\\s*MPP\\s*=\\s*([0-9.]+)");
  private static final Pattern MAGNIFICATION = Pattern.compile("\\|\\s*AppMag\\s*=\\s*([0-9.]+)");

  /** Resolutions outside of this, in micrometres a pixel, are those of no microscope: writers put defaults there. */
  private static final double FINEST = 0.02;
  private static final double COARSEST = 20;


  private record Level(int image, int width, int height, int tileWidth, int tileHeight, boolean jpeg) {}

  private record Tile(Rectangle place, int[] rgb) {}

  private final Path file;
  private final ImageInputStream stream;
  private final ImageReader reader;
  private final List<Level> levels = new ArrayList<>();
  private final Map<Long, Tile> tiles =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Tile> eldest) {
          return size() > kept;
        }
      };
  /** Decoded tiles that are kept at most: patches of a row share them. */
  private int kept = 64;
  private OptionalDouble mpp = OptionalDouble.empty();
  private OptionalDouble magnification = OptionalDouble.empty();

  private TiffSlide(Path file, ImageInputStream stream, ImageReader reader) {
    this.file = file;
    this.stream = stream;
    this.reader = reader;
  }

  static TiffSlide open(Path file) throws IOException {
    ImageInputStream stream = ImageIO.createImageInputStream(file.toFile());
    if (stream == null) {
      throw new DataException(file + " cannot be read");
    }
    boolean done = false;
    try {
      byte[] start = new byte[4];
      stream.readFully(start);
      stream.seek(0);
      boolean big = start[2] == 43 || start[3] == 43;
      ImageReader reader = (big ? new BigTIFFImageReaderSpi() : new TIFFImageReaderSpi()).createReaderInstance();
      reader.setInput(stream);
      TiffSlide slide = new TiffSlide(file, stream, reader);
      slide.readHeaders();
      done = true;
      return slide;
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private void readHeaders() throws IOException {
    int count = reader.getNumImages(true);
    if (count < 1) {
      throw new DataException(file + " holds no image");
    }
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    levels.add(level(0));
    for (int i = 1; i < count; i++) {
      int w = reader.getWidth(i);
      int h = reader.getHeight(i);
      double ratio = (double) width / w;
      // sizes of levels are rounded down: half a pixel and more may be lost
      boolean same = Math.abs(height / ratio - h) <= 2;
      if (reader.isImageTiled(i) && same && w < levels.get(levels.size() - 1).width()) {
        levels.add(level(i));
      }
    }
    long pixels = (long) width * height;
    if (!reader.isImageTiled(0) && pixels > 100_000_000L) {
      throw new DataException(file + " is " + width + " x " + height + " pixels and not tiled: regions of it cannot be read "
          + "alone; save it as a tiled TIFF");
    }
    if (reader.getImageMetadata(0) instanceof TIFFImageMetadata metadata) {
      String description = text(metadata.getTIFFField(IMAGE_DESCRIPTION));
      mpp = find(MPP, description);
      magnification = find(MAGNIFICATION, description);
      if (mpp.isEmpty()) {
        mpp = resolution(metadata);
      }
    }
  }

  private Level level(int image) throws IOException {
    int width = reader.getWidth(image);
    int height = reader.getHeight(image);
    boolean tiled = reader.isImageTiled(image);
    boolean jpeg =
        reader.getImageMetadata(image) instanceof TIFFImageMetadata metadata
            && metadata.getTIFFField(COMPRESSION) != null
            && metadata.getTIFFField(COMPRESSION).getValue() instanceof Number compression
            && compression.intValue() == JPEG;
    Level level =
        new Level(
            image, width, height, tiled ? reader.getTileWidth(image) : width,
            tiled ? reader.getTileHeight(image) : height, jpeg);
    kept = Math.max(kept, jpeg ? 0 : 2 * (width / level.tileWidth() + 1));
    return level;
  }

  private static OptionalDouble find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? OptionalDouble.of(Double.parseDouble(matcher.group(1))) : OptionalDouble.empty();
  }

  private static String text(Entry entry) {
    return entry == null || entry.getValue() == null ? "" : entry.getValueAsString();
  }

  private static OptionalDouble resolution(TIFFImageMetadata metadata) {
    Entry resolution = metadata.getTIFFField(X_RESOLUTION);
    Entry unit = metadata.getTIFFField(RESOLUTION_UNIT);
    if (resolution == null || unit == null || !(resolution.getValue() instanceof Number perUnit)
        || !(unit.getValue() instanceof Number of) || !(perUnit.doubleValue() > 0)) {
      return OptionalDouble.empty();
    }
    double micrometres = of.intValue() == 3 ? 10_000 : of.intValue() == 2 ? 25_400 : Double.NaN;
    double pixel = micrometres / perUnit.doubleValue();
    return pixel >= FINEST && pixel <= COARSEST ? OptionalDouble.of(pixel) : OptionalDouble.empty();
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
    Rectangle inside =
        new Rectangle(x, y, width, height).intersection(new Rectangle(0, 0, of.width(), of.height()));
    if (!inside.isEmpty()) {
      for (int ty = inside.y / of.tileHeight(); ty * of.tileHeight() < inside.y + inside.height; ty++) {
        for (int tx = inside.x / of.tileWidth(); tx * of.tileWidth() < inside.x + inside.width; tx++) {
          Tile tile = tile(level, tx, ty);
          Rectangle part = inside.intersection(tile.place());
          for (int row = part.y; row < part.y + part.height; row++) {
            System.arraycopy(
                tile.rgb(), (row - tile.place().y) * tile.place().width + part.x - tile.place().x, rgb,
                (row - y) * width + part.x - x, part.width);
          }
        }
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, rgb);
    return image;
  }

  /**
   * Whole tiles are decoded, and those that were read last are kept. TwelveMonkeys 3.14.0 fails on regions narrower than the
   * image unless its tiles are JPEG: there a row of tiles is decoded at once.
   */
  private Tile tile(int level, int tx, int ty) {
    Level of = levels.get(level);
    Tile known = tiles.get(key(level, tx, ty));
    if (known != null) {
      return known;
    }
    Rectangle whole = new Rectangle(0, 0, of.width(), of.height());
    int left = of.jpeg() ? tx * of.tileWidth() : 0;
    Rectangle region =
        new Rectangle(left, ty * of.tileHeight(), of.jpeg() ? of.tileWidth() : of.width(), of.tileHeight())
            .intersection(whole);
    try {
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceRegion(region);
      int[] rgb = pixels(reader.read(of.image(), param));
      for (int x = region.x; x < region.x + region.width; x += of.tileWidth()) {
        Rectangle place =
            new Rectangle(x, region.y, of.tileWidth(), region.height).intersection(whole);
        Tile tile = new Tile(place, part(rgb, region, place));
        tiles.put(key(level, x / of.tileWidth(), ty), tile);
      }
      return tiles.get(key(level, tx, ty));
    } catch (IOException | RuntimeException e) {
      throw new DataException(file + ": the tile at " + region.x + ", " + region.y + " of level " + level
          + " cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static long key(int level, int tx, int ty) {
    return ((long) level << 58) | (long) ty << 29 | tx;
  }

  private static int[] part(int[] rgb, Rectangle region, Rectangle place) {
    if (region.equals(place)) {
      return rgb;
    }
    int[] part = new int[place.width * place.height];
    for (int row = 0; row < place.height; row++) {
      System.arraycopy(rgb, row * region.width + place.x - region.x, part, row * place.width, place.width);
    }
    return part;
  }

  /** The stored pixels; an alpha channel is put on white. */
  private static int[] pixels(BufferedImage from) {
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
          rgb[at + i] = white(line[k], alpha) << 16 | white(line[k + 1], alpha) << 8 | white(line[k + 2], alpha);
        }
      }
    }
    return rgb;
  }

  private static int white(int colour, int alpha) {
    return (colour * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  @Override
  public void close() throws IOException {
    reader.dispose();
    stream.close();
  }
}
