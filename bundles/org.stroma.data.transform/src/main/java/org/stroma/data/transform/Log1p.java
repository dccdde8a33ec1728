/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.TransformPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/**
 * log(x + 1) of counts or other non-negative numbers. Learns nothing but, where it is asked to, whether the training patients' numbers
 * are such.
 */
@Component(configurationPid = Log1p.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Log1p.Settings.class, factory = true)
@TransformPart("log1p")
public final class Log1p implements Transform {
  static final String PID = "org.stroma.data.transform.log1p";

  /** What can be set. */
  @ObjectClassDefinition(name = "log(x + 1)", description = "Logarithm of one more than the value")
  public @interface Settings {
    @AttributeDefinition(
        description = "base of the logarithm",
        options = {
          @Option(label = "2", value = "2"),
          @Option(label = "e", value = "e"),
          @Option(label = "10", value = "10")
        })
    String base() default "2";

    @AttributeDefinition(description = "takes numbers that look like logarithms already")
    boolean force() default false;

    @AttributeDefinition(
        description =
            "counts: only where the training patients have 50 features or more, none of them negative, and more than a hundredth of all numbers is above 100, as of counts and intensities; else nothing is done",
        options = {
          @Option(label = "always", value = "always"),
          @Option(label = "of what looks like counts", value = COUNTS)
        })
    String when() default "always";
  }

  private static final String COUNTS = "counts";

  /** Tables of measurements of several kinds have fewer features. */
  private static final int FEATURES = 50;

  /** Logarithms, scores and shares are below it. */
  private static final float LARGE = 100;

  /**
   * Upper bound for values that look like logarithms: all log2 counts are below it, while counts of
   * a whole training set are not.
   */
  private static final float LARGEST_LOGARITHM = 30;

  private final double scale;
  private final boolean force;
  private final boolean asked;

  @Activate
  public Log1p(Settings settings) {
    force = settings.force();
    asked = settings.when().equals(COUNTS);
    scale = settings.base().equals("e") ? 1 : 1 / Math.log(Double.parseDouble(settings.base()));
  }

  /**
   * Rejects data that look like logarithms already: nothing above 30, and most non-zero values
   * fractional.
   */
  @Override
  public Learned fit(Matrix training) {
    if (asked) {
      return Learned.builder().put(COUNTS, counts(training)).build();
    }
    long fractions = 0;
    long others = 0;
    float largest = 0;
    for (float[] row : training.rows().values()) {
      for (float x : row) {
        if (x != 0 && !Float.isNaN(x)) {
          largest = Math.max(largest, x);
          fractions += x == Math.rint(x) ? 0 : 1;
          others += x == Math.rint(x) ? 1 : 0;
        }
      }
    }
    if (!force && largest <= LARGEST_LOGARITHM && fractions > others) {
      throw new DataException(
          "log1p would take a logarithm twice: no number is above " + largest
              + ", and most have fractions, as logarithms do; leave log1p out, or set force to true if these are none");
    }
    return Learned.empty();
  }

  /** The rule by which NCBI's GEO2R takes logarithms: the 99 % quantile is above 100. */
  private static boolean counts(Matrix training) {
    long known = 0;
    long large = 0;
    for (float[] row : training.rows().values()) {
      for (float x : row) {
        if (x < 0) {
          return false;
        }
        known += Float.isNaN(x) ? 0 : 1;
        large += x > LARGE ? 1 : 0;
      }
    }
    return training.features().size() >= FEATURES && large * 100 > known;
  }

  @Override
  public Optional<String> told(Learned learned) {
    return asked && learned.flag(COUNTS)
        ? Optional.of(
            "its numbers look like counts or intensities, and logarithms are taken of them (log1p, as transforms do not say otherwise)")
        : Optional.empty();
  }

  @Override
  public Matrix apply(Learned learned, Matrix data) {
    if (asked && !new LearnedState("log1p", learned, COUNTS).flag(COUNTS)) {
      return data;
    }
    if (!asked) {
      new LearnedState("log1p", learned);
    }
    return RowMapper.of("log1p", data.features(), data, (patient, row) -> {
      float[] logs = new float[row.length];
      for (int i = 0; i < row.length; i++) {
        if (row[i] < 0) {
          throw new DataException(
              "log1p takes no negative numbers, and patient " + patient + " has " + row[i] + " for "
                  + data.features().get(i) + "; are these values logarithms already?");
        }
        logs[i] = (float) (Math.log1p(row[i]) * scale);
      }
      return logs;
    });
  }
}
