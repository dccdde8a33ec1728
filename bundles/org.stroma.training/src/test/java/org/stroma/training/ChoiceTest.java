/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stroma.experiment.Selection.Rule;
import org.stroma.training.Choice.Curves;

/** The rules, on numbers that are worked by hand. */
class ChoiceTest {
  /** Means .55 .65 .685. */
  private static final Curves A = new Curves(new double[][] {{.50, .60, .70}, {.60, .70, .67}});

  /** Means .59 .69 .695, the last with the standard deviation .0212132 and the standard error .015. */
  private static final Curves B = new Curves(new double[][] {{.60, .72, .71}, {.58, .66, .68}});

  private static Choice choose(Rule rule, Curves... candidates) {
    return Choice.of(rule, true, List.of(candidates)).orElseThrow();
  }

  private static void assertChoice(int candidate, int epochs, double mean, Choice choice) {
    assertEquals(candidate, choice.candidate());
    assertEquals(epochs, choice.epochs());
    assertEquals(mean, choice.mean(), 1e-12);
  }

  @Test
  void theBestEpochHasTheBestMeanOverTheInnerFolds() {
    assertChoice(1, 3, .695, choose(Rule.BEST_EPOCH, A, B));
    assertChoice(0, 3, .685, choose(Rule.BEST_EPOCH, A));
    assertEquals(.015, choose(Rule.BEST_EPOCH, A, B).standardError(), 1e-12);
  }

  @Test
  void theLastEpochIsComparedWithTheLastOfOthers() {
    Curves early = new Curves(new double[][] {{.9, .6}, {.9, .6}});
    assertChoice(1, 3, .695, choose(Rule.LAST, early, B, A));
    assertChoice(0, 2, .6, choose(Rule.LAST, early));
  }

  /** Within .695 - .015 = .68: A after 3 epochs (.685), B after 2 (.69). */
  @Test
  void withinOneStandardErrorTheFirstCandidateWithTheFewestEpochsIsChosen() {
    assertChoice(0, 3, .685, choose(Rule.ONE_STANDARD_ERROR, A, B));
    assertChoice(0, 2, .69, choose(Rule.ONE_STANDARD_ERROR, B, A));
  }

  /** Within .68: A, whose best is .685 after 3 epochs; B is the best, and the first where it is named first. */
  @Test
  void theFirstCandidateWithinOneStandardErrorKeepsItsBestEpoch() {
    assertChoice(0, 3, .685, choose(Rule.FIRST_CANDIDATE, A, B));
    assertChoice(0, 3, .695, choose(Rule.FIRST_CANDIDATE, B, A));
    Curves worse = new Curves(new double[][] {{.6, .67}, {.6, .67}});
    assertChoice(1, 3, .685, choose(Rule.FIRST_CANDIDATE, worse, A, B));
  }

  @Test
  void oneInnerFoldHasNoStandardError() {
    Curves one = new Curves(new double[][] {{.5, .6}});
    assertThrows(
        IllegalArgumentException.class,
        () -> Choice.of(Rule.ONE_STANDARD_ERROR, true, List.of(one)));
    assertTrue(Double.isNaN(choose(Rule.BEST_EPOCH, one).standardError()));
  }

  @Test
  void whereLowerIsBetterTheSameIsChosenOfTheNegatives() {
    for (Rule rule : Rule.values()) {
      Choice choice = choose(rule, A, B);
      Choice negative =
          Choice.of(rule, false, List.of(negative(A), negative(B))).orElseThrow();
      assertChoice(choice.candidate(), choice.epochs(), -choice.mean(), negative);
    }
  }

  private static Curves negative(Curves curves) {
    return new Curves(Arrays.stream(curves.values())
        .map(fold -> Arrays.stream(fold).map(value -> -value).toArray())
        .toArray(double[][]::new));
  }

  @Test
  void ofEqualsTheFirstCandidateAndTheFewestEpochsAreChosen() {
    Curves flat = new Curves(new double[][] {{.7, .7}, {.7, .7}});
    assertChoice(0, 1, .7, choose(Rule.BEST_EPOCH, flat, flat));
  }

  /** A fold whose patience ended after two epochs, and one that went on. */
  @Test
  void epochsThatNotAllInnerFoldsReachedAreNotCompared() {
    Choice choice =
        choose(Rule.BEST_EPOCH, new Curves(new double[][] {{.6, .5}, {.6, .7, .9, .9}}));
    assertChoice(0, 1, .6, choice);
    assertEquals(2, choice.compared());
  }

  @Test
  void whatIsNotDefinedOnEveryInnerFoldIsNotChosen() {
    double no = Double.NaN;
    assertChoice(
        0, 1, .5, choose(Rule.BEST_EPOCH, new Curves(new double[][] {{.5, .9}, {.5, no}})));
    assertChoice(1, 3, .695, choose(Rule.BEST_EPOCH, Curves.NONE, B));
    assertEquals(
        Optional.empty(),
        Choice.of(
            Rule.BEST_EPOCH, true, List.of(Curves.NONE, new Curves(new double[][] {{no}, {.5}}))));
  }

  @Test
  void patienceEndsWhenNothingGotBetterForSoLong() {
    Patience patience = new Patience(2, true);
    assertTrue(patience.more(.5));
    assertTrue(patience.more(.4));
    assertTrue(patience.more(.6), "better after one epoch");
    assertTrue(patience.more(.6), "the same is not better");
    assertFalse(patience.more(Double.NaN));
    Patience lower = new Patience(1, false);
    assertTrue(lower.more(3));
    assertTrue(lower.more(2));
    assertFalse(lower.more(2.5));
    Patience endless = new Patience(0, true);
    for (int i = 0; i < 1000; i++) {
      assertTrue(endless.more(-i));
    }
  }
}
