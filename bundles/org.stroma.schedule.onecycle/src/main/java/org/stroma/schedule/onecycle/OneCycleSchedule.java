/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.schedule.onecycle;

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
 * The 1cycle policy (Smith and Topin 2018) as in PyTorch's {@code OneCycleLR} with two phases: from
 * peak / divisor up to the peak over the first fraction of all steps, then down to peak / divisor /
 * finalDivisor in the last step. Changes at each step; does not cycle the momentum.
 */
@Component(
    configurationPid = OneCycleSchedule.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = OneCycleSchedule.Settings.class, factory = true)
@SchedulePart("one-cycle")
public final class OneCycleSchedule implements Schedule {
  static final String PID = "org.stroma.schedule.onecycle";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "One cycle",
      description = "Up to a peak and down to almost nothing over all steps")
  public @interface Settings {
    @AttributeDefinition(
        description = "factor at the peak: 1 makes the optimizer's learning rate the largest",
        min = "0.000001",
        max = "1000000")
    double peak() default 1;

    @AttributeDefinition(description = "the share of all steps that rise", min = "0", max = "1")
    double fraction() default 0.3;

    @AttributeDefinition(
        description = "what the peak is divided by for the first step",
        min = "1",
        max = "1000000")
    double divisor() default 25;

    @AttributeDefinition(
        description = "what the first step's factor is divided by for the last step",
        min = "1",
        max = "1000000000")
    double finalDivisor() default 10_000;

    @AttributeDefinition(
        description = "the form of rise and fall",
        options = {
          @Option(label = "halves of a cosine", value = "cosine"),
          @Option(label = "lines", value = "linear")
        })
    String annealing() default "cosine";
  }

  private final Settings settings;

  @Activate
  public OneCycleSchedule(Settings settings) {
    this.settings = settings;
  }

  @Override
  public double factor(TrainingProgress progress) {
    double peak = settings.peak();
    double first = peak / settings.divisor();
    double last = first / settings.finalDivisor();
    // steps count from 0, so the peak is one step before the end of the first phase
    double top = Math.max(0, settings.fraction() * progress.steps() - 1);
    double end = progress.steps() - 1;
    double step = progress.step();
    if (step < top) {
      return between(first, peak, step / top);
    }
    return end > top ? between(peak, last, (step - top) / (end - top)) : peak;
  }

  private double between(double from, double to, double done) {
    return settings.annealing().equals("linear")
        ? from + (to - from) * done
        : to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * done));
  }
}
