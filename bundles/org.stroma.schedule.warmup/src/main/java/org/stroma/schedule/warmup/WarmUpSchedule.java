/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.warmup;

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
 * Gradual linear warm-up over the first steps (Goyal et al. 2017, section 2.2), then a constant
 * learning rate, or cosine or linear decay to the floor over the remaining steps. Changes at each
 * step. With W warm-up steps of S, step t (from 0) has the factor start + (1 - start) t / W for t
 * &lt; W; after that the decay has progressed by (t - W) / (S - W).
 */
@Component(configurationPid = WarmUpSchedule.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WarmUpSchedule.Settings.class, factory = true)
@SchedulePart("warm-up")
public final class WarmUpSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.warmup";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Warm-up",
      description = "A linear rise by steps, then constant or falling")
  public @interface Settings {
    @AttributeDefinition(
        description = "the share of all steps that rise, unless steps says how many",
        min = "0",
        max = "1")
    double fraction() default 0.1;

    @AttributeDefinition(
        description = "how many steps rise; 0 for the fraction of all",
        min = "0",
        max = "1000000000")
    int steps() default 0;

    @AttributeDefinition(description = "factor in the first step", min = "0", max = "1")
    double start() default 0.01;

    @AttributeDefinition(
        description = "what comes after the rise",
        options = {
          @Option(label = "half a cosine down to the floor", value = "cosine"),
          @Option(label = "a line down to the floor", value = "linear"),
          @Option(label = "the learning rate as it is", value = "constant")
        })
    String then() default "cosine";

    @AttributeDefinition(
        description = "factor that what falls would reach after the last step",
        min = "0",
        max = "1")
    double floor() default 0;
  }

  private final Settings settings;

  @Activate
  public WarmUpSchedule(Settings settings) {
    this.settings = settings;
  }

  @Override
  public double factor(TrainingProgress progress) {
    long rise = settings.steps() > 0
        ? settings.steps()
        : Math.round(settings.fraction() * progress.steps());
    long step = progress.step();
    if (step < rise) {
      return settings.start() + (1 - settings.start()) * step / rise;
    }
    double done = (double) (step - rise) / (progress.steps() - rise);
    double left =
        switch (settings.then()) {
          case "cosine" -> 0.5 * (1 + Math.cos(Math.PI * done));
          case "linear" -> 1 - done;
          default -> 1; // constant
        };
    return settings.floor() + (1 - settings.floor()) * left;
  }
}
