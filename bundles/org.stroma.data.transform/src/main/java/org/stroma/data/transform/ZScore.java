/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TransformPart;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;

/**
 * Standardises each feature by the training patients' mean and standard deviation (n - 1). Missing
 * values become 0, the training mean, as do all values of a feature that is constant in training.
 */
@Component(configurationPid = ZScore.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ZScore.Settings.class, factory = true)
@TransformPart("zscore")
public final class ZScore implements Transform {
  static final String PID = "org.stroma.data.transform.zscore";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "z-score",
      description = "Mean 0 and standard deviation 1 among training patients")
  public @interface Settings {
    @AttributeDefinition(
        description = "values beyond this many standard deviations are set to it; 0 for no limit",
        min = "0")
    double clip() default 0;
  }

  private final float limit;

  @Activate
  public ZScore(Settings settings) {
    limit = settings.clip() > 0 ? (float) settings.clip() : Float.MAX_VALUE;
  }

  @Override
  public Learned fit(Matrix training) {
    Moments[] moments = Moments.of(training);
    return Learned.builder()
        .put("features", training.features())
        .put("mean", Arrays.stream(moments).mapToDouble(Moments::mean).toArray())
        .put(
            "standardDeviation",
            Arrays.stream(moments).mapToDouble(m -> Math.sqrt(m.variance())).toArray())
        .build();
  }

  @Override
  public Matrix apply(Learned learned, Matrix data) {
    LearnedState state =
        new LearnedState("zscore", learned, "features", "mean", "standardDeviation");
    List<String> features = state.features();
    double[] mean = state.numbers("mean", features, -Float.MAX_VALUE, Float.MAX_VALUE);
    double[] deviation = state.numbers("standardDeviation", features, 0, 2.0 * Float.MAX_VALUE);
    Matrix known = Features.select("zscore", features, data);
    int width = features.size();
    double[] factor = new double[width];
    for (int i = 0; i < width; i++) {
      // rounding errors of a constant do not count as variation
      factor[i] = deviation[i] > 1e-9 * Math.max(1, Math.abs(mean[i])) ? 1 / deviation[i] : 0;
    }
    return RowMapper.of("zscore", features, known, (patient, row) -> {
      float[] scores = new float[width];
      for (int i = 0; i < width; i++) {
        float score = Float.isNaN(row[i]) ? 0 : (float) ((row[i] - mean[i]) * factor[i]);
        scores[i] = Math.max(-limit, Math.min(limit, score));
      }
      return scores;
    });
  }
}
