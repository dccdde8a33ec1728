/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.colour;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.slides.ExtractorPart;
import org.stroma.api.slides.FeatureExtractor;

/**
 * A baseline without a model: mean, standard deviation and quantiles of a patch for red, green and
 * blue and for their optical densities -log10((x + 1) / 256).
 */
@Component(
    configurationPid = ColourStatistics.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ColourStatistics.Settings.class, factory = true)
@ExtractorPart("colour-statistics")
public final class ColourStatistics implements FeatureExtractor {
  static final String PID = "org.stroma.slides.colour";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Colour statistics",
      description = "A baseline without a model: moments and quantiles of colours")
  public @interface Settings {
    @AttributeDefinition(
        description = "quantiles of each channel, evenly spaced",
        min = "1",
        max = "99")
    int quantiles() default 5;
  }

  private final int quantiles;

  @Activate
  public ColourStatistics(Settings settings) {
    quantiles = settings.quantiles();
  }

  @Override
  public Model open(Path directory) {
    return new Model() {
      @Override
      public int width() {
        return 3 * 2 * (2 + quantiles);
      }

      @Override
      public String identity() {
        return "colour-statistics with " + quantiles + " quantiles";
      }

      @Override
      public float[][] extract(List<BufferedImage> patches) {
        return patches.stream().map(patch -> features(patch, quantiles)).toArray(float[][]::new);
      }

      @Override
      public void close() {
        // nothing to close
      }
    };
  }

  private static float[] features(BufferedImage patch, int quantiles) {
    int[] rgb = rgb(patch);
    float[] features = new float[3 * 2 * (2 + quantiles)];
    int at = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      long[] histogram = new long[256];
      for (int pixel : rgb) {
        histogram[pixel >> shift & 0xff]++;
      }
      for (boolean density : new boolean[] {false, true}) {
        double sum = 0;
        double squares = 0;
        for (int level = 0; level < 256; level++) {
          double x = value(level, density);
          sum += x * histogram[level];
          squares += x * x * histogram[level];
        }
        double mean = sum / rgb.length;
        features[at++] = (float) mean;
        features[at++] = (float) Math.sqrt(Math.max(0, squares / rgb.length - mean * mean));
        for (int q = 1; q <= quantiles; q++) {
          features[at++] = (float)
              value(quantile(histogram, rgb.length * (double) q / (quantiles + 1)), density);
        }
      }
    }
    return features;
  }

  /** Pixels row by row; those of plain pictures are where they lie, as asking for them takes as long as the statistics. */
  private static int[] rgb(BufferedImage patch) {
    return patch.getType() == BufferedImage.TYPE_INT_RGB
            && patch.getRaster().getParent() == null
            && patch.getRaster().getDataBuffer() instanceof DataBufferInt plain
            && plain.getSize() == patch.getWidth() * patch.getHeight()
        ? plain.getData()
        : patch.getRGB(0, 0, patch.getWidth(), patch.getHeight(), null, 0, patch.getWidth());
  }

  private static double value(int level, boolean density) {
    return density ? -Math.log10((level + 1) / 256.0) : level / 255.0;
  }

  private static int quantile(long[] histogram, double below) {
    long count = 0;
    for (int level = 0; level < 256; level++) {
      count += histogram[level];
      if (count >= below) {
        return level;
      }
    }
    return 255;
  }
}
