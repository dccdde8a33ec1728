/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A simulated patient. The log hazard is
 * {@code single * (tumour + pathway + word) + cross * sign(texture) * sign(switch)}: a factor of its own in patches, genes and
 * text, and a product of two signs of which one shows in patches alone and the other in genes alone. Given either of them, the
 * product is as often +1 as -1: no modality alone tells anything of it. With visits, each factor but the switch grows from
 * visit to visit towards what it is at the last one.
 */
record Patient(
    String id,
    double tumour,
    double texture,
    double pathway,
    double change,
    double word,
    double[] days,
    double logHazard,
    double time,
    boolean event,
    boolean[] has) {
  static final int PATCHES = 0;
  static final int GENES = 1;
  static final int TEXT = 2;

  /** Baseline: half of the patients without any factor have their event within a thousand days. */
  private static final double RATE = Math.log(2) / 1000;

  static Patient draw(int number, Simulation s, RandomGenerator random) {
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
    double logHazard = s.singleModal() * (tumour + pathway + word)
        + s.crossModal() * Math.signum(texture) * Math.signum(change);
    double event = exponential(random) / (RATE * Math.exp(logHazard));
    // the censoring time is of the same family: the smaller of both is the event with probability 1
    // - censoring
    double censored = s.censoring() <= 0
        ? Double.POSITIVE_INFINITY
        : exponential(random) / (RATE * Math.exp(logHazard) * s.censoring() / (1 - s.censoring()));
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
        logHazard,
        Math.max(0.1, Math.min(event, censored)),
        event <= censored,
        has);
  }

  private static double exponential(RandomGenerator random) {
    return -Math.log(1 - random.nextDouble());
  }

  /** How much of a factor shows at a visit: all of it at the last. */
  double grown(int visit) {
    return (visit + 1.0) / days.length;
  }
}
