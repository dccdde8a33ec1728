/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.stroma.api.data.Sides;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestSplit;

/** Cohorts of any size, with any strata and groups. */
class RandomCohortsTest {
  /** A cohort of 2 to 120 patients with up to five strata and up to twelve sites, and a number of folds for it. */
  private record Cohort(TestSplit input, int folds) {
    static Cohort of(Random random) {
      int folds = 2 + random.nextInt(6);
      int count = folds + random.nextInt(114);
      int strata = 1 + random.nextInt(5);
      int sites = folds + random.nextInt(6);
      Map<String, Map<String, String>> rows = new LinkedHashMap<>();
      Map<String, String> stratum = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String id = "p" + random.nextInt(10) + "-" + i;
        // each site has somebody, and small ones are rarer than large ones
        int site = i < sites ? i : Math.min(random.nextInt(sites), random.nextInt(sites));
        rows.put(id, Map.of("id", id, "site", "s" + site));
        if (random.nextInt(10) > 0) {
          stratum.put(id, "" + Math.min(random.nextInt(strata), random.nextInt(strata)));
        }
      }
      TestSplit input = TestSplit.of(Table.of(Path.of("t.csv"), List.of("id", "site"), rows))
          .withStrata("s", stratum)
          .withRepeat(random.nextInt(5));
      return new Cohort(input, folds);
    }

    List<Sides> split(String group) {
      return new KFold(Defaults.of(
              KFold.Settings.class, Map.of("folds", folds, "stratify", "s", "group", group)))
          .split(input);
    }
  }

  @RepeatedTest(200)
  void everybodyIsTestedOnceAndTrainsOtherwise(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    Cohort cohort = Cohort.of(new Random(seed));
    for (String group : cohort.input().patients().size() < 12 ? List.of("") : List.of("", "site")) {
      List<String> tested = new ArrayList<>();
      for (Sides fold : cohort.split(group)) {
        tested.addAll(fold.test());
        Set<String> all = new HashSet<>(fold.test());
        all.addAll(fold.training());
        assertEquals(Set.copyOf(cohort.input().patients()), all, "seed " + seed);
        assertEquals(
            all.size(),
            fold.test().size() + fold.training().size(),
            "nobody on two sides, seed " + seed);
      }
      assertEquals(
          cohort.input().patients().stream().sorted().toList(),
          tested.stream().sorted().toList(),
          "seed " + seed);
    }
  }

  /** Folds differ by one patient at most, in all and in each stratum. */
  @RepeatedTest(200)
  void foldsAreAlike(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    Cohort cohort = Cohort.of(new Random(seed));
    List<Sides> folds = cohort.split("");
    assertTrue(
        spread(folds.stream().map(fold -> fold.test().size()).toList()) <= 1, "seed " + seed);
    Map<String, List<Integer>> each = new HashMap<>();
    Set<String> strata = cohort.input().patients().stream()
        .map(p -> cohort.input().stratum(p, "s"))
        .collect(Collectors.toSet());
    for (Sides fold : folds) {
      Map<String, Long> counts = fold.test().stream()
          .map(p -> cohort.input().stratum(p, "s"))
          .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      strata.forEach(s -> each.computeIfAbsent(s, k -> new ArrayList<>())
          .add(counts.getOrDefault(s, 0L).intValue()));
    }
    each.forEach((stratum, counts) -> assertTrue(
        spread(counts) <= 1, "stratum " + stratum + " has " + counts + ", seed " + seed));
  }

  private static int spread(Collection<Integer> counts) {
    return counts.stream().max(Integer::compare).orElseThrow()
        - counts.stream().min(Integer::compare).orElseThrow();
  }

  @RepeatedTest(200)
  void groupsStayWhole(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    Cohort cohort = Cohort.of(new Random(seed));
    Set<String> sites = cohort.input().patients().stream()
        .map(p -> cohort.input().cell(p, "site"))
        .collect(Collectors.toSet());
    if (sites.size() < cohort.folds()) {
      return; // refused; KFoldTest tells how
    }
    Map<String, Set<Integer>> places = new HashMap<>();
    List<Sides> folds = cohort.split("site");
    for (int i = 0; i < folds.size(); i++) {
      int fold = i;
      assertTrue(!folds.get(i).test().isEmpty(), "fold " + i + " tests nobody, seed " + seed);
      folds.get(i).test().forEach(p -> places
          .computeIfAbsent(cohort.input().cell(p, "site"), s -> new HashSet<>())
          .add(fold));
    }
    places.forEach((site, its) ->
        assertEquals(1, its.size(), site + " is tested in folds " + its + ", seed " + seed));
  }
}
