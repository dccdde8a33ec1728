/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.stroma.statistics.Correlation;

class PopulationTest {
  private static final int MANY = 20_000;

  private static Simulation with(
      int patients, double patches, double genes, double text, double cross, double censoring) {
    return new Simulation(patients, 10, 8, 20, 1, 0.2, patches, genes, text, cross, censoring, 11);
  }

  private static double correlation(
      List<Patient> patients, ToDoubleFunction<Patient> x, ToDoubleFunction<Patient> y) {
    return Correlation.pearson(
            patients.stream().mapToDouble(x).toArray(),
            patients.stream().mapToDouble(y).toArray())
        .value();
  }

  @Test
  void censoringKnowsNothingOfThePatientAndIsAsFrequentAsAsked() {
    double[][] effects = {{0, 0, 0, 0}, {1, 1, 1, 1}, {-2, 3, 0, 1}, {0, 0, 0, 3}, {6, -6, 6, 6}};
    for (double[] e : effects) {
      for (double share : new double[] {0.1, 0.3, 0.75}) {
        String of = Arrays.toString(e) + " censored " + share;
        List<Patient> patients =
            new Population(with(MANY, e[0], e[1], e[2], e[3], share)).patients().toList();
        double censored = patients.stream().filter(p -> !p.event()).count() / (double) MANY;
        assertEquals(share, censored, 0.012, of);
        // four standard errors of a correlation of 0
        double tolerance = 4 / Math.sqrt(MANY);
        List<ToDoubleFunction<Patient>> known = new ArrayList<>(List.of(
            Patient::tumour,
            Patient::pathway,
            Patient::word,
            p -> Math.signum(p.texture()) * Math.signum(p.change()),
            p -> Math.log(p.eventTime())));
        if (Arrays.stream(e).anyMatch(effect -> effect != 0)) {
          known.add(Patient::logHazard);
        }
        for (ToDoubleFunction<Patient> one : known) {
          assertEquals(
              0, correlation(patients, one, p -> Math.log(p.censoringTime())), tolerance, of);
        }
      }
    }
  }

  @Test
  void factorsAreStandardNormalWhateverTheSeed() {
    for (long seed = 1; seed <= 50; seed++) {
      Simulation s = new Simulation(2000, 10, 8, 20, 1, 0.2, 1, 1, 1, 1, 0.3, seed);
      List<Patient> patients = new Population(s).patients().toList();
      for (ToDoubleFunction<Patient> factor : List.<ToDoubleFunction<Patient>>of(
          Patient::tumour, Patient::texture, Patient::pathway, Patient::change, Patient::word)) {
        double mean = patients.stream().mapToDouble(factor).average().orElseThrow();
        double square = patients.stream()
            .mapToDouble(p -> Math.pow(factor.applyAsDouble(p), 2))
            .average()
            .orElseThrow();
        // five standard errors
        assertEquals(0, mean, 5 / Math.sqrt(2000), "seed " + seed);
        assertEquals(1, square, 5 * Math.sqrt(2 / 2000.0), "seed " + seed);
      }
    }
  }

  /** Mean of c / (c + r) over the patients: 1 / 2 and 1 / 5 for c = 1 and r = 1 and 4. */
  @Test
  void theRateOfCensoringIsTheOneWorkedByHand() {
    double ln4 = Math.log(4);
    double rate = Population.censoringRate(new double[] {0, ln4}, 0.35);
    assertEquals(1, rate / Patient.RATE, 1e-9);
    // equal hazards: odds of censoring times the rate of events
    rate = Population.censoringRate(new double[] {ln4, ln4, ln4}, 0.2);
    assertEquals(0.25 * 4, rate / Patient.RATE, 1e-9);
    assertEquals(0, Population.censoringRate(new double[] {0, ln4}, 0));
  }

  @Test
  void anExpectedShareIsThatOfThisCohortHoweverSmall() {
    for (double share : new double[] {0.001, 0.5, 0.999}) {
      Population few = new Population(with(7, 10, -10, 10, 10, share));
      double expected = few.patients()
          .mapToDouble(p ->
              few.censoringRate() / (few.censoringRate() + Patient.RATE * Math.exp(p.logHazard())))
          .average()
          .orElseThrow();
      assertEquals(share, expected, 1e-9);
    }
  }

  @Test
  void censoringChangesNothingElseAboutPatients() {
    List<Patient> open = new Population(with(50, 1, 1, 1, 1, 0.5)).patients().toList();
    List<Patient> whole = new Population(with(50, 1, 1, 1, 1, 0)).patients().toList();
    for (int i = 0; i < 50; i++) {
      assertEquals(whole.get(i).eventTime(), open.get(i).eventTime());
      assertEquals(whole.get(i).logHazard(), open.get(i).logHazard());
      assertEquals(
          Arrays.toString(whole.get(i).has()), Arrays.toString(open.get(i).has()));
      assertTrue(whole.get(i).event());
    }
    assertTrue(open.stream().anyMatch(p -> !p.event()));
  }
}
