/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.SplitPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;

/**
 * K-fold cross-validation: everybody is tested once a repeat. Each stratum is shuffled by the seed and dealt out to the folds in turn.
 * With groups, whole groups are dealt out, the largest first, each to the fold that it leaves most alike in its strata.
 */
@Component(configurationPid = KFold.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KFold.Settings.class, factory = true)
@SplitPart("k-fold")
public final class KFold implements SplitStrategy {
  static final String PID = "org.stroma.split.kfold";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "K-fold",
      description = "Folds by patient, stratified and grouped; everybody is tested once a repeat")
  public @interface Settings {
    @AttributeDefinition(description = "how many folds", min = "2", max = "1000")
    int folds() default 5;

    @AttributeDefinition(
        description =
            "TARGET.event or the name of a class target, whose values are spread over the folds")
    String stratify() default "";

    @AttributeDefinition(description = "a column whose patients stay together, such as the site")
    String group() default "";

    @AttributeDefinition(
        description =
            "a regular expression with a group in parentheses, which is taken of that column")
    String groupPattern() default "";
  }

  private final int k;
  private final String stratify;

  /** Null where everybody stands for himself. */
  private final Groups groups;

  @Activate
  public KFold(Settings settings) {
    k = settings.folds();
    stratify = settings.stratify();
    groups = Groups.of(settings.group(), settings.groupPattern());
  }

  @Override
  public List<Sides> split(SplitInput input) {
    List<String> patients = input.patients();
    if (patients.size() < k) {
      throw new DataException("there are " + patients.size() + " patients for " + k
          + " folds; folds has to be smaller");
    }
    Random random = new Random(input.seed());
    List<List<String>> tests = groups == null ? dealt(input, random) : grouped(input, random);
    List<Sides> folds = new ArrayList<>();
    for (List<String> tested : tests) {
      Set<String> test = new LinkedHashSet<>(tested);
      folds.add(
          Sides.of(patients.stream().filter(p -> !test.contains(p)).toList(), List.copyOf(test)));
    }
    return folds;
  }

  private List<List<String>> dealt(SplitInput input, Random random) {
    SortedMap<String, List<String>> strata = new TreeMap<>();
    for (String patient : input.patients()) {
      strata
          .computeIfAbsent(input.stratum(patient, stratify), s -> new ArrayList<>())
          .add(patient);
    }
    List<List<String>> tests = empty();
    int next = 0;
    for (List<String> stratum : strata.values()) {
      // the order of the table must not matter
      Collections.sort(stratum);
      Collections.shuffle(stratum, random);
      for (String patient : stratum) {
        tests.get(next++ % k).add(patient);
      }
    }
    return tests;
  }

  private List<List<String>> empty() {
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private List<List<String>> grouped(SplitInput input, Random random) {
    List<List<String>> order = new ArrayList<>(groups.of(input, k));
    Collections.shuffle(order, random);
    order.sort(Comparator.comparingInt(
        (List<String> g) -> -g.size())); // stable: equal sizes stay shuffled
    List<String> strata = input.patients().stream()
        .map(patient -> input.stratum(patient, stratify))
        .distinct()
        .sorted()
        .toList();
    Map<String, Double> sizes = new HashMap<>();
    input
        .patients()
        .forEach(patient -> sizes.merge(input.stratum(patient, stratify), 1.0, Double::sum));
    List<List<String>> tests = empty();
    double[][] counts = new double[k][strata.size()];
    for (List<String> each : order) {
      double[] its = new double[strata.size()];
      each.forEach(patient -> its[strata.indexOf(input.stratum(patient, stratify))]++);
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        double cost = 0;
        for (int s = 0; s < its.length; s++) {
          // growth of the sum of squared shares: least where the fold has least of what the group
          // brings
          cost += (2 * counts[i][s] + its[s]) * its[s] / Math.pow(sizes.get(strata.get(s)), 2);
        }
        if (cost < least - 1e-12
            || Math.abs(cost - least) <= 1e-12
                && tests.get(i).size() < tests.get(best).size()) {
          least = cost;
          best = i;
        }
      }
      tests.get(best).addAll(each);
      for (int s = 0; s < its.length; s++) {
        counts[best][s] += its[s];
      }
    }
    return tests;
  }
}
