/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.stain;

import static org.stroma.slides.stain.Pixels.blue;
import static org.stroma.slides.stain.Pixels.green;
import static org.stroma.slides.stain.Pixels.red;

import java.util.Arrays;
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
 * Macenko et al., A method for normalizing histology slides for quantitative analysis (ISBI 2009),
 * sections 2.1 and 2.2: the two stains of a slide are the robust extremes of the angles of its
 * optical densities in the plane in which they vary most; their concentrations are scaled to the
 * reference's at the 99th percentile, and put on the reference's stains.
 *
 * <p>As in the implementations that are in use (and whose reference values are the defaults), the
 * optical density is the natural logarithm -ln((x + 1) / background), a pixel is transparent if any
 * channel's is below beta, the plane is that of the covariance, and the percentiles of the
 * concentrations are over all pixels. Angles are taken from the mean's direction, so that they
 * never wrap around.
 */
@Component(configurationPid = Macenko.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Macenko.Settings.class, factory = true)
@StainPart("macenko")
public final class Macenko implements StainNormalizer {
  static final String PID = "org.stroma.slides.stain.macenko";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Macenko",
      description = "Stain vectors and concentrations, brought to those of a reference")
  public @interface Settings {
    @AttributeDefinition(
        description = "the level of light that passed no tissue",
        min = "1",
        max = "256")
    double background() default 240;

    @AttributeDefinition(
        description =
            "pixels with an optical density (natural logarithm) below this in any channel are transparent: no stains"
                + " are learned from them",
        min = "0",
        max = "2")
    double beta() default 0.15;

    @AttributeDefinition(
        description =
            "percentile of the angles that is taken for their extremes: this and 100 less this",
        min = "0",
        max = "49")
    double alpha() default 1;

    @AttributeDefinition(
        description =
            "the reference's stains: optical densities of red, green and blue of hematoxylin, then of eosin")
    double[] referenceStains() default {0.5626, 0.7201, 0.4062, 0.2159, 0.8012, 0.5581};

    @AttributeDefinition(
        description =
            "the reference's 99th percentiles of the concentrations of hematoxylin and eosin")
    double[] referenceConcentrations() default {1.9705, 1.0308};

    @AttributeDefinition(
        description =
            "a picture (PNG, JPEG, TIFF) that is the reference, instead of numbers; relative to the working directory")
    String reference() default "";
  }

  /**
   * The estimated stains of a slide.
   *
   * @param stains [2, 3]: optical densities of hematoxylin and eosin, each of length 1
   * @param concentrations [2]: their 99th percentiles
   */
  record Stains(double[][] stains, double[] concentrations) {}

  private static final double STRONGEST = 99;

  /** Minimum number of pixels for meaningful percentiles. */
  private static final int FEWEST = 100;

  /** Variance of optical densities that can result from 8-bit rounding alone. */
  private static final double ROUNDING = 1e-6;

  /** Angle in radians below which two stains count as the same. */
  private static final double SAME = 0.02;

  /** Smallest 99th percentile of a stain that counts as present. */
  private static final double FAINTEST = 0.01;

  private final double beta;
  private final double alpha;
  private final double background;
  private final double[] density = new double[256];
  private final Stains reference;

  @Activate
  public Macenko(Settings settings) {
    beta = settings.beta();
    alpha = settings.alpha();
    background = settings.background();
    for (int x = 0; x < 256; x++) {
      density[x] = -Math.log((x + 1) / background);
    }
    double[] s = Pixels.numbers(
        "referenceStains",
        settings.referenceStains(),
        "red, green and blue of hematoxylin, then of eosin",
        6,
        false);
    double[] strongest = Pixels.numbers(
        "referenceConcentrations",
        settings.referenceConcentrations(),
        "hematoxylin and eosin",
        2,
        true);
    reference = settings.reference().isEmpty()
        ? new Stains(new double[][] {{s[0], s[1], s[2]}, {s[3], s[4], s[5]}}, strongest)
        : Pixels.reference(settings.reference(), this::stains);
  }

  @Override
  public Stain learn(int[] tissue) {
    return normalizer(stains(tissue));
  }

  Stains stains(int[] rgb) {
    double[] mean = new double[3];
    double[][] squares = new double[3][3];
    double[] od = new double[3];
    int count = 0;
    for (int pixel : rgb) {
      if (density(pixel, od)) {
        count++;
        for (int i = 0; i < 3; i++) {
          mean[i] += od[i];
          for (int j = 0; j < 3; j++) {
            squares[i][j] += od[i] * od[j];
          }
        }
      }
    }
    if (count < FEWEST) {
      throw new DataException("of " + rgb.length + " pixels of its tissue " + count
          + " are stained (an optical density of beta = " + beta + " in all channels); " + FEWEST
          + " are needed to learn stains");
    }
    for (int i = 0; i < 3; i++) {
      mean[i] /= count;
    }
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        squares[i][j] = squares[i][j] / count - mean[i] * mean[j];
      }
    }
    Symmetric3 covariance = new Symmetric3(squares);
    double[] normal = covariance.vector(0);
    double off = dot(mean, normal);
    double[] u = {mean[0] - off * normal[0], mean[1] - off * normal[1], mean[2] - off * normal[2]};
    double length = Math.sqrt(dot(u, u));
    if (covariance.value(1) < ROUNDING || length < FAINTEST) {
      throw new DataException(
          "its tissue has one colour, or shades of one; two stains cannot be told apart");
    }
    for (int i = 0; i < 3; i++) {
      u[i] /= length;
    }
    double[] v = {
      normal[1] * u[2] - normal[2] * u[1],
      normal[2] * u[0] - normal[0] * u[2],
      normal[0] * u[1] - normal[1] * u[0]
    };
    double[] angles = new double[count];
    int at = 0;
    for (int pixel : rgb) {
      if (density(pixel, od)) {
        angles[at++] = Math.atan2(dot(od, v), dot(od, u));
      }
    }
    Arrays.sort(angles);
    double least = percentile(angles, alpha);
    double most = percentile(angles, 100 - alpha);
    if (most - least < SAME) {
      throw new DataException(
          "its tissue has shades of one stain; two stains cannot be told apart");
    }
    double[] one = direction(u, v, least);
    double[] other = direction(u, v, most);
    // hematoxylin is blue, so it absorbs more red light
    double[][] stains =
        one[0] > other[0] ? new double[][] {one, other} : new double[][] {other, one};
    return new Stains(stains, concentrations(rgb, stains));
  }

  private double[] concentrations(int[] rgb, double[][] stains) {
    double[][] unmix = unmix(stains);
    double[][] all = new double[2][rgb.length];
    double[] od = new double[3];
    for (int k = 0; k < rgb.length; k++) {
      density(rgb[k], od);
      all[0][k] = dot(unmix[0], od);
      all[1][k] = dot(unmix[1], od);
    }
    double[] strongest = new double[2];
    for (int s = 0; s < 2; s++) {
      Arrays.sort(all[s]);
      strongest[s] = percentile(all[s], STRONGEST);
      if (!(strongest[s] >= FAINTEST)) {
        throw new DataException("its tissue has hardly any " + (s == 0 ? "hematoxylin" : "eosin")
            + ": the 99th percentile of its concentration is " + (float) strongest[s]);
      }
    }
    return strongest;
  }

  private Stain normalizer(Stains slide) {
    double[][] unmix = unmix(slide.stains());
    // maps optical densities to optical densities, [3, 3]
    double[][] map = new double[3][3];
    for (int s = 0; s < 2; s++) {
      double scale = reference.concentrations()[s] / slide.concentrations()[s];
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          map[i][j] += reference.stains()[s][i] * scale * unmix[s][j];
        }
      }
    }
    return rgb -> {
      double[] od = new double[3];
      for (int k = 0; k < rgb.length; k++) {
        density(rgb[k], od);
        rgb[k] =
            Pixels.pack(light(dot(map[0], od)), light(dot(map[1], od)), light(dot(map[2], od)));
      }
    };
  }

  private double light(double od) {
    return background * Math.exp(-od) - 1;
  }

  /** Computes the optical densities of a pixel; returns whether it is not transparent. */
  private boolean density(int pixel, double[] od) {
    od[0] = density[red(pixel)];
    od[1] = density[green(pixel)];
    od[2] = density[blue(pixel)];
    return od[0] >= beta && od[1] >= beta && od[2] >= beta;
  }

  /** Least squares: the pseudo-inverse of stains of length 1, [2, 3]. */
  private static double[][] unmix(double[][] stains) {
    double[] a = stains[0];
    double[] b = stains[1];
    double aa = dot(a, a);
    double ab = dot(a, b);
    double bb = dot(b, b);
    double determinant = aa * bb - ab * ab;
    double[][] unmix = new double[2][3];
    for (int i = 0; i < 3; i++) {
      unmix[0][i] = (bb * a[i] - ab * b[i]) / determinant;
      unmix[1][i] = (aa * b[i] - ab * a[i]) / determinant;
    }
    return unmix;
  }

  private static double[] direction(double[] u, double[] v, double angle) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return new double[] {c * u[0] + s * v[0], c * u[1] + s * v[1], c * u[2] + s * v[2]};
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  /** Percentile with linear interpolation. */
  private static double percentile(double[] sorted, double percent) {
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
