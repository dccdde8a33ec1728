/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.baseline.ridge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Baseline;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.BaselinePart;
import org.stroma.api.TargetKind;
import org.stroma.regression.RidgeRegression;

/**
 * Ridge regressions ({@link RidgeRegression}: Cox, logistic, linear), the penalty by inner cross-validated likelihood: one for each
 * modality by the patients who have it; where there are several modalities, one of all features beside each other, missing ones as the
 * training mean; and the late fusion of the single ones. All features beside each other get the penalties of the single models times one
 * number that is chosen anew, as few features would not be heard beside many otherwise (several penalties: van de Wiel et al. 2021, who
 * start from the same).
 */
@Component(configurationPid = RidgeBaseline.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RidgeBaseline.Settings.class, factory = true)
@BaselinePart("ridge")
public final class RidgeBaseline implements Baseline {
  static final String PID = "org.stroma.baseline.ridge.ridge";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Ridge regression",
      description =
          "Cox, logistic or linear regression with a ridge by each modality, by all together, and their late fusion")
  public @interface Settings {
    @AttributeDefinition(description = "inner folds that choose the penalty", min = "2", max = "20")
    int folds() default 5;

    @AttributeDefinition(
        description =
            "of all together: for each modality the one chosen for it alone, times one for all that is chosen anew; or the same for all features",
        options = {
          @Option(label = "modality", value = "modality"),
          @Option(label = "same", value = "same")
        })
    String penalty() default "modality";

    @AttributeDefinition(
        description =
            "patients or features, whichever are fewer, above which a model is left out: time grows with the third power, 1000 take 15 seconds a fold",
        min = "10",
        max = "100000")
    int largest() default 2000;
  }

  private static final String PREFIX = "ridge ";
  private static final String TOGETHER = PREFIX + "all together";
  private static final String LATE = PREFIX + "late fusion";

  private final int folds;
  private final boolean same;
  private final int largest;

  @Activate
  public RidgeBaseline(Settings settings) {
    folds = settings.folds();
    largest = settings.largest();
    same = settings.penalty().equals("same");
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL, TargetKind.CLASS, TargetKind.NUMBER);
  }

  @Override
  public List<BaselineModel> fit(BaselineInput input) {
    SortedMap<String, FittedRidge> fitted = new TreeMap<>();
    Map<String, String> reasons = new LinkedHashMap<>();
    List<BaselineModel> models = new ArrayList<>();
    input.modalities().forEach((modality, rows) -> {
      String name = PREFIX + modality;
      FittedRidge own =
          fit(Collections.singletonList(rows), new double[] {1}, input, name, reasons);
      if (own == null) {
        models.add(BaselineModel.undefined(name, reasons.get(name)));
      } else {
        fitted.put(modality, own);
        models.add(own.model(name));
      }
    });
    if (input.modalities().size() > 1) {
      FittedRidge all = fit(
          new ArrayList<>(input.modalities().values()),
          weights(input, fitted),
          input,
          TOGETHER,
          reasons);
      models.add(
          all == null
              ? BaselineModel.undefined(TOGETHER, reasons.get(TOGETHER))
              : all.model(TOGETHER));
      models.add(late(input, fitted));
    }
    return models;
  }

  /** The penalties of single modalities, over their geometric mean: 1 for one that has no model. */
  private double[] weights(BaselineInput input, SortedMap<String, FittedRidge> fitted) {
    double mean = fitted.values().stream()
        .mapToDouble(own -> Math.log(own.lambda()))
        .average()
        .orElse(0);
    return input.modalities().keySet().stream()
        .mapToDouble(name ->
            same || !fitted.containsKey(name) ? 1 : fitted.get(name).lambda() / Math.exp(mean))
        .toArray();
  }

  private @Nullable FittedRidge fit(
      List<float[] @Nullable []> blocks,
      double[] weights,
      BaselineInput input,
      String name,
      Map<String, String> reasons) {
    try {
      return FittedRidge.of(blocks, weights, input, folds, largest);
    } catch (IllegalArgumentException | IllegalStateException e) {
      reasons.put(name, Optional.ofNullable(e.getMessage()).orElse(e.toString()));
      return null;
    }
  }

  private static BaselineModel late(BaselineInput input, SortedMap<String, FittedRidge> fitted) {
    if (fitted.isEmpty()) {
      return BaselineModel.undefined(LATE, "there is no model of a single modality");
    }
    return BaselineModel.of(LATE, LateFusion.of(input, List.copyOf(fitted.values())))
        .with("modalities", fitted.size());
  }
}
