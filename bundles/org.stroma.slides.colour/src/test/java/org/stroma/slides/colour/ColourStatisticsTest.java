/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.colour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.awt.image.BufferedImage;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.testkit.PartContract;

class ColourStatisticsTest {
  private static ColourStatistics.Settings one() {
    return new ColourStatistics.Settings() {
      @Override
      public int quantiles() {
        return 1;
      }

      @Override
      public Class<? extends Annotation> annotationType() {
        return ColourStatistics.Settings.class;
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.extractor(ColourStatistics::new, ColourStatistics.Settings.class)
        .tests();
  }

  /** Four pixels; red is 0, 0, 0, 255, green always 255, blue 51, 51, 51, 51. */
  @Test
  void handWorked() {
    BufferedImage patch = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 4; i++) {
      patch.setRGB(i % 2, i / 2, (i == 3 ? 255 : 0) << 16 | 255 << 8 | 51);
    }
    float dark = (float) Math.log10(256);
    float blue = (float) -Math.log10(52 / 256.0);
    try (var model = new ColourStatistics(one()).open(Path.of("."))) {
      assertArrayEquals(
          new float[] {
            0.25f,
            (float) Math.sqrt(3) / 4,
            0,
            0.75f * dark,
            (float) Math.sqrt(3) / 4 * dark,
            dark,
            1,
            0,
            1,
            0,
            0,
            0,
            0.2f,
            0,
            0.2f,
            blue,
            0,
            blue
          },
          model.extract(List.of(patch))[0],
          1e-6f);
    }
  }

  @Test
  void partsAndOtherPicturesAreTheirPixels() {
    BufferedImage whole = new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB);
    BufferedImage plain = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
    BufferedImage bytes = new BufferedImage(4, 3, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 72; i++) {
      whole.setRGB(i % 9, i / 9, 0x030507 * i);
    }
    for (int i = 0; i < 12; i++) {
      plain.setRGB(i % 4, i / 4, whole.getRGB(2 + i % 4, 1 + i / 4));
      bytes.setRGB(i % 4, i / 4, whole.getRGB(2 + i % 4, 1 + i / 4));
    }
    try (var model = new ColourStatistics(one()).open(Path.of("."))) {
      float[][] features = model.extract(List.of(plain, bytes, whole.getSubimage(2, 1, 4, 3)));
      assertArrayEquals(features[0], features[1]);
      assertArrayEquals(features[0], features[2]);
    }
  }
}
