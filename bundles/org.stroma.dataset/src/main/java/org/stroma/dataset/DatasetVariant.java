/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;

/**
 * What a model would see of the same patients if they lacked more, or had what is another's. What is taken away is missing as any
 * modality is: by presence, and not as zeros.
 */
public interface DatasetVariant {
  /**
   * Changes a dataset; the one given stays as it is.
   *
   * @param patients who is predicted; others stay as they are
   * @param visits of each patient
   */
  Dataset of(Dataset whole, List<String> patients, Map<String, List<Cohort.Visit>> visits);

  /** All modalities but some are taken away. */
  static DatasetVariant keeping(Set<String> modalities) {
    return (whole, patients, visits) -> {
      TreeMap<String, Dataset.Input> inputs = new TreeMap<>();
      whole
          .inputs()
          .forEach((name, input) -> inputs.put(
              name, modalities.contains(name) ? input : input.accept(new Samples(sample -> null))));
      return new Dataset(inputs, whole.learned());
    };
  }

  /**
   * Each modality of each patient is taken away at random, but never all that a patient has. A patient's share of chance depends on
   * his id and the modality's name alone.
   *
   * @param share the probability
   */
  static DatasetVariant hiding(double share, long seed) {
    return (whole, patients, visits) -> {
      Map<String, Set<String>> hidden = new HashMap<>();
      for (String patient : patients) {
        List<String> samples = samples(patient, visits);
        List<String> has = whole.inputs().entrySet().stream()
            .filter(e -> samples.stream().anyMatch(e.getValue().samples()::contains))
            .map(Map.Entry::getKey)
            .toList();
        SplittableRandom random = new SplittableRandom(seed ^ mixed(patient));
        int kept = has.isEmpty() ? 0 : random.nextInt(has.size());
        for (int m = 0; m < has.size(); m++) {
          if (random.nextDouble() < share && m != kept) {
            hidden.computeIfAbsent(has.get(m), n -> new TreeSet<>()).addAll(samples);
          }
        }
      }
      TreeMap<String, Dataset.Input> inputs = new TreeMap<>();
      whole.inputs().forEach((name, input) -> {
        Set<String> without = hidden.getOrDefault(name, Set.of());
        inputs.put(
            name, input.accept(new Samples(sample -> without.contains(sample) ? null : sample)));
      });
      return new Dataset(inputs, whole.learned());
    };
  }

  /** A modality of those who have it is handed round at random, visit by visit: it says nothing of whom it is said of any more. */
  static DatasetVariant permuting(String modality, long seed) {
    return (whole, patients, visits) -> {
      Dataset.Input input = whole.inputs().get(modality);
      List<String> own = patients.stream()
          .sorted()
          .flatMap(patient -> samples(patient, visits).stream())
          .filter(input.samples()::contains)
          .toList();
      List<String> others = new ArrayList<>(own);
      SplittableRandom random = new SplittableRandom(seed ^ mixed(modality));
      for (int i = others.size(); i > 1; i--) {
        Collections.swap(others, i - 1, random.nextInt(i));
      }
      Map<String, String> from = new HashMap<>();
      for (int i = 0; i < own.size(); i++) {
        from.put(own.get(i), others.get(i));
      }
      TreeMap<String, Dataset.Input> inputs = new TreeMap<>(whole.inputs());
      inputs.put(modality, input.accept(new Samples(s -> from.getOrDefault(s, s))));
      return new Dataset(inputs, whole.learned());
    };
  }

  private static List<String> samples(String patient, Map<String, List<Cohort.Visit>> visits) {
    return visits.get(patient).stream().map(Cohort.Visit::sample).toList();
  }

  /** 64 bits of a text, the same everywhere: SplitMix64's finalizer over its characters. */
  private static long mixed(String text) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 31;
    }
    return hash;
  }

  /**
   * The same modality with the data of other samples.
   *
   * @param from whose data a sample gets; null for none
   */
  record Samples(Function<String, String> from) implements Dataset.Kinds<Dataset.Input> {
    private <T> Map<String, T> of(Map<String, T> bySample) {
      Map<String, T> other = new HashMap<>();
      bySample.keySet().forEach(sample -> {
        String giver = from.apply(sample);
        if (giver != null) {
          other.put(sample, bySample.get(giver));
        }
      });
      return other;
    }

    @Override
    public Dataset.Input vectors(Dataset.Vectors input) {
      return new Dataset.Vectors(input.width(), of(input.rows()));
    }

    @Override
    public Dataset.Input tokens(Dataset.Tokens input) {
      return new Dataset.Tokens(input.vocabularySize(), of(input.ids()));
    }

    @Override
    public Dataset.Input bags(Dataset.Bags input) {
      Map<String, Bag> bags = of(input.bags());
      if (!input.located()) {
        // the model was built without coordinates, and those who are left may all have some
        input.bags().values().stream()
            .filter(bag -> !bag.located())
            .findFirst()
            .ifPresent(bag -> bags.put("", bag));
      }
      return new Dataset.Bags(input.width(), bags);
    }
  }
}
