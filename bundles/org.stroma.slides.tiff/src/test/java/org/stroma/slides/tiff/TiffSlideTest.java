/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

class TiffSlideTest {
  @TempDir private Path folder;

  private static int colour(int x, int y) {
    return (x * 7 + y * 3 & 0xff) << 16 | (x * x + y & 0xff) << 8 | (x ^ y) & 0xff;
  }

  private Path plain(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour(x, y));
      }
    }
    Path file = folder.resolve("plain.tif");
    ImageWriter writer = new TIFFImageWriterSpi().createWriterInstance();
    try (var out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(image);
    }
    return file;
  }

  @Test
  void regionsAreThePixelsStoredAndWhiteOutside() throws IOException {
    Path file = plain(70, 50);
    TiffFormat format = new TiffFormat();
    assertTrue(format.reads(file));
    try (Slide slide = format.open(file)) {
      assertEquals(1, slide.levels());
      assertEquals(70, slide.width(0));
      assertEquals(50, slide.height(0));
      assertTrue(slide.magnification().isEmpty());
      BufferedImage region = slide.read(0, -5, 40, 30, 20);
      for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 30; x++) {
          boolean inside = x >= 5 && y < 10;
          assertEquals(inside ? colour(x - 5, y + 40) : 0xffffff, region.getRGB(x, y) & 0xffffff, x + "," + y);
        }
      }
      assertEquals(0xffffff, slide.read(0, 500, 500, 4, 4).getRGB(0, 0) & 0xffffff);
    } finally {
      format.close();
    }
  }

  @Test
  void otherAndDamagedFilesAreASentence() throws IOException {
    TiffFormat format = new TiffFormat();
    Path text = Files.writeString(folder.resolve("text.svs"), "no picture at all");
    assertFalse(format.reads(text));
    assertFalse(format.reads(folder.resolve("none.svs")));
    byte[] whole = Files.readAllBytes(plain(300, 300));
    Path half = Files.write(folder.resolve("half.tif"), java.util.Arrays.copyOf(whole, whole.length / 2));
    DataException e =
        assertThrows(DataException.class, () -> {
          try (Slide slide = format.open(half)) {
            slide.read(0, 0, 0, 300, 300);
          }
        });
    assertTrue(e.getMessage().contains("half.tif"), e.getMessage());
    format.close();
  }

  /** Reads the same regions with OpenSlide, an implementation of its own. */
  @ParameterizedTest
  @CsvSource({"jpeg", "deflate", "lzw", "none"})
  void everyPixelIsThatOfOpenSlide(String compression) throws Exception {
    Path picture = picture();
    Path file = folder.resolve(compression + ".tif");
    run("vips", "tiffsave", picture.toString(), file.toString(), "--tile", "--pyramid", "--tile-width", "128",
        "--tile-height", "128", "--compression", compression);
    Random random = new Random(3);
    try (Slide slide = new TiffFormat().open(file)) {
      assertTrue(slide.levels() > 1, "a pyramid of " + slide.levels());
      for (int level = 0; level < slide.levels(); level++) {
        for (int k = 0; k < 4; k++) {
          int w = 1 + random.nextInt(150);
          int h = 1 + random.nextInt(150);
          // OpenSlide takes places at level 0, and goes between pixels unless they are whole there
          int step = (int) Math.round(slide.downsample(level));
          int x = k == 0 ? 0 : random.nextInt(slide.width(level) - Math.min(w, slide.width(level) - 1));
          int y = k == 0 ? 0 : random.nextInt(slide.height(level) - Math.min(h, slide.height(level) - 1));
          w = Math.min(w, slide.width(level) - x);
          h = Math.min(h, slide.height(level) - y);
          Path png = folder.resolve("region.png");
          Files.deleteIfExists(png);
          run("openslide-write-png", file.toString(), "" + x * step, "" + y * step, "" + level, "" + w, "" + h, png.toString());
          BufferedImage theirs = ImageIO.read(png.toFile());
          BufferedImage ours = slide.read(level, x, y, w, h);
          int worst = 0;
          for (int j = 0; j < h; j++) {
            for (int i = 0; i < w; i++) {
              for (int shift = 0; shift < 24; shift += 8) {
                worst = Math.max(
                    worst, Math.abs((ours.getRGB(i, j) >> shift & 0xff) - (theirs.getRGB(i, j) >> shift & 0xff)));
              }
            }
          }
          assertEquals(0, worst, compression + ", level " + level + ", " + w + " x " + h + " at " + x + ", " + y);
        }
      }
    }
  }

  /** Real histology of 512 x 512, tiled to 2048 x 1536. */
  private Path picture() throws Exception {
    Path ihc = Path.of("/usr/lib/python3/dist-packages/skimage/data/ihc.png");
    Assumptions.assumeTrue(Files.exists(ihc), "python3-skimage is not installed");
    for (String tool : new String[] {"vips", "openslide-write-png"}) {
      Assumptions.assumeTrue(
          Files.exists(Path.of("/usr/bin/" + tool)), tool + " is not installed (libvips-tools, openslide-tools)");
    }
    Path large = folder.resolve("large.png");
    run("vips", "replicate", ihc.toString(), large.toString(), "4", "3");
    return large;
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), String.join(" ", command) + ": " + said);
  }
}
