/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.stroma.files.AtomicFiles;

/** README.txt beside explanations: what each file says, as far as it is there. */
final class Readme {
  private record Section(String file, String words) {}

  private static final List<Section> SECTIONS = List.of(
      new Section(
          "attention",
          """
          attention/MODALITY/
            What an encoder attended to, as a mean over the models. It tells where the model looked, not what it concluded.
            SAMPLE.csv           the weight of each patch (or word). Those of a sample add up to 1 over all of its slides, so that
                                 slides of one patient can be compared by them; weights of two patients cannot.
            SAMPLE.png           a heat map, over the slide where it was found (predict --slides); transparent where no patch is.
                                 Colours are percentiles among the patches of the picture (legend.svg, legend.csv).
                                 A sample with several slides has SAMPLE.SLIDE.png of each, with percentiles of that slide alone, and
                                 SAMPLE.png of all side by side in the order of slides.csv, with percentiles over all of them.
            SAMPLE.geojson       the same for QuPath 0.4 and later; packed (.geojson.gz) above 50,000 patches.
            slides.csv           the share of a sample's attention on each of its slides.
            top.csv              the most and the least attended patches of each sample, with percentiles over all its slides.
            patches/SAMPLE.png   those, cut from the slides: the most attended above, the least below the gap, by rank from the left;
                                 frames have the colours of the percentiles, grey is a patch whose slide was not found.
          """),
      new Section(
          "fusion",
          """
          fusion/
            What the fusion weighed, a row a sample. Where modalities attend to each other: TYPE.csv is the share of attention that the
            modality of each row (query) gives to that of each column (key), the mean over heads, models and the samples that have both;
            TYPE-samples.csv is the same of each sample, and TYPE.svg a picture of the first.
          """),
      new Section(
          "progression",
          """
          progression/
            How much patients change from one visit to the next, a row a step.
          """),
      new Section(
          "segmentation",
          """
          segmentation/HEAD/
            The class of each patch, as a table, GeoJSON and label images (legend.csv).
          """),
      new Section(
          "importance.csv",
          """
          importance.csv, importance-patients.csv
            What each modality does to a model's main output, over the patients who have it: means over the models.
            The outputs: the risk of survival (less the mean of the training patients; for a Cox model the log hazard), the log-odds of the
            class that is predicted of the patient, the log-odds of each label, a number or count in its unit.
            drop      the output with all modalities that the patient has, less the output with this one hidden as if it were missing:
                      above 0 it raises the output.
            shapley   the Shapley value: the mean of what the modality adds over all orders in which the patient's modalities may become
                      known, from the outputs of all their subsets (up to 8 modalities in the experiment; else empty). Those of a
                      patient add up to the output less that of a patient of whom nothing is known.
            Nothing known: the mean risk of the training patients, the log-odds of the share of them that had the class or label, the mean
            of the number. A model is never asked about a patient without any modality.
            class     the class that is explained: the one that all models together find likeliest.
          """),
      new Section(
          "attributions",
          """
          attributions/MODALITY/
            Integrated gradients (Sundararajan, Taly and Yan 2017) of the main outputs (those of importance.csv) by the features of vectors,
            as the model takes them: after the transforms. The baseline is the mean of the training patients (0 for features that
            zscore standardised); patients go from there to their own values in all modalities of vectors at once, while bags and texts
            stay. Means over the models; visits of a patient are added up. A missing cell has none.
            OUTPUT.csv    a row a patient, the %d features with the largest mean size as columns.
            summary.csv   all features: the mean over patients, the mean size, sign_consistency (the share of patients whose attribution
                          has the sign of the mean), and higher_raises (how often more of the feature raised the output: near 1 it always
                          did, near 0 it always lowered it). Of an output with classes there is a row for each class that was explained.
            ../completeness.csv   the attributions of a patient, over all modalities, beside what they have to add up to: the output less
                          that of the baseline. Risks are as the models give them, before the mean of the training patients is taken off.
            They tell what the models make of the features, not what causes what: features that go together share or take over from
            each other.
          """
              .formatted(FeatureAttributions.SHOWN)));

  private Readme() {}

  /** Writes it, where there is anything to tell of. */
  static void write(Path folder) {
    StringBuilder text = new StringBuilder();
    for (Section section : SECTIONS) {
      if (Files.exists(folder.resolve(section.file()))) {
        text.append(text.isEmpty() ? "" : "\n").append(section.words());
      }
    }
    if (!text.isEmpty()) {
      AtomicFiles.write(folder.resolve("README.txt"), text.toString());
    }
  }
}
