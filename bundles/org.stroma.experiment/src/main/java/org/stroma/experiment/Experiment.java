/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.PartUse;

/**
 * A checked experiment with all defaults filled in.
 *
 * @param file where it was written
 * @param joint the fusion of a model of all modalities that is stacked beside those of single ones; null for none
 * @param temporal null where there are no visits to reason over
 * @param modalities by name, sorted, so that the order in the file is no matter
 * @param heads by name, sorted
 * @param pretraining the pretext task of each modality that is pretrained; empty for a supervised experiment. Where there is
 *     one, fusion, split and temporal are null, and there are no heads and losses
 * @param split how patients are put into folds
 * @param repeats how often that is done anew
 * @param metrics what is computed of every head that they fit
 * @param baselines what the model is compared with
 * @param reporting with what metrics are told
 * @param selection what is chosen inside of each fold; null for nothing: all epochs are trained with the settings as they are
 * @param sweep what the command sweep tries; null for nothing
 * @param initialize null where everything starts anew
 * @param resolved the same as JSON, every default written out
 */
public record Experiment(
    Path file,
    String name,
    long seed,
    CohortSettings cohort,
    SortedMap<String, Modality> modalities,
    int embedDim,
    PartUse fusion,
    @Nullable PartUse joint,
    PartUse temporal,
    SortedMap<String, HeadUse> heads,
    List<LossUse> losses,
    Training training,
    PartUse split,
    int repeats,
    List<PartUse> metrics,
    List<PartUse> baselines,
    Reporting reporting,
    @Nullable Selection selection,
    @Nullable Sweep sweep,
    Initialize initialize,
    SortedMap<String, PartUse> pretraining,
    ObjectNode resolved) {

  /** The fusion whose branches are trained each for itself, and weighted by predictions out of fold. */
  public static final String STACKED = "stacked";

  /** Name of the branch of a stacked fusion that is a model of all modalities, with encoders of its own. */
  public static final String JOINT = "joint";

  /** Whether what the modalities count, and how long each is trained, is learned on inner folds. */
  public boolean stacked() {
    return fusion != null && fusion.type().equals(STACKED);
  }

  /** All places of the experiment that ask for parts. */
  public List<PartUse> partUses() {
    List<PartUse> uses = new ArrayList<>();
    modalities.values().forEach(m -> {
      uses.add(m.reader());
      uses.addAll(m.transforms());
      if (m.tokenizer() != null) {
        uses.add(m.tokenizer());
      }
      uses.add(m.encoder());
    });
    if (fusion != null) {
      uses.add(fusion);
    }
    if (joint != null) {
      uses.add(joint);
    }
    uses.addAll(pretraining.values());
    if (temporal != null) {
      uses.add(temporal);
    }
    if (split != null) {
      uses.add(split);
    }
    if (selection != null && selection.inner() != null) {
      uses.add(selection.inner());
    }
    uses.addAll(metrics);
    uses.addAll(baselines);
    heads.values().forEach(h -> uses.add(h.part()));
    losses.forEach(l -> uses.add(l.part()));
    uses.add(training.optimizer());
    uses.add(training.schedule());
    return uses;
  }

  /** The same with another selection. */
  Experiment with(Selection other) {
    return new Experiment(
        file,
        name,
        seed,
        cohort,
        modalities,
        embedDim,
        fusion,
        joint,
        temporal,
        heads,
        losses,
        training,
        split,
        repeats,
        metrics,
        baselines,
        reporting,
        other,
        sweep,
        initialize,
        pretraining,
        resolved);
  }

  /** How many folds a repeat has, where the split says it beforehand. */
  public OptionalInt folds() {
    JsonNode folds = resolved.at(split.slot() + "/folds");
    return folds.canConvertToInt() ? OptionalInt.of(folds.intValue()) : OptionalInt.empty();
  }

  /** Whether the encoder of a modality keeps the weights that it was started with. */
  public boolean frozen(String modality) {
    return initialize != null && initialize.freeze() && initialize.modalities().contains(modality);
  }

  /**
   * Where encoders start from.
   *
   * @param from a run directory or a file of weights in the safetensors format
   * @param modalities whose encoders
   * @param freeze whether they stay as they are
   */
  public record Initialize(Path from, List<String> modalities, boolean freeze) {}

  /** A modality; transforms may be empty and the tokenizer null. Its data are of visits, or of patients. */
  public record Modality(
      boolean perPatient,
      PartUse reader,
      List<PartUse> transforms,
      PartUse tokenizer,
      PartUse encoder) {}

  /** A head and the name of its target. */
  public record HeadUse(PartUse part, String target) {}

  /**
   * A loss.
   *
   * @param head whose output it judges
   * @param weight in the sum
   * @param onModalities whether it judges what the head says of each modality alone, over the patients who have it, and not of all
   *     together; for fusions whose branches have heads of their own
   */
  public record LossUse(PartUse part, String head, double weight, boolean onModalities) {}

  /**
   * With what metrics are told.
   *
   * @param times at which survival is told, in the unit of the table; empty where the data have to say
   * @param resamples of a bootstrap for each interval; 0 for no intervals
   * @param level of the intervals, such as 0.95
   * @param explain whether explanations of the test patients are written at the end
   */
  public record Reporting(List<Double> times, int resamples, double level, boolean explain) {
    /** Where the experiment says nothing. */
    public static final Reporting USUAL = new Reporting(List.of(), 1000, 0.95, false);
  }

  /**
   * How to train.
   *
   * @param batchSize patients a batch
   * @param maxGradNorm global norm to clip at, 0 for not at all
   * @param modalityDropout probability with which a modality of a visit is hidden
   * @param patchBudget how many elements of a bag a training step sees at most, drawn anew each time; 0 for all
   * @param ensemble how many models to average
   * @param checkpointMinutes after which where a training stands is kept once more; 0 for only where it is stopped
   * @param learnedWeights whether the weights of losses are learned (Kendall et al. 2018)
   * @param precision that products are computed in
   */
  public record Training(
      int epochs,
      int batchSize,
      double maxGradNorm,
      double modalityDropout,
      int patchBudget,
      int ensemble,
      double checkpointMinutes,
      boolean learnedWeights,
      Precision precision,
      PartUse optimizer,
      PartUse schedule) {}
}
