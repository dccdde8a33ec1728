/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.plateau;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Schedule;
import org.stroma.api.SchedulePart;
import org.stroma.api.TrainingProgress;

/**
 * Multiplies the learning rate by {@code factor} whenever the loss has not improved for more than
 * {@code patience} epochs, as in PyTorch's {@code ReduceLROnPlateau}. Uses the validation loss if
 * it is computed, else the mean training loss. An improvement is a decrease below the best loss by
 * more than the threshold. The {@code cooldown} epochs after a reduction are not counted.
 */
@Component(
    configurationPid = PlateauSchedule.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PlateauSchedule.Settings.class, factory = true)
@SchedulePart("plateau")
public final class PlateauSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.plateau";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Plateau",
      description = "The learning rate falls when the loss does no longer")
  public @interface Settings {
    @AttributeDefinition(
        description = "what the learning rate is multiplied by at each fall",
        min = "0",
        max = "0.999999")
    double factor() default 0.1;

    @AttributeDefinition(
        description = "epochs without a better loss that are waited for",
        min = "0",
        max = "100000")
    int patience() default 10;

    @AttributeDefinition(
        description = "by how much a loss has to be less than the best one to be better",
        min = "0",
        max = "1000000")
    double threshold() default 1e-4;

    @AttributeDefinition(
        description = "what the threshold is measured in",
        options = {
          @Option(label = "shares of the best loss", value = "relative"),
          @Option(label = "the loss's own unit", value = "absolute")
        })
    String thresholdMode() default "relative";

    @AttributeDefinition(
        description = "epochs after a fall that do not count",
        min = "0",
        max = "100000")
    int cooldown() default 0;

    @AttributeDefinition(description = "least factor", min = "0", max = "1")
    double floor() default 0;
  }

  private final Settings settings;

  @Activate
  public PlateauSchedule(Settings settings) {
    this.settings = settings;
  }

  @Override
  public double factor(TrainingProgress progress) {
    List<Double> validation = progress.validationLosses();
    double factor = 1;
    double best = Double.NaN;
    int waited = 0;
    int cooling = 0;
    for (double loss : validation.isEmpty() ? progress.losses() : validation) {
      if (Double.isNaN(best) || loss < best - margin(best)) {
        best = loss;
        waited = 0;
      } else {
        waited++;
      }
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (waited > settings.patience()) {
        factor = Math.max(factor * settings.factor(), settings.floor());
        cooling = settings.cooldown();
        waited = 0;
      }
    }
    return factor;
  }

  /**
   * The required improvement, relative to the magnitude of the best loss, since losses may be
   * negative.
   */
  private double margin(double best) {
    return settings.thresholdMode().equals("absolute")
        ? settings.threshold()
        : settings.threshold() * Math.abs(best);
  }
}
