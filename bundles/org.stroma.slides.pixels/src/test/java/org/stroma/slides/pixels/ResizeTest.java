/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.awt.image.BufferedImage;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.testkit.Fixture;

class ResizeTest {
  private static final Fixture FIXTURE = Fixture.read(ResizeTest.class, "resize");

  @ParameterizedTest
  @CsvSource({
    "bilinear, 7, 7", "bilinear, 14, 5", "bilinear, 3, 11", "bilinear, 20, 31", "bilinear, 1, 1",
        "bilinear, 14, 11",
    "bicubic, 7, 7", "bicubic, 14, 5", "bicubic, 3, 11", "bicubic, 20, 31", "bicubic, 1, 1",
        "bicubic, 14, 11"
  })
  void everyPixelIsPillows(String interpolation, int width, int height) {
    int[] pixels =
        Resize.valueOf(interpolation.toUpperCase(Locale.ROOT)).pixels(picture(), width, height);
    int[] got = new int[3 * pixels.length];
    for (int i = 0; i < got.length; i++) {
      got[i] = pixels[i / 3] >> 16 - i % 3 * 8 & 0xff;
    }
    assertArrayEquals(FIXTURE.integers("output", interpolation + " " + width + " " + height), got);
  }

  /** As torchvision's CenterCrop after its Resize. */
  @ParameterizedTest
  @CsvSource({"10, 7", "9, 6", "12, 12"})
  void theCentreThatIsCutIsPillows(int side, int cut) {
    double[] none = {0, 0, 0};
    double[] one = {1, 1, 1};
    float[] values = new float[3 * cut * cut];
    new Preprocessing(cut, side, "bicubic", none, one).write(picture(), cut, cut, false, values, 0);
    int[] got = new int[values.length];
    for (int i = 0; i < got.length; i++) {
      got[i] = Math.round(values[i] * 255);
    }
    assertArrayEquals(FIXTURE.integers("output", "centre " + side + " " + cut), got);
  }

  private static BufferedImage picture() {
    int[] in = FIXTURE.integers("input", "picture");
    BufferedImage picture = new BufferedImage(14, 11, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 14 * 11; i++) {
      picture.setRGB(i % 14, i / 14, in[3 * i] << 16 | in[3 * i + 1] << 8 | in[3 * i + 2]);
    }
    return picture;
  }
}
