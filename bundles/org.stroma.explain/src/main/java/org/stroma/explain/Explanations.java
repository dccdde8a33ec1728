/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.BatchPlan;
import org.stroma.experiment.Experiment;
import org.stroma.files.Csv;
import org.stroma.files.FileNames;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.ModelGraph;
import org.stroma.model.OutputNames;
import org.stroma.run.RunDirectory;

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

  /** Numbers of one sample or patient, summed over models. */
  private static final class Sum {
    private float[] values = {};
    private int models;

    void add(float[] from, int start, int length) {
      if (length > values.length) {
        values = Arrays.copyOf(values, length);
      }
      for (int i = 0; i < length; i++) {
        values[i] += from[start + i];
      }
      models++;
    }

    float[] mean() {
      float[] mean = new float[values.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = values[i] / models;
      }
      return mean;
    }
  }

  /** The sums of one tensor, by sample or patient, and its shape, the batch first. */
  private record Sums(long[] shape, Map<String, Sum> by) {
    Sum of(String name) {
      return by.computeIfAbsent(name, n -> new Sum());
    }
  }

  /** A step between two visits of a patient, and its place among the steps of the tensor. */
  private record Step(Cohort.Visit from, Cohort.Visit to, int place) {}

  private final Map<String, Map<String, Bag>> bags;
  private final Map<String, Segmentation> heads;
  private final SortedMap<String, Sums> attention = new TreeMap<>();
  private final SortedMap<String, Sums> fusion = new TreeMap<>();
  private final SortedMap<String, Sums> probability = new TreeMap<>();
  private final SortedMap<String, Sums> progression = new TreeMap<>();
  private final Map<String, Map<String, List<Step>>> steps = new TreeMap<>();

  public Explanations(Experiment experiment, Cohort data) {
    this(bags(data), heads(experiment));
  }

  /**
   * @param bags by modality and sample
   * @param heads those that predict classes of elements
   */
  Explanations(Map<String, Map<String, Bag>> bags, Map<String, Segmentation> heads) {
    this.bags = bags;
    this.heads = heads;
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

  @Override
  public void details(BatchPlan plan, Map<String, ModelGraph.Detail> details) {
    details.forEach((name, detail) -> {
      String[] path = name.split("/", 2);
      String rest = path.length == 2 ? path[1] : "";
      switch (path[0]) {
        case "attention" -> elements(
            attention, name, rest.split(ModelGraph.OF, 2)[0], plan, detail);
        case "fusion" -> {
          String key = key(rest);
          if (detail.shape().length == 2 && bags.containsKey(key)) {
            elements(attention, name, key, plan, detail);
          } else {
            rows(rest, plan, detail);
          }
        }
        case "progression" -> progression(rest, plan, detail);
        default -> heads.forEach((head, its) -> {
          if (name.equals(OutputNames.ofPatches(head, Prediction.PROBABILITY))) {
            elements(probability, head, its.modality(), plan, detail);
          }
        });
      }
    });
  }

  /** The modality that is attended over: KEY of QUERY->KEY, or the name itself. */
  private static String key(String name) {
    int arrow = name.indexOf("->");
    return arrow < 0 ? name : name.substring(arrow + 2);
  }

  private static Sums sums(Map<String, Sums> all, String name, ModelGraph.Detail detail) {
    return all.computeIfAbsent(name, n -> new Sums(detail.shape(), new LinkedHashMap<>()));
  }

  /** Tensors of [R, N] or [R, N, C]: of each row the elements that are there. */
  private void elements(
      Map<String, Sums> to,
      String name,
      String modality,
      BatchPlan plan,
      ModelGraph.Detail detail) {
    Sums sums = sums(to, name, detail);
    int longest = (int) detail.shape()[1];
    int width = detail.shape().length == 2 ? 1 : (int) detail.shape()[2];
    for (int row = 0; row < plan.rows().size(); row++) {
      if (there(plan, modality, row)) {
        String sample = plan.rows().get(row).sample();
        Bag bag = bags.getOrDefault(modality, Map.of()).get(sample);
        int start = row * longest * width;
        int count = bag == null ? written(detail.values(), start, longest) : bag.size();
        if (count > longest) {
          throw new IllegalStateException(name + " has " + longest
              + " elements, and the bag of sample " + sample + " has " + count);
        }
        sums.of(sample).add(detail.values(), start, count * width);
      }
    }
  }

  /** Tensors of [R, ...]: each row as it is. */
  private void rows(String name, BatchPlan plan, ModelGraph.Detail detail) {
    Sums sums = sums(fusion, name, detail);
    int width = detail.values().length / plan.rows().size();
    for (int row = 0; row < plan.rows().size(); row++) {
      if (there(plan, null, row)) {
        // weights over words are padded to the longest text of the batch
        int length = name.contains("->") ? written(detail.values(), row * width, width) : width;
        sums.of(plan.rows().get(row).sample()).add(detail.values(), row * width, length);
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

  /** Whether a row is a visit that has the modality; null for any modality. */
  private static boolean there(BatchPlan plan, String modality, int row) {
    return plan.rows().get(row) != null
        && plan.present().entrySet().stream()
            .anyMatch(
                p -> (modality == null || p.getKey().equals(modality)) && p.getValue()[row] > 0);
  }

  /** Tensors of [B, T-1, p], where step t leads to visit t + 1 from the last one before it that is there. */
  private void progression(String modality, BatchPlan plan, ModelGraph.Detail detail) {
    Sums sums = sums(progression, modality, detail);
    int t = plan.rows().size() / plan.patients().size();
    int width = (int) detail.shape()[2];
    for (int i = 0; i < plan.patients().size(); i++) {
      List<Step> its = new ArrayList<>();
      int last = -1;
      for (int visit = 0; visit < t; visit++) {
        if (there(plan, modality.isEmpty() ? null : modality, i * t + visit)) {
          if (last >= 0) {
            its.add(
                new Step(plan.rows().get(i * t + last), plan.rows().get(i * t + visit), visit - 1));
          }
          last = visit;
        }
      }
      if (!its.isEmpty()) {
        String patient = plan.patients().get(i);
        steps.computeIfAbsent(modality, n -> new TreeMap<>()).put(patient, its);
        sums.of(patient)
            .add(
                detail.values(),
                i * (t - 1) * width,
                (its.get(its.size() - 1).place() + 1) * width);
      }
    }
  }

  /**
   * Writes all of it. Each file is whole or absent.
   *
   * @return what the user should know of it, a sentence each
   */
  public List<String> write(Path folder) {
    RunDirectory out = new RunDirectory(folder);
    FileNames parts = new FileNames();
    FileNames samples = new FileNames("legend");
    PatchFiles patches = new PatchFiles(out, samples);
    attention.forEach((name, sums) -> {
      String[] path = name.split("/", 2);
      Map<String, Bag> its = bags.getOrDefault(key(path[1].split(ModelGraph.OF, 2)[0]), Map.of());
      String place = path[0] + "/" + parts.of(path[1].split(ModelGraph.OF, 2)) + "/";
      sums.by()
          .forEach((sample, sum) -> patches.attention(place, sample, its.get(sample), sum.mean()));
    });
    fusion.forEach((name, sums) -> out.write("fusion/" + parts.of(name) + ".csv", table(sums)));
    progression.forEach((modality, sums) -> {
      String place =
          modality.isEmpty() ? "progression/" : "progression/" + parts.of(modality) + "/";
      sums.by()
          .forEach((patient, sum) -> out.write(
              place + samples.of(patient) + ".csv",
              steps(steps.get(modality).get(patient), sum.mean(), (int) sums.shape()[2])));
    });
    probability.forEach((head, sums) -> {
      int count = (int) sums.shape()[2];
      List<String> classes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        classes.add(
            i < heads.get(head).classes().size() ? heads.get(head).classes().get(i) : "" + i);
      }
      String place = "segmentation/" + parts.of(head) + "/";
      out.write(place + "legend.csv", LabelImage.legend(classes));
      sums.by()
          .forEach((sample, sum) -> patches.segmentation(
              place,
              sample,
              bags.get(heads.get(head).modality()).get(sample),
              classes,
              sum.mean()));
    });
    if (samples.changed() != null) {
      out.write("names.csv", samples.changed());
    }
    return patches.notes();
  }

  private static String steps(List<Step> steps, float[] mean, int width) {
    StringBuilder csv = new StringBuilder("from,to,from_days,to_days");
    for (int i = 0; i < width; i++) {
      csv.append(',').append(i);
    }
    csv.append('\n');
    for (Step step : steps) {
      csv.append(Csv.quote(step.from().sample()))
          .append(',')
          .append(Csv.quote(step.to().sample()));
      csv.append(',')
          .append(PatchFiles.number(step.from().days()))
          .append(',')
          .append(PatchFiles.number(step.to().days()));
      for (int i = 0; i < width; i++) {
        csv.append(',').append(mean[step.place() * width + i]);
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  /** A row a sample; columns are named by the numbers' indices in the tensor, such as 0.2 for those at [R, 0, 2]. */
  private static String table(Sums sums) {
    int width = sums.by().values().stream().mapToInt(s -> s.values.length).max().orElse(0);
    StringBuilder csv = new StringBuilder("sample");
    for (int i = 0; i < width; i++) {
      csv.append(',').append(index(sums.shape(), i));
    }
    csv.append('\n');
    sums.by().forEach((sample, sum) -> {
      csv.append(Csv.quote(sample));
      float[] mean = sum.mean();
      for (int i = 0; i < width; i++) {
        csv.append(',').append(i < mean.length ? "" + mean[i] : "");
      }
      csv.append('\n');
    });
    return csv.toString();
  }

  private static String index(long[] shape, int place) {
    String index = "";
    long rest = place;
    for (int axis = shape.length - 1; axis > 1; axis--) {
      index = "." + rest % shape[axis] + index;
      rest /= shape[axis];
    }
    return rest + index;
  }
}
