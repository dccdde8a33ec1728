/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
    Tissue tissue = Tissue.find(drawn(), 10, 10, 40, -1);
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
    Tissue tissue = Tissue.find(glass, 1, 3, 40, -1);
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

  /** Hand-worked: at 40x, 250 pixels at 20x are 500; 8000 x 4000 holds 16 x 8 of them, and the half of the tissue 8 x 8. */
  @Test
  void patchesAreCutAtTheWantedMagnification() {
    boolean[] left = new boolean[80 * 40];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % 80 < 40;
    }
    boolean[] right = new boolean[left.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = !left[i];
    }
    Tissue tissue = new Tissue(80, 40, left, right, 100, 8, 0.5, 200, 99);
    Patches patches = patches(tissue, options(20, 0, 0));
    assertEquals(64, patches.places().size());
    assertEquals(500, patches.size());
    assertEquals(128, patches.grid());
    assertEquals(64, patches.darkGrid());
    assertEquals(0, patches.dark());
    assertEquals(1, patches.most());
    assertEquals(0, patches.level(), "level 1 is too coarse");
    assertEquals(1, patches(tissue, options(10, 0, 0)).level());
    assertEquals(2000, patches(tissue, options(0, 2, 0)).size(), 1e-9, "by micrometres");
    assertEquals(2, patches(tissue, options(0, 4, 0)).level());
    // steps of 250: 15 columns whose patch is half in tissue, and 15 rows
    assertEquals(16 * 15, patches(tissue, options(20, 0, 0.5)).places().size());
  }

  private static Options options(double magnification, double mpp, double overlap) {
    return new Options(
        magnification, mpp, 0, 0, 250, overlap, 0.5, 40, -1, Layout.TRIDENT, "", 8, 1);
  }

  private static Patches patches(Tissue tissue, Options options) {
    Path file = Path.of("s.svs");
    Slide forty = new Pyramid(DrawnSlide.of(8000, 4000, 0.25, 40));
    return Patches.of(file, forty, Scale.of(file, forty, options), tissue, options);
  }

  /** Three levels, each a quarter of the one before on a side. */
  private record Pyramid(DrawnSlide of) implements Slide {
    @Override
    public int levels() {
      return 3;
    }

    @Override
    public int width(int level) {
      return of.width() >> 2 * level;
    }

    @Override
    public int height(int level) {
      return of.height() >> 2 * level;
    }

    @Override
    public double downsample(int level) {
      return 1 << 2 * level;
    }

    @Override
    public OptionalDouble micronsPerPixel() {
      return of.micronsPerPixel();
    }

    @Override
    public OptionalDouble magnification() {
      return of.magnification();
    }

    @Override
    public BufferedImage read(int level, int x, int y, int width, int height) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /**
   * Haematoxylin and eosin as a thumbnail of low magnification has it: pink with nuclei down to a brightness of 60, on glass,
   * at the right of a margin that is nearly black, with the noise of JPEG; black ink on the glass, and a missing black tile and
   * a clump of very dark nuclei in the tissue.
   */
  private static BufferedImage scan(int margin) {
    BufferedImage image = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int y = 0; y < 300; y++) {
      for (int x = 0; x < 400; x++) {
        int colour;
        if (x < margin) {
          colour = random.nextInt(26) << 16 | random.nextInt(20) << 8 | random.nextInt(30);
        } else if (tissue(x, y)) {
          colour = random.nextInt(100) < 30
              ? rgb(45 + random.nextInt(20), 20 + random.nextInt(20), 60 + random.nextInt(80))
              : rgb(200 + random.nextInt(30), 120 + random.nextInt(40), 170 + random.nextInt(30));
        } else {
          int glass = 232 + random.nextInt(12);
          colour = rgb(glass, glass, glass);
        }
        image.setRGB(x, y, colour);
      }
    }
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(24, 22, 34));
    g.fillRect(330, 250, 60, 30); // ink
    g.setColor(Color.BLACK);
    g.fillRect(260, 120, 20, 20); // a tile that is missing
    g.setColor(new Color(30, 12, 38));
    g.fillRect(300, 160, 6, 6); // a clump
    g.dispose();
    return image;
  }

  private static int rgb(int r, int g, int b) {
    return r << 16 | g << 8 | b;
  }

  private static boolean tissue(int x, int y) {
    return x >= 220 && x < 380 && y >= 40 && y < 220;
  }

  @Test
  void blackMarginsInkAndMissingTilesAreNoTissueAndDarkNucleiAre() {
    for (int margin : new int[] {0, 200}) {
      Tissue found = Tissue.find(scan(margin), 1, 20, 40, -1);
      int missed = 0;
      int added = 0;
      for (int y = 0; y < 300; y++) {
        for (int x = 0; x < 400; x++) {
          boolean hole = x >= 259 && x <= 280 && y >= 119 && y <= 140;
          boolean inside = found.inside()[y * 400 + x];
          missed += tissue(x, y) && !hole && !inside ? 1 : 0;
          added += (!tissue(x, y) || x >= 261 && x < 279 && y >= 121 && y < 139) && inside ? 1 : 0;
        }
      }
      assertEquals(0, added, "margin " + margin);
      assertTrue(missed <= 8, "but for rounded corners: " + missed + " with a margin of " + margin);
      assertEquals(1, found.share(295, 155, 15), "the clump stays");
      assertEquals(1, found.darkShare(262, 122, 15));
      assertEquals(margin > 0 ? 1 : 0, found.darkShare(0, 50, 200), 0.01);
    }
    assertTrue(
        Tissue.find(scan(200), 1, 20, 0, -1).share(20, 100, 100) > 0.9,
        "without a least brightness the margin is tissue");
  }

  @Test
  void aLeastSaturationIsTakenInsteadOfOtsu() {
    BufferedImage faint = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 100 * 100; i++) {
      faint.setRGB(i % 100, i / 100, i % 100 < 50 ? rgb(240, 235, 240) : rgb(240, 240, 240));
    }
    assertEquals(0, Tissue.find(faint, 1, 10, 40, -1).coloured());
    assertEquals(0.5, Tissue.find(faint, 1, 10, 40, 3).coloured(), 0.02);
  }
}
