/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.Head;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.WiredParts;

/** What heads and losses may know of their targets, learned from the training patients; by head, and as JSON for the run. */
public final class TargetStatistics {
  private TargetStatistics() {}

  public static SortedMap<String, TargetInfo> fit(
      Experiment experiment,
      WiredParts parts,
      Cohort data,
      Dataset prepared,
      List<String> training) {
    SortedMap<String, TargetInfo> infos = new TreeMap<>();
    experiment.heads().forEach((name, use) -> {
      Cohort.Target target = data.targets().get(use.target());
      if (target instanceof Cohort.SurvivalTarget survival) {
        int bins = parts.get(use.part().slot(), Head.class).bins();
        infos.put(name, TargetInfo.survival(cuts(name, bins, known(survival.values(), training))));
      } else if (target instanceof Cohort.ClassTarget classes) {
        int[] labels = known(classes.values(), training).stream()
            .mapToInt(Cohort.ClassLabel::index)
            .toArray();
        infos.put(name, classes(target, labels));
      } else if (target instanceof Cohort.NumberTarget numbers) {
        infos.put(name, number(known(numbers.values(), training)));
      } else if (target instanceof Cohort.CountTarget counts) {
        infos.put(name, count(known(counts.values(), training)));
      } else if (target instanceof Cohort.LabelsTarget labels) {
        infos.put(name, labels(labels.classes(), known(labels.values(), training)));
      } else if (target instanceof Cohort.PatchTarget patches) {
        infos.put(
            name,
            TargetInfo.patches(
                patches.modality(), classes(target, labels(patches, data, prepared, training))));
      }
    });
    return infos;
  }

  private static <V> List<V> known(Map<String, V> values, List<String> training) {
    return training.stream().filter(values::containsKey).map(values::get).toList();
  }

  private static TargetInfo number(List<Cohort.NumberValue> values) {
    double mean =
        values.stream().mapToDouble(Cohort.NumberValue::number).average().orElse(0);
    double variance = values.stream()
        .mapToDouble(v -> (v.number() - mean) * (v.number() - mean))
        .average()
        .orElse(0);
    return TargetInfo.number((float) mean, variance > 0 ? (float) Math.sqrt(variance) : 1);
  }

  static TargetInfo count(List<Cohort.NumberValue> values) {
    double mean =
        values.stream().mapToDouble(Cohort.NumberValue::number).average().orElse(0);
    return TargetInfo.count(mean > 0 ? (float) mean : 1);
  }

  /** The share of patients with each label among those of whom it is known. */
  static TargetInfo labels(List<String> names, List<Cohort.LabelSet> values) {
    float[] shares = new float[names.size()];
    for (int i = 0; i < shares.length; i++) {
      int label = i;
      shares[i] = (float) values.stream()
          .map(value -> value.labels().get(label))
          .filter(value -> value != Cohort.Label.UNKNOWN)
          .mapToDouble(value -> value == Cohort.Label.PRESENT ? 1 : 0)
          .average()
          .orElse(0.5);
    }
    return TargetInfo.labels(shares, names);
  }

  private static TargetInfo.Classes classes(Cohort.Target target, int[] labels) {
    int classes = target.classes().size();
    float[] shares = new float[classes];
    long known = Arrays.stream(labels).filter(label -> label >= 0).count();
    for (int label : labels) {
      if (label >= 0) {
        shares[label] += 1f / known;
      }
    }
    return TargetInfo.classes(shares, target.classes());
  }

  private static int[] labels(
      Cohort.PatchTarget target, Cohort data, Dataset prepared, List<String> training) {
    Dataset.Bags bags = (Dataset.Bags) prepared.inputs().get(target.modality());
    return data.samples(training).stream()
        .map(bags.bags()::get)
        .filter(bag -> bag != null && bag.labels() != null)
        .map(Bag::labels)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  /** Quantiles of the event times, so that each bin sees about as many events. */
  static float[] cuts(String head, int bins, List<Cohort.Survival> values) {
    if (bins == 0) {
      return new float[0];
    }
    double[] times = values.stream()
        .filter(Cohort.Survival::event)
        .mapToDouble(Cohort.Survival::trained)
        .sorted()
        .toArray();
    List<Float> cuts = new ArrayList<>();
    for (int i = 1; i < bins && times.length > 0; i++) {
      double place = (double) i / bins * (times.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, times.length - 1);
      cuts.add((float) (times[below] + (place - below) * (times[above] - times[below])));
    }
    if (bins > times.length || cuts.stream().distinct().count() < bins - 1) {
      throw new DataException(
          "head " + head + " wants " + bins + " time bins, and the " + times.length
              + " events of the training patients are at too few different times; ask for fewer bins");
    }
    float[] array = new float[cuts.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = cuts.get(i);
    }
    return array;
  }

  public static void write(SortedMap<String, TargetInfo> infos, ObjectNode to) {
    infos.forEach((head, info) -> write(info, to.putObject(head)));
  }

  static void write(TargetInfo info, ObjectNode to) {
    to.put("kind", info.kind().name());
    if (info instanceof TargetInfo.Survival survival) {
      write(survival.cuts(), to.putArray("cuts"));
    } else if (info instanceof TargetInfo.Labelled classes) {
      write(classes.shares(), to.putArray("shares"));
      ArrayNode names = to.putArray("names");
      classes.names().forEach(names::add);
      if (info instanceof TargetInfo.Patches patches) {
        to.put("modality", patches.modality());
      }
    } else if (info instanceof TargetInfo.Real number) {
      to.put("mean", number.mean()).put("scale", number.scale());
    } else if (info instanceof TargetInfo.Count count) {
      to.put("mean", count.mean());
    } else if (info instanceof TargetInfo.Labels labels) {
      write(labels.shares(), to.putArray("shares"));
      ArrayNode names = to.putArray("names");
      labels.names().forEach(names::add);
    } else {
      throw new IllegalStateException("nobody has said how to keep " + info.kind());
    }
  }

  private static void write(float[] values, ArrayNode to) {
    for (float value : values) {
      to.add(value);
    }
  }

  /** What {@link #write} wrote, or a run of before: it had no names of classes here. */
  static TargetInfo read(JsonNode json) {
    String name = json.path("kind").asText();
    TargetKind its = Arrays.stream(TargetKind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("its kind is \"" + name + "\""));
    return switch (its) {
      case SURVIVAL -> TargetInfo.survival(floats(json.path("cuts")));
      case CLASS -> classes(json);
      case NUMBER -> TargetInfo.number(
          number(json.path("mean"), "mean"), number(json.path("scale"), "scale"));
      case COUNT -> TargetInfo.count(number(json.path("mean"), "mean"));
      case LABELS -> TargetInfo.labels(floats(json.path("shares")), names(json));
      case PATCHES -> TargetInfo.patches(json.path("modality").asText(), classes(json));
    };
  }

  private static TargetInfo.Classes classes(JsonNode json) {
    return TargetInfo.classes(floats(json.path("shares")), names(json));
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.path("names").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static float[] floats(JsonNode json) {
    float[] values = new float[json.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(json.path(i), "a number of a list");
    }
    return values;
  }

  private static float number(JsonNode json, String name) {
    if (!json.isNumber()) {
      throw new IllegalArgumentException(
          name + " is " + (json.isMissingNode() ? "not there" : json));
    }
    return json.floatValue();
  }

  public static SortedMap<String, TargetInfo> read(JsonNode from, Experiment experiment) {
    SortedMap<String, TargetInfo> infos = new TreeMap<>();
    for (String head : experiment.heads().keySet()) {
      JsonNode json = from.path(head);
      if (!json.isObject()) {
        throw new DataException(
            "the run does not hold what it learned of the target of head " + head);
      }
      try {
        infos.put(head, read(json));
      } catch (IllegalArgumentException e) {
        throw new DataException(
            "what the run keeps of the target of head " + head + " cannot be: " + e.getMessage()
                + "; the run's files are damaged",
            e);
      }
    }
    return infos;
  }
}
