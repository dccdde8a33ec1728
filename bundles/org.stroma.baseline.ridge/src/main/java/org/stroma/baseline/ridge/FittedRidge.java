/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.baseline.ridge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.regression.CrossValidatedRidge;
import org.stroma.regression.FeatureMatrix;
import org.stroma.regression.Response;
import org.stroma.regression.StratifiedFolds;

/**
 * A ridge regression of the patients who have any of some modalities.
 *
 * @param training indices of those it was fitted to
 * @param outOfFold of these, [training], what the inner folds predict of those whom they hold out; NaN for whom none does. Of survival
 *     alone
 * @param predicted of all patients, empty for those who have none of the modalities: linear predictors of survival, probabilities,
 *     numbers
 */
record FittedRidge(
    int[] training, double[] outOfFold, double[][] predicted, int features, double lambda) {
  /**
   * Fits it.
   *
   * @param weights of the penalty, one a modality, above 0
   * @param largest how many patients or features there may be, whichever are fewer: eigenvectors take the third power of that
   * @throws IllegalArgumentException with a sentence, where nothing can be fitted
   */
  static FittedRidge of(
      List<float[] @Nullable []> blocks,
      double[] weights,
      BaselineInput input,
      int folds,
      int largest) {
    int[] training = having(blocks, 0, input.training());
    if (training.length < 2) {
      throw new IllegalArgumentException(
          training.length + " training patients with a known target have the modality");
    }
    List<FeatureMatrix> matrices = new ArrayList<>();
    blocks.forEach(block -> matrices.add(FeatureMatrix.of(block, width(block))));
    FeatureMatrix all = FeatureMatrix.beside(matrices);
    if (Math.min(training.length, all.features()) > largest) {
      throw new IllegalArgumentException(String.format(
          Locale.ROOT,
          "%,d patients by %,d features would take long; the transform top-variance leaves fewer features, or the setting largest,"
              + " which is %,d, has to be larger",
          training.length,
          all.features(),
          largest));
    }
    Response response = response(input.target()).rows(training);
    double[] factors = IntStream.range(0, blocks.size())
        .boxed()
        .flatMapToDouble(
            b -> DoubleStream.generate(() -> weights[b]).limit(matrices.get(b).features()))
        .toArray();
    CrossValidatedRidge chosen = CrossValidatedRidge.of(
        all.rows(training),
        response,
        factors,
        StratifiedFolds.of(response.strata(), folds, input.seed()));
    int[] predictable = having(blocks, 0, input.patients());
    FeatureMatrix x = all.rows(predictable);
    double[][] outputs = input.target().kind() == TargetKind.CLASS
        ? chosen.model().probabilities(x)
        : chosen.model().linearPredictors(x);
    double[][] predicted = new double[input.patients()][0];
    for (int i = 0; i < predictable.length; i++) {
      int row = i;
      predicted[predictable[i]] =
          Arrays.stream(outputs).mapToDouble(output -> output[row]).toArray();
    }
    return new FittedRidge(
        training,
        input.target().kind() == TargetKind.SURVIVAL ? chosen.outOfFold()[0] : new double[0],
        predicted,
        all.features(),
        chosen.lambda());
  }

  private static int width(float[] @Nullable [] block) {
    for (float[] row : block) {
      if (row != null) {
        return row.length;
      }
    }
    return 0;
  }

  private static int[] having(List<float[] @Nullable []> blocks, int from, int to) {
    return IntStream.range(from, to)
        .filter(i -> blocks.stream().anyMatch(block -> block[i] != null))
        .toArray();
  }

  private static Response response(TargetValues target) {
    if (target instanceof TargetValues.Survival survival) {
      return Response.survival(survival.time(), survival.event());
    }
    if (target instanceof TargetValues.Classes classes) {
      return Response.classes(classes.label(), classes.names().size());
    }
    return Response.number(target.requireNumeric().value());
  }

  BaselineModel model(String name) {
    return BaselineModel.of(name, predicted)
        .with("lambda", lambda)
        .with("patients", training.length)
        .with("features", features);
  }
}
