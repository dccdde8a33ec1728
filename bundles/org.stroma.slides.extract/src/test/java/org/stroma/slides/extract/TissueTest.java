/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

class TissueTest {
  /** Grey glass with noise; a large piece with a small and a large hole; a speck. */
  private static BufferedImage drawn() {
    BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 300; x++) {
        int glass = 235 + random.nextInt(8);
        image.setRGB(x, y, glass << 16 | glass << 8 | glass);
      }
    }
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(180, 80, 160));
    g.fillRect(40, 30, 160, 120);
    g.fillRect(250, 20, 6, 6);
    g.setColor(new Color(238, 238, 238));
    g.fillRect(60, 50, 8, 8);
    g.fillRect(100, 60, 60, 60);
    g.dispose();
    return image;
  }

  @Test
  void tissueIsWhatIsColouredWithoutSpecksAndWithSmallHolesFilled() {
    Tissue tissue = Tissue.find(drawn(), 10, 100, 400);
    int wrong = 0;
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 300; x++) {
        boolean piece = x >= 40 && x < 200 && y >= 30 && y < 150;
        boolean hole = x >= 100 && x < 160 && y >= 60 && y < 120;
        wrong += tissue.inside()[y * 300 + x] == (piece && !hole) ? 0 : 1;
      }
    }
    assertTrue(wrong <= 8, "but for rounded corners: " + wrong);
    assertEquals(1, tissue.share(400, 300, 200), 0.02);
    assertEquals(0, tissue.share(2500, 200, 60));
    assertEquals(0.5, tissue.share(300, 400, 200), 0.02, "half in, half out");
    assertEquals(0, tissue.share(1100, 700, 400));
    assertTrue(tissue.edge(40, 100) && !tissue.edge(80, 100) && !tissue.edge(10, 10));
  }

  @Test
  void glassHoldsNoTissue() {
    BufferedImage glass = drawn().getSubimage(0, 160, 300, 40);
    Tissue tissue = Tissue.find(glass, 1, 10, 10);
    for (boolean inside : tissue.inside()) {
      assertFalse(inside);
    }
  }

  /** Two heaps of values: any threshold between them separates them. */
  @Test
  void otsuSeparatesTwoHeaps() {
    int threshold = Tissue.otsu(new int[] {10, 11, 12, 11, 10, 90, 91, 95, 90});
    assertTrue(threshold >= 12 && threshold < 90, "" + threshold);
  }

  private static Slide slide(OptionalDouble mpp, OptionalDouble magnification) {
    return new Slide() {
      @Override
      public int levels() {
        return 3;
      }

      @Override
      public int width(int level) {
        return 8000 >> 2 * level;
      }

      @Override
      public int height(int level) {
        return 4000 >> 2 * level;
      }

      @Override
      public double downsample(int level) {
        return 1 << 2 * level;
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
      public BufferedImage read(int level, int x, int y, int width, int height) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }

  private static Options options(double magnification, double mpp, double slideMpp, double overlap) {
    return new Options(magnification, mpp, slideMpp, 250, overlap, 0.5, 8, 1);
  }

  /** Hand-worked: at 40x, 250 pixels at 20x are 500; 8000 x 4000 holds 16 x 8 of them, and the half of the tissue 8 x 8. */
  @Test
  void patchesAreCutAtTheWantedMagnification() {
    Path file = Path.of("s.svs");
    boolean[] left = new boolean[80 * 40];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % 80 < 40;
    }
    Tissue tissue = new Tissue(80, 40, left, 100);
    Slide forty = slide(OptionalDouble.of(0.25), OptionalDouble.of(40));
    Patches patches = Patches.of(file, forty, tissue, options(20, 0, 0, 0));
    assertEquals(64, patches.places().size());
    assertEquals(500, patches.size());
    assertEquals(0, patches.level(), "level 1 is too coarse");
    assertEquals(1, Patches.of(file, forty, tissue, options(10, 0, 0, 0)).level());
    assertEquals(2000, Patches.of(file, forty, tissue, options(0, 2, 0, 0)).size(), 1e-9, "by micrometres");
    assertEquals(2, Patches.of(file, forty, tissue, options(0, 4, 0, 0)).level());
    // steps of 250: 15 columns whose patch is half in tissue, and 15 rows
    assertEquals(16 * 15, Patches.of(file, forty, tissue, options(20, 0, 0, 0.5)).places().size());
    assertEquals(500, Patches.of(file, slide(OptionalDouble.of(0.25), OptionalDouble.empty()), tissue, options(20, 0, 0, 0)).size());
    assertEquals(500, Patches.of(file, slide(OptionalDouble.empty(), OptionalDouble.empty()), tissue, options(20, 0, 0.25, 0)).size());
    refuses("tells neither", slide(OptionalDouble.empty(), OptionalDouble.empty()), options(20, 0, 0, 0));
    refuses("a magnification of 40.0, and --magnification asks for 80.0", forty, options(80, 0, 0, 0));
    refuses("0.25 micrometres a pixel, and --mpp asks for 0.1", forty, options(0, 0.1, 0, 0));
  }

  private static void refuses(String words, Slide slide, Options options) {
    String message =
        assertThrows(DataException.class, () -> Patches.factor(Path.of("s.svs"), slide, options)).getMessage();
    assertTrue(message.contains(words), message);
  }
}
