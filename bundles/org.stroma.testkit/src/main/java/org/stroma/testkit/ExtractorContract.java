/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.slides.FeatureExtractor;

/**
 * The contract of a feature extractor, with a small model of its author's ({@link #models}). Beside what {@link PartContract}
 * tells:
 * <ul>
 * <li>{@code features}: each patch has as many features as the model says, all of them finite, and patches of different
 *     colours have different ones; the model tells which it is;
 * <li>{@code sizes}: patches of another size have features too;
 * <li>{@code batches}: a patch alone has the features that it has among others;
 * <li>{@code threads}: several threads at once get what one gets;
 * <li>{@code inputs}: the patches stay as they are;
 * <li>{@code determinism}: a model that is opened again says and gives the same.
 * </ul>
 * The check {@code bounds} makes extractors, and opens no model.
 */
@ProviderType
public final class ExtractorContract extends PartContract<FeatureExtractor, ExtractorContract> {
  private static final int PATCHES = 7;

  private Path folder = Path.of("").toAbsolutePath();
  private int size = 16;

  ExtractorContract(Made<FeatureExtractor> made) {
    super("extractor", FeatureExtractor.class, made);
  }

  /** Where relative paths of the settings start; where the tests run, unless said. */
  public ExtractorContract models(Path folder) {
    this.folder = folder;
    return this;
  }

  /** Pixels on a patch's side; 16 unless said. */
  public ExtractorContract patches(int size) {
    this.size = size;
    return this;
  }

  @Override
  boolean upperBounds() {
    return false;
  }

  @Override
  void use(FeatureExtractor part) {
    // to be made is all that bounds ask for
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(
        new Check("features", "each patch has the features that are said", this::checkFeatures));
    checks.add(new Check("sizes", "patches may have another size", this::checkSizes));
    checks.add(new Check("batches", "a patch has its features, alone or not", this::checkBatches));
    checks.add(new Check("threads", "several threads get what one gets", this::checkThreads));
    checks.add(new Check("inputs", "the patches stay as they are", this::checkInputs));
    checks.add(new Check(
        "determinism", "a model that is opened again gives the same", this::checkDeterminism));
  }

  /** Patches of noise about colours of their own. */
  private static List<BufferedImage> drawn(int size) {
    Random random = new Random(500);
    List<BufferedImage> patches = new ArrayList<>();
    for (int i = 0; i < PATCHES; i++) {
      int[] colour = random.ints(3, 40, 216).toArray();
      BufferedImage patch = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < size * size; at++) {
        int rgb = 0;
        for (int channel : colour) {
          rgb = rgb << 8 | channel + random.nextInt(80) - 40;
        }
        patch.setRGB(at % size, at / size, rgb);
      }
      patches.add(patch);
    }
    return patches;
  }

  private static int[] pixels(BufferedImage patch) {
    return patch.getRGB(0, 0, patch.getWidth(), patch.getHeight(), null, 0, patch.getWidth());
  }

  private float[][] extract(FeatureExtractor.Model model, int size) {
    float[][] features = model.extract(drawn(size));
    check(features.length == PATCHES, PATCHES + " patches have " + features.length + " rows");
    for (float[] row : features) {
      check(
          row.length == model.width(),
          "a patch has " + row.length + " features, and the model says " + model.width());
      finite(row, "features have to be finite");
    }
    return features;
  }

  private void checkFeatures() {
    try (FeatureExtractor.Model model = part().open(folder)) {
      check(model.width() > 0, "the model has " + model.width() + " features a patch");
      check(
          model.identity() != null
              && !model.identity().isBlank()
              && !model.identity().contains("\n"),
          "the model's identity is \"" + model.identity()
              + "\"; provenance needs a line, such as the file's name and SHA-256");
      float[][] features = extract(model, size);
      check(
          !Arrays.equals(features[0], features[1]),
          "two patches of different colours have the same features");
    }
  }

  private void checkSizes() {
    try (FeatureExtractor.Model model = part().open(folder)) {
      extract(model, 2 * size);
      extract(model, size + 3);
    }
  }

  private void checkBatches() {
    try (FeatureExtractor.Model model = part().open(folder)) {
      float[][] together = extract(model, size);
      for (int i = 0; i < PATCHES; i++) {
        same(
            together[i],
            model.extract(List.of(drawn(size).get(i)))[0],
            "a patch alone has other features than among others");
      }
    }
  }

  private void checkThreads() {
    try (FeatureExtractor.Model model = part().open(folder)) {
      float[][] one = extract(model, size);
      IntStream.range(0, 4 * PATCHES)
          .parallel()
          .forEach(
              i -> same(
                  one[i % PATCHES],
                  model.extract(List.of(drawn(size).get(i % PATCHES)))[0],
                  "several threads at once get other features than one; a model is used by all of them"));
    }
  }

  private void checkInputs() {
    try (FeatureExtractor.Model model = part().open(folder)) {
      List<BufferedImage> patches = drawn(size);
      model.extract(patches);
      for (int i = 0; i < PATCHES; i++) {
        check(
            Arrays.equals(pixels(drawn(size).get(i)), pixels(patches.get(i))),
            "extract changes the patches that it was given; draw into a copy");
      }
    }
  }

  private void checkDeterminism() {
    try (FeatureExtractor.Model one = part().open(folder);
        FeatureExtractor.Model other = part().open(folder)) {
      check(
          one.identity().equals(other.identity()),
          "opened again, the model is \"" + other.identity() + "\" and was \"" + one.identity()
              + "\"");
      float[][] first = extract(one, size);
      float[][] second = extract(other, size);
      for (int i = 0; i < PATCHES; i++) {
        same(first[i], second[i], "the same patch has other features the second time");
      }
    }
  }
}
