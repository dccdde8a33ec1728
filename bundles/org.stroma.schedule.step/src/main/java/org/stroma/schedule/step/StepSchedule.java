/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.step;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Schedule;
import org.stroma.api.SchedulePart;
import org.stroma.api.TrainingProgress;

/**
 * Multiplies the learning rate by {@code factor} after every {@code epochs} epochs, as in PyTorch's
 * {@code StepLR}.
 */
@Component(configurationPid = StepSchedule.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = StepSchedule.Settings.class, factory = true)
@SchedulePart("step")
public final class StepSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.step";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Step",
      description = "The learning rate falls every so many epochs")
  public @interface Settings {
    @AttributeDefinition(description = "epochs between two falls", min = "1", max = "100000")
    int epochs() default 10;

    @AttributeDefinition(
        description = "what the learning rate is multiplied by at each fall",
        min = "0",
        max = "1")
    double factor() default 0.1;
  }

  private final Settings settings;

  @Activate
  public StepSchedule(Settings settings) {
    this.settings = settings;
  }

  @Override
  public double factor(TrainingProgress progress) {
    int drops = progress.epoch() / settings.epochs();
    return Math.pow(settings.factor(), drops);
  }
}
