/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patch features in the layouts of several extractors in one cohort, from files that h5py wrote. */
class PatchesIT {
  private static final Path FILES =
      Path.of("..", "bundles", "org.stroma.data.arrays", "src", "test", "resources", "arrays");

  private static final List<String> LAYOUTS =
      List.of("clam", "clam-bare", "trident", "trident-leading", "stamp", "coordinates");

  @TempDir
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("features"));
    StringBuilder table = new StringBuilder("id,days,event,slide,sex\n");
    for (int i = 0; i < 18; i++) {
      table
          .append(i)
          .append(',')
          .append(10 + i * 7 % 18)
          .append(',')
          .append(i % 3 == 0 ? 0 : 1)
          .append(',');
      table
          .append(i == 5 ? "" : i == 7 ? "s1; s2" : "s" + i % 6)
          .append(',')
          .append(i % 2)
          .append('\n');
    }
    for (int i = 0; i < LAYOUTS.size(); i++) {
      Files.copy(FILES.resolve(LAYOUTS.get(i) + ".h5"), folder.resolve("features/s" + i + ".h5"));
    }
    Files.writeString(folder.resolve("patients.csv"), table);
    Files.writeString(
        folder.resolve("experiment.json"),
        """
        {
          "seed": 1,
          "cohort": {"table": "patients.csv", "id": "id", "allow": ["shared-files"],
                     "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
          "modalities": {
            "wsi": {"reader": {"type": "hdf5-patches", "path": "features/{slide}.h5"},
                    "encoder": {"type": "wsi-transformer", "layers": 1, "heads": 2}},
            "sex": {"reader": {"type": "table-columns", "numeric": ["sex"]}, "transforms": [{"type": "zscore"}],
                    "encoder": {"type": "genomic-mlp", "hidden1": 0, "hidden2": 0}}
          },
          "model": {"embedDim": 8, "fusion": {"type": "concat"},
                    "heads": {"os": {"type": "survival", "target": "os", "hidden": 8}}},
          "losses": [{"type": "cox", "head": "os"}],
          "training": {"epochs": 2, "batchSize": 6, "patchBudget": 4},
          "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "os.event"}}
        }
        """);
  }

  @Test
  void layoutsTrainTogetherAndPredictAgain() throws Exception {
    Stroma.Result run = Stroma.run(folder, "run", "experiment.json", "--out", "out");
    assertEquals(0, run.code(), run.toString());
    assertEquals(
        1 + 2 * 18, Files.readAllLines(folder.resolve("out/predictions.csv")).size());
    String provenance = Files.readString(folder.resolve("out/provenance.json"));
    for (int i = 0; i < LAYOUTS.size(); i++) {
      assertTrue(
          provenance.contains("features/s" + i + ".h5"), "every file read is in the provenance");
    }
    Stroma.Result predict =
        Stroma.run(folder, "predict", "out", "patients.csv", "--out", "new.csv");
    assertEquals(0, predict.code(), predict.toString());
    assertEquals(19, Files.readAllLines(folder.resolve("new.csv")).size());
    // the same again: patches are drawn by the seed
    assertEquals(
        0, Stroma.run(folder, "run", "experiment.json", "--out", "again").code());
    assertEquals(
        Files.readString(folder.resolve("out/predictions.csv")),
        Files.readString(folder.resolve("again/predictions.csv")));
  }

  @Test
  void slidesOfNoUseEndTheRunWithASentence() throws Exception {
    refuses("nan.h5", "patch 4, feature 3 is NaN; features have to be finite numbers");
    refuses("truncated.h5", "is not written to its end");
    refuses("wider.h5", "has 5 features a patch");
    refuses("five-coordinates.h5", "it has to be [6, 2]");
    Files.copy(
        FILES.resolve("empty.h5"),
        folder.resolve("features/s3.h5"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Stroma.Result empty = Stroma.run(folder, "validate", "experiment.json");
    assertTrue(empty.code() == 0 && empty.out().contains("wsi 14"), empty.toString());
    assertTrue(
        (empty.out() + empty.err()).contains("1 slide holds no patch and counts as missing: s3.h5"),
        empty.toString());
    Files.delete(folder.resolve("features/s3.h5"));
    Stroma.Result gone = Stroma.run(folder, "run", "experiment.json", "--out", "gone");
    assertEquals(3, gone.code(), gone.toString());
    assertTrue(
        gone.err()
            .contains(
                "sample 3: there is no file " + folder.toRealPath().resolve("features/s3.h5")),
        gone.err());
    Stroma.Result absent = Stroma.run(
        folder, "validate", "experiment.json", "--set", "modalities.wsi.reader.absentFiles=true");
    assertEquals(0, absent.code(), absent.toString());
    assertTrue(
        absent.out().contains("18 patients") && absent.out().contains("wsi 14"), absent.out());
  }

  private void refuses(String file, String words) throws Exception {
    Path slide = folder.resolve("features/s3.h5");
    byte[] good = Files.readAllBytes(slide);
    Files.copy(FILES.resolve(file), slide, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Stroma.Result result = Stroma.run(folder, "run", "experiment.json", "--out", "bad");
    assertEquals(3, result.code(), result.toString());
    assertTrue(
        result.err().contains(words) && result.err().contains("features/s3.h5"), result.err());
    assertFalse(Files.exists(folder.resolve("bad")), "no half-written run");
    if (file.equals("nan.h5")) {
      Stroma.Result validated = Stroma.run(folder, "validate", "experiment.json");
      assertTrue(validated.code() == 3 && validated.err().contains(words), validated.toString());
    }
    Files.write(slide, good);
  }
}
