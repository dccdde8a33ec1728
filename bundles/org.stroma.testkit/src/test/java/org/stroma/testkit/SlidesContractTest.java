/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.StainNormalizer;

/** Extractors and stain normalisers that are wrong in one way each fail the check of that way, and no other. */
class SlidesContractTest {
  @interface Settings {}

  private static Map<String, String> failures(PartContract<?, ?> contract) {
    for (String check : new String[] {"component", "settings", "bounds"}) {
      contract.without(check, "a toy is no component");
    }
    Map<String, String> failures = new TreeMap<>();
    contract.tests().forEach(test -> {
      try {
        test.getExecutable().execute();
      } catch (TestAbortedException e) {
        // left out
      } catch (Throwable e) {
        failures.put(
            test.getDisplayName().substring(0, test.getDisplayName().indexOf(':')), e.getMessage());
      }
    });
    return failures;
  }

  private static void fails(String check, String words, PartContract<?, ?> contract) {
    Map<String, String> failures = failures(contract);
    assertEquals(Set.of(check), failures.keySet(), failures::toString);
    assertTrue(failures.get(check).contains(words), failures.get(check));
  }

  /** Mean colours. */
  private static class Toy implements FeatureExtractor, FeatureExtractor.Model {
    @Override
    public Model open(Path directory) {
      return this;
    }

    @Override
    public int width() {
      return 3;
    }

    @Override
    public String identity() {
      return "toy";
    }

    @Override
    public float[][] extract(List<BufferedImage> patches) {
      return patches.stream().map(this::features).toArray(float[][]::new);
    }

    float[] features(BufferedImage patch) {
      float[] features = new float[3];
      for (int y = 0; y < patch.getHeight(); y++) {
        for (int x = 0; x < patch.getWidth(); x++) {
          for (int c = 0; c < 3; c++) {
            features[c] += (patch.getRGB(x, y) >> 8 * c & 0xff) / 255f;
          }
        }
      }
      for (int c = 0; c < 3; c++) {
        features[c] /= patch.getWidth() * patch.getHeight();
      }
      return features;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static ExtractorContract extractor(FeatureExtractor extractor) {
    return PartContract.extractor((Settings s) -> extractor, Settings.class);
  }

  @Test
  void extractorsThatAreWrongInOneWay() {
    assertEquals(Map.of(), failures(extractor(new Toy())));
    fails("features", "provenance needs a line", extractor(new Toy() {
      @Override
      public String identity() {
        return " ";
      }
    }));
    fails("features", "of different colours have the same features", extractor(new Toy() {
      @Override
      float[] features(BufferedImage patch) {
        return new float[3];
      }
    }));
    fails("sizes", "have to be finite", extractor(new Toy() {
      @Override
      float[] features(BufferedImage patch) {
        return patch.getWidth() == 16 ? super.features(patch) : new float[] {0, 0, Float.NaN};
      }
    }));
    fails(
        "batches",
        "a patch alone has other features",
        extractor(new Toy() {
              @Override
              public float[][] extract(List<BufferedImage> patches) {
                float[][] features = super.extract(patches);
                // threads see single patches alone, which are wrong alike in this toy's first
                // caller
                features[0][0] += patches.size() == 1 ? 0.5f : 0;
                return features;
              }
            })
            .without(
                "threads", "it compares a patch alone with one among others, as batches does"));
    fails("inputs", "draw into a copy", extractor(new Toy() {
      @Override
      float[] features(BufferedImage patch) {
        float[] features = super.features(patch);
        patch.setRGB(0, 0, ~patch.getRGB(0, 0));
        return features;
      }
    }));
    int[] opened = {0};
    fails("determinism", "opened again, the model is", extractor(new Toy() {
      @Override
      public Model open(Path directory) {
        int number = opened[0]++;
        return new Toy() {
          @Override
          public String identity() {
            return "toy " + number;
          }
        };
      }
    }));
  }

  /** Brings each channel to a mean and a deviation. */
  private static class Means implements StainNormalizer {
    @Override
    public Stain learn(int[] tissue) {
      double[] mean = new double[3];
      double[] deviation = new double[3];
      for (int c = 0; c < 3; c++) {
        int shift = 8 * c;
        for (int rgb : tissue) {
          mean[c] += (rgb >> shift & 0xff) / (double) tissue.length;
        }
        for (int rgb : tissue) {
          deviation[c] += Math.pow((rgb >> shift & 0xff) - mean[c], 2) / tissue.length;
        }
        if (deviation[c] < 1) {
          throw new DataException("there is no stain");
        }
        deviation[c] = Math.sqrt(deviation[c]);
      }
      return rgb -> {
        for (int i = 0; i < rgb.length; i++) {
          int changed = 0;
          for (int c = 2; c >= 0; c--) {
            double x = 150 + 30 * ((rgb[i] >> 8 * c & 0xff) - mean[c]) / deviation[c];
            changed = changed << 8 | (int) Math.max(0, Math.min(255, Math.rint(x)));
          }
          rgb[i] = changed;
        }
      };
    }
  }

  private static StainContract stain(StainNormalizer normalizer) {
    return PartContract.stain((Settings s) -> normalizer, Settings.class);
  }

  @Test
  void stainNormalisersThatAreWrongInOneWay() {
    assertEquals(Map.of(), failures(stain(new Means())));
    fails("reference", "have to come to one reference", stain(new Means() {
      @Override
      public Stain learn(int[] tissue) {
        super.learn(tissue);
        return rgb -> {};
      }
    }));
    fails("pixels", "a pixel alone becomes", stain(new Means() {
      @Override
      public Stain learn(int[] tissue) {
        Stain stain = super.learn(tissue);
        return rgb -> {
          stain.normalize(rgb);
          rgb[0] ^= rgb.length == 1 ? 1 : 0;
        };
      }
    }));
    fails("blank", "have no stain to learn from", stain(tissue -> {
      try {
        return new Means().learn(tissue);
      } catch (DataException e) {
        return rgb -> {};
      }
    }));
    fails("inputs", "work on a copy", stain(new Means() {
      @Override
      public Stain learn(int[] tissue) {
        Stain stain = super.learn(tissue);
        tissue[0] ^= 1;
        return stain;
      }
    }));
  }
}
