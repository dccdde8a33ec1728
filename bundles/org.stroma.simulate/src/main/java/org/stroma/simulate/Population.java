/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The patients of a simulation. Each follows from the seed and a number, so that none has to be kept. */
final class Population {
  private final Simulation simulation;
  private final double censoringRate;

  Population(Simulation simulation) {
    this.simulation = simulation;
    double[] logHazards =
        patients(simulation, 0).mapToDouble(Patient::logHazard).toArray();
    censoringRate = censoringRate(logHazards, simulation.censoring());
  }

  /** Expected censorings a day of follow-up, the same for all patients. */
  double censoringRate() {
    return censoringRate;
  }

  /** All patients, drawn as they are asked for. */
  Stream<Patient> patients() {
    return patients(simulation, censoringRate);
  }

  /** A patient; the generator goes on to what the files of this patient show. */
  Patient patient(int number, RandomGenerator random) {
    return Patient.draw(number, simulation, censoringRate, random);
  }

  /** A generator a patient: factors and files of patients stay the same when their number changes. */
  static RandomGenerator chance(Simulation simulation, int number) {
    // the first numbers of Random follow its seed: neighbours need seeds that have nothing in
    // common
    long mixed = new SplittableRandom(simulation.seed() * 1_000_003L + number).nextLong();
    return new Random(mixed);
  }

  private static Stream<Patient> patients(Simulation s, double censoringRate) {
    return IntStream.range(0, s.patients())
        .mapToObj(i -> Patient.draw(i, s, censoringRate, chance(s, i)));
  }

  /**
   * The rate c of exponential censoring with which a share of the patients is expected to be censored. With an event's rate r a
   * patient is with probability c / (c + r); the mean over the patients grows with c, and bisection finds it.
   *
   * @param logHazards of the patients, against {@link Patient#RATE}
   * @param share 0 to below 1
   * @return a day; 0 for a share of 0
   */
  static double censoringRate(double[] logHazards, double share) {
    if (share <= 0) {
      return 0;
    }
    double odds = Math.log(share / (1 - share));
    // with c = share / (1 - share) * r of the lowest hazard nobody is above the share, with that of
    // the highest nobody below
    double low = odds + Arrays.stream(logHazards).min().orElseThrow();
    double high = odds + Arrays.stream(logHazards).max().orElseThrow();
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double censored = Arrays.stream(logHazards)
          .map(h -> 1 / (1 + Math.exp(h - middle)))
          .average()
          .orElseThrow();
      if (censored < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Patient.RATE * Math.exp((low + high) / 2);
  }
}
