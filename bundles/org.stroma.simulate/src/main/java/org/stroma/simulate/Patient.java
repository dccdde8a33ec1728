/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A simulated patient. The log hazard is {@code patches * tumour + genes * pathway + text * word + cross * sign(texture) *
 * sign(switch)}, the first words being the effects of {@link Simulation}: a factor of its own in patches, genes and text, and a product of two signs of which one shows in patches alone and the other in genes alone. Given either of them, the
 * product is as often +1 as -1: no modality alone tells anything of it. With visits, each factor but the switch grows from
 * visit to visit towards what it is at the last one.
 *
 * @param own what each modality's own factor adds to the log hazard
 * @param interaction what the product adds to it
 * @param eventTime days, of the patient's own hazard
 * @param censoringTime days, of a hazard that all patients share; infinite for no censoring
 * @param has whether a modality is there
 */
record Patient(
    String id,
    double tumour,
    double texture,
    double pathway,
    double change,
    double word,
    double[] days,
    double[] own,
    double interaction,
    double eventTime,
    double censoringTime,
    boolean[] has) {
  static final int PATCHES = 0;
  static final int GENES = 1;
  static final int TEXT = 2;

  /** Baseline: half of the patients without any factor have their event within a thousand days. */
  static final double RATE = Math.log(2) / 1000;

  /**
   * Draws a patient.
   *
   * @param censoringRate expected censorings a day of follow-up; it changes nothing but the censoring time
   */
  static Patient draw(int number, Simulation s, double censoringRate, RandomGenerator random) {
    double tumour = random.nextGaussian();
    double texture = random.nextGaussian();
    double pathway = random.nextGaussian();
    double change = random.nextGaussian();
    double word = random.nextGaussian();
    int visits = 1 + (s.visits() > 1 ? random.nextInt(s.visits()) : 0);
    double[] days = new double[visits];
    for (int v = 1; v < visits; v++) {
      days[v] = days[v - 1] + 30 + random.nextInt(150);
    }
    double[] own = {s.patchesEffect() * tumour, s.genesEffect() * pathway, s.textEffect() * word};
    double interaction = s.crossModal() * Math.signum(texture) * Math.signum(change);
    double hazard = RATE * Math.exp(logHazard(own, interaction));
    double event = exponential(random) / hazard;
    double unit = exponential(random);
    double censored = censoringRate > 0 ? unit / censoringRate : Double.POSITIVE_INFINITY;
    boolean[] has = new boolean[3];
    int kept = random.nextInt(3);
    for (int m = 0; m < 3; m++) {
      boolean missing = random.nextDouble() < s.missing();
      has[m] = m == kept || !missing;
    }
    return new Patient(
        "SIM-" + String.format(Locale.ROOT, "%05d", number + 1),
        tumour,
        texture,
        pathway,
        change,
        word,
        days,
        own,
        interaction,
        event,
        censored,
        has);
  }

  /** The true log hazard, against that of a patient without any factor. */
  double logHazard() {
    return logHazard(own, interaction);
  }

  private static double logHazard(double[] own, double interaction) {
    return own[PATCHES] + own[GENES] + own[TEXT] + interaction;
  }

  /** The mean log hazard of all patients with the same modalities and factors in them: what is not seen has mean 0. */
  double expectedLogHazard() {
    double sum = has[PATCHES] && has[GENES] ? interaction : 0;
    for (int m = 0; m < has.length; m++) {
      sum += has[m] ? own[m] : 0;
    }
    return sum;
  }

  /** Days of follow-up as they are written: in tenths, and at least one of them. */
  double time() {
    return Math.max(0.1, Math.rint(10 * Math.min(eventTime, censoringTime)) / 10);
  }

  boolean event() {
    return eventTime <= censoringTime;
  }

  private static double exponential(RandomGenerator random) {
    return -Math.log(1 - random.nextDouble());
  }

  /** How much of a factor shows at a visit: all of it at the last. */
  double grown(int visit) {
    return (visit + 1.0) / days.length;
  }
}
