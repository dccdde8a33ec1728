/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.regression;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/** Features of patients: one row a patient, one column a feature. NaN where a patient does not have one. */
@ConsumerType
public interface FeatureMatrix {
  /** The number of patients. */
  int patients();

  /** The number of features. */
  int features();

  /** One value; NaN where the patient does not have it. It may not be infinite. */
  double value(int patient, int feature);

  /**
   * What an array holds.
   *
   * @param values [patients][features]; not copied
   * @throws IllegalArgumentException for rows of different lengths
   */
  static FeatureMatrix of(double[][] values) {
    int features = values.length == 0 ? 0 : values[0].length;
    for (double[] row : values) {
      Checks.length("features of the first patient", features, "of another", row.length);
    }
    return new FeatureMatrix() {
      @Override
      public int patients() {
        return values.length;
      }

      @Override
      public int features() {
        return features;
      }

      @Override
      public double value(int patient, int feature) {
        return values[patient][feature];
      }
    };
  }

  /**
   * What an array of less precision holds.
   *
   * @param values [patients][features]; not copied. A row of null is a patient who has none of them
   * @param features of each patient
   * @throws IllegalArgumentException for a row of another length
   */
  static FeatureMatrix of(float[] @Nullable [] values, int features) {
    for (float[] row : values) {
      if (row != null) {
        Checks.length("features", features, "values of a patient", row.length);
      }
    }
    return new FeatureMatrix() {
      @Override
      public int patients() {
        return values.length;
      }

      @Override
      public int features() {
        return features;
      }

      @Override
      public double value(int patient, int feature) {
        return values[patient] == null ? Double.NaN : values[patient][feature];
      }
    };
  }

  /**
   * The features of several matrices beside each other.
   *
   * @param blocks of the same patients
   * @throws IllegalArgumentException for none, or for different numbers of patients
   */
  static FeatureMatrix beside(List<FeatureMatrix> blocks) {
    return new BlockMatrix(blocks);
  }

  /** Some patients of it, a view. */
  default FeatureMatrix rows(int... chosen) {
    FeatureMatrix all = this;
    int[] rows = chosen.clone();
    Arrays.stream(rows).forEach(row -> Checks.index(row, all.patients()));
    return new FeatureMatrix() {
      @Override
      public int patients() {
        return rows.length;
      }

      @Override
      public int features() {
        return all.features();
      }

      @Override
      public double value(int patient, int feature) {
        return all.value(rows[patient], feature);
      }
    };
  }
}
