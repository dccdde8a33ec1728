/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.stain;

import static org.stroma.slides.stain.Pixels.blue;
import static org.stroma.slides.stain.Pixels.green;
import static org.stroma.slides.stain.Pixels.red;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.api.slides.StainPart;

/**
 * Reinhard et al., Color transfer between images (IEEE Computer Graphics and Applications 21(5),
 * 2001): mean and standard deviation of each axis of Ruderman's l-alpha-beta are brought to those
 * of a reference. The space is the paper's, equations 4 and 6 (not CIELAB), with natural logarithms
 * of levels 0 to 255, as HistomicsTK has it; the default reference is the one that it publishes, of
 * the slide TCGA-A2-A3XS-DX1. Background is neither learned from nor changed.
 */
@Component(configurationPid = Reinhard.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Reinhard.Settings.class, factory = true)
@StainPart("reinhard")
public final class Reinhard implements StainNormalizer {
  static final String PID = "org.stroma.slides.stain.reinhard";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Reinhard",
      description = "Mean and deviation of colours, brought to those of a reference")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "pixels with all channels at this level or above are background, neither learned from nor changed; with 256"
                + " none is",
        min = "1",
        max = "256")
    int background() default 220;

    @AttributeDefinition(
        description =
            "the reference's means of l, alpha and beta, from natural logarithms of levels 0 to 255")
    double[] referenceMean() default {8.74108109, -0.12440419, 0.0444982};

    @AttributeDefinition(description = "the reference's standard deviations of l, alpha and beta")
    double[] referenceDeviation() default {0.6135447, 0.10989545, 0.0286032};

    @AttributeDefinition(
        description =
            "a picture (PNG, JPEG, TIFF) that is the reference, instead of numbers; relative to the working directory")
    String reference() default "";
  }

  /** Mean and standard deviation of l, alpha and beta. */
  record Moments(double[] mean, double[] deviation) {}

  /** Minimum number of pixels for a meaningful deviation. */
  private static final int FEWEST = 100;

  /** Deviation that can result from rounding alone. */
  private static final double ROUNDING = 0.001;

  /** A logarithm above that of any pixel. */
  private static final double BRIGHTEST = 10;

  /** Equation 4. */
  private static final double[][] LMS = {
    {0.3811, 0.5783, 0.0402}, {0.1967, 0.7244, 0.0782}, {0.0241, 0.1288, 0.8444}
  };

  /** Equation 6, which is orthogonal: its inverse is its transpose. */
  private static final double[][] LAB = {
    {1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)},
    {1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)},
    {1 / Math.sqrt(2), -1 / Math.sqrt(2), 0}
  };

  private static final double[][] RGB = inverse(LMS);

  private final int background;
  private final Moments reference;

  @Activate
  public Reinhard(Settings settings) {
    background = settings.background();
    double[] mean =
        Pixels.numbers("referenceMean", settings.referenceMean(), "l, alpha and beta", 3, false);
    double[] deviation = Pixels.numbers(
        "referenceDeviation", settings.referenceDeviation(), "l, alpha and beta", 3, true);
    reference = settings.reference().isEmpty()
        ? new Moments(mean, deviation)
        : Pixels.reference(settings.reference(), this::moments);
  }

  @Override
  public Stain learn(int[] tissue) {
    Moments slide = moments(tissue);
    return rgb -> normalize(rgb, slide);
  }

  Moments moments(int[] rgb) {
    double[] sum = new double[3];
    double[] squares = new double[3];
    double[] lab = new double[3];
    double[] lms = new double[3];
    int count = 0;
    for (int pixel : rgb) {
      if (!isBackground(pixel)) {
        count++;
        lab(pixel, lms, lab);
        for (int i = 0; i < 3; i++) {
          sum[i] += lab[i];
          squares[i] += lab[i] * lab[i];
        }
      }
    }
    if (count < FEWEST) {
      throw new DataException(
          "of " + rgb.length + " pixels of its tissue " + count + " are darker than background = "
              + background + "; " + FEWEST + " are needed to learn colours");
    }
    double[] deviation = new double[3];
    for (int i = 0; i < 3; i++) {
      sum[i] /= count;
      deviation[i] = Math.sqrt(Math.max(0, squares[i] / count - sum[i] * sum[i]));
      if (deviation[i] < ROUNDING) {
        throw new DataException(
            "its tissue has one colour, or shades of one; the spread of its colours cannot be learned");
      }
    }
    return new Moments(sum, deviation);
  }

  private void normalize(int[] rgb, Moments slide) {
    double[] lms = new double[3];
    double[] lab = new double[3];
    for (int k = 0; k < rgb.length; k++) {
      if (isBackground(rgb[k])) {
        continue;
      }
      lab(rgb[k], lms, lab);
      for (int i = 0; i < 3; i++) {
        lab[i] = (lab[i] - slide.mean()[i]) / slide.deviation()[i] * reference.deviation()[i]
            + reference.mean()[i];
      }
      for (int i = 0; i < 3; i++) {
        double log = LAB[0][i] * lab[0] + LAB[1][i] * lab[1] + LAB[2][i] * lab[2];
        lms[i] = Math.exp(Math.min(log, BRIGHTEST));
      }
      rgb[k] = Pixels.pack(dot(RGB[0], lms), dot(RGB[1], lms), dot(RGB[2], lms));
    }
  }

  private boolean isBackground(int pixel) {
    return red(pixel) >= background && green(pixel) >= background && blue(pixel) >= background;
  }

  private static void lab(int pixel, double[] lms, double[] lab) {
    int red = red(pixel);
    int green = green(pixel);
    int blue = blue(pixel);
    for (int i = 0; i < 3; i++) {
      // avoid the logarithm of 0
      lms[i] = Math.log(Math.max(1, LMS[i][0] * red + LMS[i][1] * green + LMS[i][2] * blue));
    }
    for (int i = 0; i < 3; i++) {
      lab[i] = dot(LAB[i], lms);
    }
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  private static double[][] inverse(double[][] m) {
    double[][] inverse = new double[3][3];
    for (int i = 0; i < 3; i++) {
      int i1 = (i + 1) % 3;
      int i2 = (i + 2) % 3;
      for (int j = 0; j < 3; j++) {
        int j1 = (j + 1) % 3;
        int j2 = (j + 2) % 3;
        inverse[j][i] = m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1];
      }
    }
    double determinant =
        m[0][0] * inverse[0][0] + m[0][1] * inverse[1][0] + m[0][2] * inverse[2][0];
    for (double[] row : inverse) {
      for (int j = 0; j < 3; j++) {
        row[j] /= determinant;
      }
    }
    return inverse;
  }
}
