/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
 * Hold-out: one fold, which tests a share of the patients, another one in each repeat. Each stratum is shuffled by the seed and gives
 * its share. With groups, whole groups are held out, in an order drawn by the seed, each where that brings the strata nearer to their shares.
 */
@Component(configurationPid = HoldOut.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HoldOut.Settings.class, factory = true)
@SplitPart("hold-out")
public final class HoldOut implements SplitStrategy {
  static final String PID = "org.stroma.split.holdout";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Hold-out",
      description = "One fold that tests a share of the patients, stratified and grouped")
  public @interface Settings {
    @AttributeDefinition(
        description = "the share of patients who are tested",
        min = "0.01",
        max = "0.99")
    double share() default 0.2;

    @AttributeDefinition(
        description = "TARGET.event or the name of a class target, whose values are spread alike")
    String stratify() default "";

    @AttributeDefinition(description = "a column whose patients stay together, such as the site")
    String group() default "";

    @AttributeDefinition(
        description =
            "a regular expression with a group in parentheses, which is taken of that column")
    String groupPattern() default "";
  }

  private final double share;
  private final String stratify;

  /** Null where everybody stands for himself. */
  private final Groups groups;

  @Activate
  public HoldOut(Settings settings) {
    share = settings.share();
    stratify = settings.stratify();
    groups = Groups.of(settings.group(), settings.groupPattern());
  }

  @Override
  public List<Sides> split(SplitInput input) {
    List<String> patients = input.patients();
    if (patients.size() < 2) {
      throw new DataException("there is one patient, and hold-out needs two at least");
    }
    Random random = new Random(input.seed());
    List<String> held = groups == null ? dealt(input, random) : grouped(input, random);
    Set<String> test = new HashSet<>(held);
    return List.of(Sides.of(patients.stream().filter(p -> !test.contains(p)).toList(), held));
  }

  private List<String> dealt(SplitInput input, Random random) {
    List<String> order = new ArrayList<>();
    for (List<String> stratum : strata(input).values()) {
      // the order of the table must not matter
      Collections.sort(stratum);
      Collections.shuffle(stratum, random);
      order.addAll(stratum);
    }
    int count = (int) Math.min(order.size() - 1, Math.max(1, Math.round(share * order.size())));
    List<String> held = new ArrayList<>();
    for (long i = 0; i < order.size(); i++) {
      // evenly over the strata, one after the other
      if ((i + 1) * count / order.size() > i * count / order.size()) {
        held.add(order.get((int) i));
      }
    }
    return held;
  }

  private SortedMap<String, List<String>> strata(SplitInput input) {
    SortedMap<String, List<String>> strata = new TreeMap<>();
    for (String patient : input.patients()) {
      strata
          .computeIfAbsent(input.stratum(patient, stratify), s -> new ArrayList<>())
          .add(patient);
    }
    return strata;
  }

  private List<String> grouped(SplitInput input, Random random) {
    List<List<String>> order = new ArrayList<>(groups.of(input, 2));
    Collections.shuffle(order, random);
    Map<String, Integer> sizes = new HashMap<>();
    strata(input).forEach((stratum, all) -> sizes.put(stratum, all.size()));
    Map<String, Integer> held = new HashMap<>();
    List<String> test = new ArrayList<>();
    for (List<String> group : order) {
      Map<String, Integer> brought = new HashMap<>();
      group.forEach(patient -> brought.merge(input.stratum(patient, stratify), 1, Integer::sum));
      double change = 0;
      for (Map.Entry<String, Integer> stratum : brought.entrySet()) {
        double size = sizes.get(stratum.getKey());
        double lacking = share * size - held.getOrDefault(stratum.getKey(), 0);
        double after = lacking - stratum.getValue();
        change += (after * after - lacking * lacking) / (size * size);
      }
      if (change < 0 && test.size() + group.size() < input.patients().size()) {
        test.addAll(group);
        brought.forEach((stratum, count) -> held.merge(stratum, count, Integer::sum));
      }
    }
    // where each group is more than the share
    return test.isEmpty()
        ? order.stream().min(Comparator.comparingInt(List::size)).orElseThrow()
        : test;
  }
}
