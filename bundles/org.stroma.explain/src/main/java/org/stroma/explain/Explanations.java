/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.experiment.Experiment;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.files.FileNames;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.AuxiliaryName;
import org.stroma.model.AuxiliaryOutput;

/**
 * What there is to look at of predictions, averaged over the models that made them: attention over elements, weights of the
 * fusion, progression between visits, classes of patches. It is summed as it comes and written at the end:
 *
 * <ul>
 *   <li>{@code attention/MODALITY/SAMPLE.csv} (element, slide, x, y, weight), and {@code SAMPLE.geojson} for QuPath; in
 *       {@code attention/MODALITY.NAME/} those that the encoder gave by a name;
 *   <li>{@code fusion/NAME.csv}, a row a sample, columns named by the numbers' indices; but where NAME is
 *       {@code QUERY->KEY} and KEY's elements are those of bags, {@code fusion/QUERY-to-KEY/} as for attention;
 *   <li>{@code progression/PATIENT.csv}, a row a step between visits (from, to, from_days, to_days, numbers);
 *       {@code progression/MODALITY/PATIENT.csv} where each modality has its own (late fusion);
 *   <li>{@code segmentation/HEAD/SAMPLE.csv} (element, slide, x, y, class, probabilities), {@code SAMPLE.geojson}, and
 *       {@code SAMPLE.png} with {@code legend.csv}, see {@link LabelImage};
 *   <li>{@code names.csv}: whose files are named otherwise, because not every name can be a file's.
 * </ul>
 *
 * <p>Pictures and GeoJSON are of one slide: a sample with several has a {@code SAMPLE.SLIDE.png} each. Elements count from 0,
 * slide after slide. x and y are those of {@link org.stroma.api.data.PatchLocation}, and empty where they are unknown.
 */
public final class Explanations implements AuxiliaryListener {
  /**
   * What a head tells of elements.
   *
   * @param modality whose elements
   * @param classes their names
   */
  record Segmentation(String modality, List<String> classes) {}

  /** A step between two visits of a patient, and its index among the steps of the tensor. */
  private record Step(Cohort.Visit from, Cohort.Visit to, int index) {}

  private final Map<String, Map<String, Bag>> bags;
  private final Map<String, Segmentation> heads;
  private final CrossModalAttention crossModal;
  private final String fusionType;
  private @Nullable ModelExplanations models;
  private final SortedMap<AuxiliaryName, Sums> attention = new TreeMap<>();
  private final SortedMap<AuxiliaryName, Sums> fusion = new TreeMap<>();
  private final SortedMap<AuxiliaryName, Sums> probability = new TreeMap<>();
  private final SortedMap<String, Sums> progression = new TreeMap<>();
  private final Map<String, Map<String, List<Step>>> steps = new TreeMap<>();

  public Explanations(Experiment experiment, Cohort data) {
    this(
        bags(data),
        heads(experiment),
        experiment.modalities().keySet(),
        experiment.fusion() == null ? "" : experiment.fusion().type());
  }

  /**
   * @param bags by modality and sample
   * @param heads those that predict classes of elements
   * @param modalities of the experiment
   * @param fusionType names the files of attention between modalities
   */
  Explanations(
      Map<String, Map<String, Bag>> bags,
      Map<String, Segmentation> heads,
      Set<String> modalities,
      String fusionType) {
    this.bags = bags;
    this.heads = heads;
    this.crossModal = new CrossModalAttention(modalities);
    this.fusionType = fusionType;
  }

  private static Map<String, Map<String, Bag>> bags(Cohort data) {
    Map<String, Map<String, Bag>> bags = new TreeMap<>();
    data.modalities().forEach((name, modality) -> {
      if (modality instanceof ModalityData.Bags b) {
        bags.put(name, b.bags());
      }
    });
    return bags;
  }

  private static Map<String, Segmentation> heads(Experiment experiment) {
    Map<String, Segmentation> heads = new TreeMap<>();
    experiment.heads().forEach((head, use) -> {
      var target = experiment.cohort().targets().get(use.target());
      if (target.kind() == TargetKind.PATCHES) {
        heads.put(head, new Segmentation(target.modality(), target.classes()));
      }
    });
    return heads;
  }

  /** Adds why models say what they say, to be written with all else. */
  public void add(ModelExplanations explained) {
    models = explained;
  }

  @Override
  public void outputs(BatchPlan plan, Map<AuxiliaryName, AuxiliaryOutput> outputs) {
    outputs.forEach((name, output) -> {
      switch (name.kind()) {
        case ATTENTION -> elements(attention, name, name.owner(), plan, output);
        case FUSION -> {
          crossModal.add(name, plan, output);
          if (output.shape().length == 2 && bags.containsKey(name.key())) {
            elements(attention, name, name.key(), plan, output);
          } else {
            rows(name, plan, output);
          }
        }
        case PROGRESSION -> progression(name.owner(), plan, output);
        case PATCHES -> {
          Segmentation head = heads.get(name.owner());
          if (head != null && name.name().equals(Prediction.PROBABILITY.toString())) {
            elements(probability, name, head.modality(), plan, output);
          }
        }
      }
    });
  }

  private static <K> Sums sums(Map<K, Sums> sums, K name, AuxiliaryOutput output) {
    return sums.computeIfAbsent(name, n -> Sums.of(output.shape()));
  }

  /** Tensors of [R, N] or [R, N, C]: of each row the elements that are there. */
  private void elements(
      Map<AuxiliaryName, Sums> to,
      AuxiliaryName name,
      String modality,
      BatchPlan plan,
      AuxiliaryOutput output) {
    Sums sums = sums(to, name, output);
    int longest = (int) output.shape()[1];
    int width = output.shape().length == 2 ? 1 : (int) output.shape()[2];
    for (int row = 0; row < plan.rows().size(); row++) {
      if (plan.has(modality, row)) {
        String sample = plan.rows().get(row).sample();
        Bag bag = bags.getOrDefault(modality, Map.of()).get(sample);
        int start = row * longest * width;
        int count = bag == null ? written(output.values(), start, longest) : bag.size();
        if (count > longest) {
          throw new IllegalStateException(name + " has " + longest
              + " elements, and the bag of sample " + sample + " has " + count);
        }
        sums.of(sample).add(output.values(), start, count * width);
      }
    }
  }

  /** Tensors of [R, ...]: each row as it is. */
  private void rows(AuxiliaryName name, BatchPlan plan, AuxiliaryOutput output) {
    Sums sums = sums(fusion, name, output);
    int width = output.values().length / plan.rows().size();
    for (int row = 0; row < plan.rows().size(); row++) {
      if (plan.hasAny(row)) {
        // weights over words are padded to the longest text of the batch
        int length = name.isCross() ? written(output.values(), row * width, width) : width;
        sums.of(plan.rows().get(row).sample()).add(output.values(), row * width, length);
      }
    }
  }

  /** The length of a row without the zeros at its end, which are padding. */
  private static int written(float[] values, int start, int length) {
    int count = length;
    while (count > 0 && values[start + count - 1] == 0) {
      count--;
    }
    return count;
  }

  /** Tensors of [B, T-1, p], where step t leads to visit t + 1 from the last one before it that is there. */
  private void progression(String modality, BatchPlan plan, AuxiliaryOutput output) {
    Sums sums = sums(progression, modality, output);
    int t = plan.rows().size() / plan.patients().size();
    int width = (int) output.shape()[2];
    for (int i = 0; i < plan.patients().size(); i++) {
      List<Step> own = new ArrayList<>();
      int last = -1;
      for (int visit = 0; visit < t; visit++) {
        int row = i * t + visit;
        if (modality.isEmpty() ? plan.hasAny(row) : plan.has(modality, row)) {
          if (last >= 0) {
            own.add(new Step(plan.rows().get(i * t + last), plan.rows().get(row), visit - 1));
          }
          last = visit;
        }
      }
      if (!own.isEmpty()) {
        String patient = plan.patients().get(i);
        steps.computeIfAbsent(modality, n -> new TreeMap<>()).put(patient, own);
        sums.of(patient)
            .add(
                output.values(),
                i * (t - 1) * width,
                (own.get(own.size() - 1).index() + 1) * width);
      }
    }
  }

  /** Writes all of it, without slides. */
  public List<String> write(Path folder) {
    return write(folder, ExplanationOptions.usual());
  }

  /**
   * Writes all of it. Each file is whole or absent.
   *
   * @return what the user should know of it, a sentence each
   */
  public List<String> write(Path folder, ExplanationOptions options) {
    Set<String> notes = new LinkedHashSet<>();
    SlideFolder slides =
        SlideFolder.of(options.slides().orElse(null), options.formats(), notes::add);
    FileNames parts = new FileNames();
    FileNames samples = new FileNames(AttentionFiles.RESERVED);
    PatchFiles patches = new PatchFiles(folder, samples, notes);
    AttentionFiles weights =
        new AttentionFiles(folder, samples, patches, slides, options.top(), notes);
    attention.forEach((name, sums) -> {
      String directory = (name.kind() == AuxiliaryName.Kind.FUSION ? "fusion/" : "attention/")
          + parts.of(id(name)) + "/";
      weights.write(directory, sums, bags.getOrDefault(name.key(), Map.of()));
    });
    fusion.forEach((name, sums) -> AtomicFiles.write(
        folder.resolve("fusion/" + parts.of(name.name()) + ".csv"), table(name, sums)));
    if (!crossModal.isEmpty()) {
      crossModal.write(folder.resolve("fusion"), parts.of(fusionType));
    }
    progression.forEach((modality, sums) -> {
      String directory =
          modality.isEmpty() ? "progression/" : "progression/" + parts.of(modality) + "/";
      sums.by()
          .forEach((patient, sum) -> AtomicFiles.write(
              folder.resolve(directory + samples.of(patient) + ".csv"),
              steps(steps.get(modality).get(patient), sum.mean(), (int) sums.shape()[2])));
    });
    probability.forEach((name, sums) -> segmentation(folder, parts, patches, name, sums));
    if (samples.changed() != null) {
      AtomicFiles.write(folder.resolve("names.csv"), samples.changed());
    }
    slides.tellMissing();
    if (models != null) {
      notes.addAll(models.write(folder));
    }
    Readme.write(folder);
    return List.copyOf(notes);
  }

  private void segmentation(
      Path folder, FileNames parts, PatchFiles patches, AuxiliaryName name, Sums sums) {
    Segmentation head = heads.get(name.owner());
    int count = (int) sums.shape()[2];
    List<String> classes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      classes.add(i < head.classes().size() ? head.classes().get(i) : "" + i);
    }
    String directory = "segmentation/" + parts.of(name.owner()) + "/";
    AtomicFiles.write(folder.resolve(directory + "legend.csv"), LabelImage.legend(classes));
    sums.by()
        .forEach((sample, sum) -> patches.segmentation(
            directory, sample, bags.get(head.modality()).get(sample), classes, sum.mean()));
  }

  /** What names the files of weights: the modality and what its encoder calls them, or what the fusion does. */
  private static String[] id(AuxiliaryName name) {
    return Stream.of(name.owner(), name.name()).filter(n -> !n.isEmpty()).toArray(String[]::new);
  }

  private static String steps(List<Step> steps, float[] mean, int width) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("from", "to", "from_days", "to_days"));
    for (int i = 0; i < width; i++) {
      header.add("" + i);
    }
    rows.add(header);
    for (Step step : steps) {
      List<String> row = new ArrayList<>(List.of(
          step.from().sample(),
          step.to().sample(),
          PatchFiles.number(step.from().days()),
          PatchFiles.number(step.to().days())));
      for (int i = 0; i < width; i++) {
        row.add("" + mean[step.index() * width + i]);
      }
      rows.add(row);
    }
    return Csv.text(rows);
  }

  /**
   * A row a sample; columns are named by the numbers' indices in the tensor, such as 0.2 for those at [R, 0, 2], or 0.rna where the
   * last axis is of modalities.
   */
  private String table(AuxiliaryName name, Sums sums) {
    int width = sums.by().values().stream().mapToInt(Sums.Sum::length).max().orElse(0);
    List<String> keys = crossModal.keys(name, sums.shape());
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("sample"));
    for (int i = 0; i < width; i++) {
      header.add(
          keys.isEmpty()
              ? index(sums.shape(), i)
              : i / keys.size() + "." + keys.get(i % keys.size()));
    }
    rows.add(header);
    sums.by().forEach((sample, sum) -> {
      List<String> row = new ArrayList<>(List.of(sample));
      float[] mean = sum.mean();
      for (int i = 0; i < width; i++) {
        row.add(i < mean.length ? "" + mean[i] : "");
      }
      rows.add(row);
    });
    return Csv.text(rows);
  }

  private static String index(long[] shape, int element) {
    String index = "";
    long rest = element;
    for (int axis = shape.length - 1; axis > 1; axis--) {
      index = "." + rest % shape[axis] + index;
      rest /= shape[axis];
    }
    return rest + index;
  }
}
