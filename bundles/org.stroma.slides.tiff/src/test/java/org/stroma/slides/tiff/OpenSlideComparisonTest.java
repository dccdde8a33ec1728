/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;
import org.stroma.slides.openslide.OpenSlideFormat;

/** Reads the same regions with this reader and with OpenSlide, an implementation of its own: every pixel has to be the same. */
class OpenSlideComparisonTest {
  private static final String APERIO =
      "Aperio Image Library v12.0.15\r\n1001x701 (128x128) JPEG/RGB Q=75|AppMag = 20|MPP = 0.5013";

  @TempDir
  private Path folder;

  /** Tissue with nuclei on glass, with noise: no two tiles are alike. */
  private static BufferedImage picture(int width, int height) {
    Random random = new Random(11);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double wave = Math.sin(x / 37.0) * Math.cos(y / 23.0);
        boolean glass = wave < -0.4;
        boolean nucleus = Math.sin(x / 3.1) * Math.sin(y / 2.7 + x / 50.0) > 0.8;
        int noise = random.nextInt(24);
        int r = glass ? 225 : nucleus ? 70 : 190 + (int) (40 * wave);
        int g = glass ? 225 : nucleus ? 40 : 110 + (int) (60 * wave);
        int b = glass ? 225 : nucleus ? 120 : 170 + (int) (30 * wave);
        image.setRGB(x, y, r + noise << 16 | g + noise << 8 | b + noise);
      }
    }
    return image;
  }

  private static List<BufferedImage> pyramid(int width, int height, int levels) {
    List<BufferedImage> all = new ArrayList<>(List.of(picture(width, height)));
    for (int i = 1; i < levels; i++) {
      BufferedImage finer = all.get(i - 1);
      BufferedImage image = new BufferedImage(
          finer.getWidth() / 2, finer.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          image.setRGB(x, y, finer.getRGB(2 * x + 1, 2 * y));
        }
      }
      all.add(image);
    }
    return all;
  }

  /** OpenSlide 3.4 reads the other order in BigTIFF alone. Sizes: odd ones, whose last tiles are not full; one of less than a tile; whole tiles. */
  @ParameterizedTest
  @CsvSource({
    "NONE, 128, false, little, 1001, 701", "NONE, 64, true, big, 512, 384",
        "LZW, 128, false, little, 1001, 701",
    "LZW, 240, true, little, 1024, 768", "DEFLATE, 128, true, big, 1001, 701",
        "DEFLATE, 64, false, little, 333, 129",
    "JPEG, 128, false, little, 1001, 701", "JPEG, 128, true, big, 1024, 768",
        "JPEG_SHARED, 240, false, little, 1001, 701",
    "JPEG_SHARED, 128, true, little, 1024, 768", "JPEG_RGB, 128, false, little, 1001, 701",
        "JPEG_RGB, 240, true, big, 99, 70"
  })
  void everyPixelIsThatOfOpenSlide(
      Pyramid.Codec codec, int tile, boolean big, String order, int width, int height)
      throws IOException {
    Path file = folder.resolve("slide.tif");
    Files.write(
        file,
        Pyramid.write(
            pyramid(width, height, 3),
            codec,
            tile,
            big,
            order.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
            "a pyramid"));
    compare(file, 3, codec.jpeg() ? 0 : tile);
  }

  /** Aperio's description decides how OpenSlide reads it. */
  @ParameterizedTest
  @CsvSource({"JPEG_SHARED", "JPEG_RGB"})
  void everyPixelOfAnSvsIsThatOfOpenSlide(Pyramid.Codec codec) throws IOException {
    Path file = folder.resolve("slide.svs");
    Files.write(
        file,
        Pyramid.write(pyramid(1001, 701, 2), codec, 240, false, ByteOrder.LITTLE_ENDIAN, APERIO));
    compare(file, 2, 0);
    try (Slide slide = new TiffFormat().open(file)) {
      assertEquals(0.5013, slide.micronsPerPixel().orElseThrow());
      assertEquals(20, slide.magnification().orElseThrow());
    }
  }

  /**
   * Compares pixels of levels.
   *
   * @param least pixels on a side of a level that is compared: libtiff 4.5.0-6+deb12u4 gives OpenSlide 3.4 other pixels than are
   *     stored where a level is smaller than its tiles, and deb12u2 those that are
   */
  private static void compare(Path file, int levels, int least) throws IOException {
    OpenSlideFormat theirs = new OpenSlideFormat();
    String why = assertThrows(
            DataException.class, () -> theirs.open(file.resolveSibling("none.svs")))
        .getMessage();
    Assumptions.assumeFalse(
        why.contains("is not installed"),
        "nothing is compared: OpenSlide (Debian's libopenslide0) is not installed");
    try (Slide our = new TiffFormat().open(file);
        Slide their = theirs.open(file)) {
      assertEquals(levels, our.levels());
      assertEquals(their.levels(), our.levels());
      assertEquals(their.micronsPerPixel(), our.micronsPerPixel());
      assertEquals(their.magnification(), our.magnification());
      for (int level = 0; level < levels; level++) {
        assertEquals(their.width(level), our.width(level));
        assertEquals(their.height(level), our.height(level));
        assertEquals(their.downsample(level), our.downsample(level));
        int w = our.width(level);
        int h = our.height(level);
        if (Math.min(w, h) < least) {
          continue;
        }
        same(our, their, level, 0, 0, w, h);
        // OpenSlide takes places at level 0, and goes between pixels where those of a level are not
        // whole there
        if (our.downsample(level) == Math.rint(our.downsample(level))) {
          // patches that overlap by a third, over all edges
          for (int y = -40; y < h + 40; y += 64) {
            for (int x = -40; x < w + 40; x += 64) {
              same(our, their, level, x, y, 96, 96);
            }
          }
          Random random = new Random(3);
          for (int i = 0; i < 20; i++) {
            same(
                our,
                their,
                level,
                random.nextInt(w),
                random.nextInt(h),
                1 + random.nextInt(300),
                1 + random.nextInt(150));
          }
        }
      }
    }
  }

  private static void same(Slide our, Slide their, int level, int x, int y, int w, int h)
      throws IOException {
    int[] a = our.read(level, x, y, w, h).getRGB(0, 0, w, h, null, 0, w);
    int[] b = their.read(level, x, y, w, h).getRGB(0, 0, w, h, null, 0, w);
    for (int i = 0; i < a.length; i++) {
      if (a[i] != b[i]) {
        fail(String.format(
            "level %d, %d x %d at %d, %d: pixel %d, %d is %06x, and with OpenSlide %06x",
            level, w, h, x, y, i % w, i / w, a[i] & 0xffffff, b[i] & 0xffffff));
      }
    }
  }
}
