/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Fusion;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSettings;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.encoder.abmil.Abmil;
import org.stroma.encoder.genomicmlp.GenomicMlp;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.fusion.concat.ConcatFusion;
import org.stroma.fusion.crossmodal.CrossModalAttention;
import org.stroma.fusion.gated.GatedFusion;
import org.stroma.fusion.late.LateFusion;
import org.stroma.fusion.mean.MeanFusion;
import org.stroma.head.classification.ClassificationHead;
import org.stroma.head.count.CountHead;
import org.stroma.head.multilabel.MultiLabelHead;
import org.stroma.head.regression.RegressionHead;
import org.stroma.head.survival.SurvivalHead;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.stroma.temporal.pool.TemporalPool;
import org.stroma.testkit.Defaults;

/**
 * Models of real parts with random weights: two modalities of vectors and one of bags, of six patients who lack some of them, and a
 * head for each kind of target.
 */
public final class TestModels {
  /** The last patient has bags alone. */
  public static final List<String> PATIENTS = List.of("a", "b", "c", "d", "e", "f");

  /** Whom vectors are known of. */
  private static final List<String> RNA = List.of("a", "b", "c", "d");

  private static final List<String> CNA = List.of("a", "b", "c", "e");
  private static final List<String> WSI = List.of("a", "b", "e", "f");

  private TestModels() {}

  /** The fusion strategies by name. */
  public static Map<String, Fusion> fusions() {
    Map<String, Fusion> fusions = new TreeMap<>();
    fusions.put("concat", new ConcatFusion(Defaults.of(ConcatFusion.Settings.class)));
    fusions.put("mean", new MeanFusion(Defaults.of(MeanFusion.Settings.class)));
    fusions.put("late", new LateFusion(Defaults.of(LateFusion.Settings.class)));
    fusions.put("gated", new GatedFusion(Defaults.of(GatedFusion.Settings.class)));
    for (String level : List.of("vectors", "tokens")) {
      fusions.put(
          "cross-modal-" + level,
          new CrossModalAttention(
              Defaults.of(CrossModalAttention.Settings.class, Map.of("heads", 2, "level", level))));
    }
    return fusions;
  }

  /** Cells of 0.7 standard deviations at most, and bags of one to four elements. */
  public static Dataset dataset() {
    Random random = new Random(3);
    Map<String, Bag> bags = new LinkedHashMap<>();
    for (int i = 0; i < WSI.size(); i++) {
      bags.put(WSI.get(i), Bag.of(4, numbers(random, 4 * (i + 1))));
    }
    return new Dataset(
        new TreeMap<>(Map.of(
            "rna", vectors(random, RNA, 5),
            "cna", vectors(random, CNA, 3),
            "wsi", new Dataset.Bags(4, bags))),
        null);
  }

  private static Dataset.Vectors vectors(Random random, List<String> patients, int width) {
    Map<String, float[]> rows = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      names.add("G" + i);
    }
    patients.forEach(patient -> rows.put(patient, numbers(random, width)));
    return new Dataset.Vectors(width, names, new float[width], rows);
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /**
   * A model.
   *
   * @param norm of the perceptrons: batch, layer or none
   * @param activation of the perceptrons
   * @param mode of the pooling over visits; null where there are none
   */
  public static ModelSpec spec(
      Fusion fusion, String norm, String activation, @Nullable String mode) {
    Map<String, Object> parts = new HashMap<>();
    Map<String, Object> mlp =
        Map.of("hidden1", 6, "hidden2", 4, "norm", norm, "activation", activation, "dropout", 0.0);
    parts.put("rna", new GenomicMlp(Defaults.of(GenomicMlp.Settings.class, mlp)));
    parts.put("cna", new GenomicMlp(Defaults.of(GenomicMlp.Settings.class, mlp)));
    parts.put("wsi", new Abmil(Defaults.of(Abmil.Settings.class)));
    parts.put("fusion", fusion);
    parts.put(
        "temporal",
        new TemporalPool(Defaults.of(
            TemporalPool.Settings.class, mode == null ? Map.of() : Map.of("mode", mode))));
    Map<String, String> smooth = Map.of("activation", activation);
    parts.put("os", new SurvivalHead(Defaults.of(SurvivalHead.Settings.class, smooth)));
    parts.put("dx", new ClassificationHead(Defaults.of(ClassificationHead.Settings.class, smooth)));
    parts.put("mut", new MultiLabelHead(Defaults.of(MultiLabelHead.Settings.class, smooth)));
    parts.put("size", new RegressionHead(Defaults.of(RegressionHead.Settings.class, smooth)));
    parts.put("mitoses", new CountHead(Defaults.of(CountHead.Settings.class, smooth)));
    WiredParts wired = new WiredParts() {
      @Override
      public <P> P get(String slot, Class<P> kind) {
        return kind.cast(parts.get(slot));
      }

      @Override
      public PartInvoker code() {
        return new PartInvoker(20);
      }
    };
    return ModelSpec.ofTrained(
        experiment(mode != null), wired, dataset(), statistics(), Computing.USUAL);
  }

  private static SortedMap<String, TargetInfo> statistics() {
    return new TreeMap<>(Map.of(
        "os", TargetInfo.survival(),
        "dx", TargetInfo.classes(new float[] {.5f, .3f, .2f}, List.of("A", "B", "C")),
        "mut", TargetInfo.labels(new float[] {.5f, .1f}, List.of("kras", "egfr")),
        "size", TargetInfo.number(30, 5),
        "mitoses", TargetInfo.count(4)));
  }

  private static Experiment experiment(boolean visits) {
    Map<String, TargetKind> kinds = new LinkedHashMap<>();
    statistics().forEach((name, info) -> kinds.put(name, info.kind()));
    TreeMap<String, Experiment.Modality> modalities = new TreeMap<>();
    for (String name : List.of("rna", "cna", "wsi")) {
      modalities.put(
          name, new Experiment.Modality(false, null, List.of(), null, use(name, PartKind.ENCODER)));
    }
    return new Experiment(
        Path.of("e.json"),
        "test",
        1,
        new CohortSettings(
            "t.csv",
            "id",
            null,
            new TreeMap<>(kinds.entrySet().stream()
                .collect(Collectors.toMap(
                    Map.Entry::getKey,
                    kind -> new CohortSettings.TargetSettings(
                        kind.getValue(), null, null, null, null, List.of())))),
            Set.of()),
        modalities,
        8,
        use("fusion", PartKind.FUSION),
        null,
        visits ? use("temporal", PartKind.TEMPORAL) : null,
        new TreeMap<>(kinds.keySet().stream()
            .collect(Collectors.toMap(
                name -> name, name -> new Experiment.HeadUse(use(name, PartKind.HEAD), name)))),
        List.of(),
        new Experiment.Training(1, 4, 0, 0, 0, 1, 0, false, Precision.FLOAT32, null, null),
        null,
        1,
        List.of(),
        List.of(),
        Experiment.Reporting.USUAL,
        null,
        null,
        null,
        new TreeMap<>(),
        null);
  }

  private static PartUse use(String slot, PartKind kind) {
    return new PartUse(slot, kind, slot, Map.of());
  }

  /** Random weights, and random running averages of batch norms. */
  public static Map<String, float[]> weights(ModelSpec spec) {
    Random random = new Random(7);
    Map<String, float[]> weights = new LinkedHashMap<>();
    try (ModelProbe probe = ModelProbe.of(spec)) {
      probe.variables().all().forEach(variable -> {
        float[] values = numbers(random, Math.toIntExact(variable.shape().size()));
        for (int i = 0; i < values.length; i++) {
          // normalised numbers keep their size
          values[i] =
              variable.name().endsWith("gamma") ? 1.5f + 0.3f * values[i] : 0.6f * values[i];
          // a variance is none below 0
          values[i] = variable.trainable() ? values[i] : 0.5f + Math.abs(values[i]);
        }
        weights.put(variable.name(), values);
      });
    }
    return weights;
  }

  /** Patients by themselves; with visits, those of two are one patient's. */
  public static BatchPlan plan(Dataset dataset, boolean visits) {
    Map<String, List<Cohort.Visit>> own = new LinkedHashMap<>();
    if (visits) {
      own.put("p", List.of(new Cohort.Visit("a", 0), new Cohort.Visit("c", 60)));
      own.put("q", List.of(new Cohort.Visit("e", 0)));
      own.put("r", List.of(new Cohort.Visit("f", 0), new Cohort.Visit("d", 10)));
    } else {
      own.putAll(Cohort.single(PATIENTS));
    }
    return BatchPlan.of(List.copyOf(own.keySet()), own, dataset);
  }

  /** A batch of them all. */
  public static Batch batch(Dataset dataset, boolean visits) {
    return Batch.of(plan(dataset, visits), dataset);
  }
}
