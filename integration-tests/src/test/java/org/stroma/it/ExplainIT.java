/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A survival model of slides and genes, explained: the head is no matter for the attention of an encoder. */
class ExplainIT {
  private static final int PATIENTS = 12;

  @TempDir
  private Path folder;

  private void slide(String name, int seed) throws IOException {
    BufferedImage image = new BufferedImage(1400, 1000, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(240, 240, 240));
    g.fillRect(0, 0, 1400, 1000);
    g.setColor(new Color(200, 120, 180));
    g.fillOval(200, 150, 900, 700);
    g.setColor(new Color(110, 60, 150));
    g.fillOval(300 + random.nextInt(400), 250 + random.nextInt(300), 200, 200);
    g.dispose();
    for (int y = 0; y < 1000; y++) {
      for (int x = 0; x < 1400; x++) {
        image.setRGB(x, y, image.getRGB(x, y) + random.nextInt(8) * 0x010101);
      }
    }
    assertTrue(ImageIO.write(image, "tiff", folder.resolve(name).toFile()));
  }

  /** Patient 0 has two slides, and one patient in four has no genes. */
  private void cohort() throws IOException {
    Files.createDirectories(folder.resolve("slides"));
    Random random = new Random(3);
    StringBuilder table = new StringBuilder("id,days,event,slide\n");
    StringBuilder genes = new StringBuilder("id,TP53,MYC,EGFR\n");
    for (int i = 0; i <= PATIENTS; i++) {
      slide("slides/s" + i + ".tif", i);
    }
    for (int i = 0; i < PATIENTS; i++) {
      table.append("p" + i + "," + (10 + i * 7 % 12) + ",1,");
      table.append(i == 0 ? "s0;s" + PATIENTS : "s" + i).append('\n');
      if (i % 4 != 3) {
        genes.append("p" + i);
        for (int k = 0; k < 3; k++) {
          genes.append("," + random.nextGaussian());
        }
        genes.append('\n');
      }
    }
    Files.writeString(folder.resolve("patients.csv"), table);
    Files.writeString(folder.resolve("genes.csv"), genes);
    Files.writeString(
        folder.resolve("experiment.json"),
        """
        {
          "name": "explained", "seed": 1,
          "cohort": {"table": "patients.csv", "id": "id",
                     "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
          "modalities": {
            "wsi": {"reader": {"type": "hdf5-patches", "path": "features/{slide}.h5"}, "encoder": {"type": "abmil"}},
            "rna": {"reader": {"type": "csv-matrix", "path": "genes.csv"}, "transforms": [{"type": "zscore"}],
                    "encoder": {"type": "genomic-mlp", "hidden1": 8, "hidden2": 0}}
          },
          "model": {"embedDim": 8, "fusion": {"type": "cross-modal-attention", "heads": 2},
                    "heads": {"os": {"type": "survival", "target": "os"}}},
          "losses": [{"type": "cox", "head": "os"}],
          "training": {"epochs": 3, "optimizer": {"type": "adamw", "learningRate": 0.01}},
          "evaluation": {"split": {"type": "k-fold", "folds": 2}}
        }
        """);
  }

  private void does(String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(0, result.code(), result.toString());
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve("details").resolve(file));
  }

  @Test
  void aSurvivalModelIsExplained() throws Exception {
    cohort();
    does("extract", "slides", "--out", "features", "--slide-mpp", "0.5", "--patch-size=128");
    does("run", "experiment.json", "--out", "run", "--set", "evaluation.explain=true");
    assertTrue(Files.exists(folder.resolve("run/explanations/attention/wsi/p1.png")));
    assertTrue(
        Files.readString(folder.resolve("run/report.html")).contains("Integrated gradients"));
    Files.delete(folder.resolve("slides/s5.tif"));
    Stroma.Result predicted = Stroma.run(
        folder,
        "predict",
        "run",
        "patients.csv",
        "--out",
        "p.csv",
        "--details",
        "details",
        "--slides",
        "slides",
        "--top",
        "4");
    assertEquals(0, predicted.code(), predicted.toString());
    String told = predicted.out() + predicted.err();
    assertTrue(told.contains("of 13 slides 1 was not found in slides"), told);
    assertTrue(told.contains("nothing is attributed to single features of wsi"), told);
    assertFalse(told.contains("do not add up"), told);

    BufferedImage map =
        ImageIO.read(folder.resolve("details/attention/wsi/p1.png").toFile());
    assertEquals(1400, map.getWidth());
    assertEquals(1000, map.getHeight());
    for (String file : List.of(
        "p0.s0.png",
        "p0.s12.png",
        "p0.png",
        "p0.s0.geojson",
        "p5.png",
        "patches/p1.png",
        "legend.svg")) {
      assertTrue(Files.exists(folder.resolve("details/attention/wsi/" + file)), file);
    }
    assertFalse(Files.exists(folder.resolve("details/attention/wsi/patches/p5.png")));
    assertEquals(1 + PATIENTS * 8, text("attention/wsi/top.csv").lines().count());
    assertEquals(1 + PATIENTS + 1, text("attention/wsi/slides.csv").lines().count());

    assertTrue(
        text("fusion/cross-modal-attention.csv").startsWith("query,rna,wsi\nrna,,1.0\nwsi,1.0,\n"),
        text("fusion/cross-modal-attention.csv"));
    assertTrue(text("fusion/rna.csv").startsWith("sample,0.wsi,1.wsi\n"));

    List<String> genes = text("attributions/rna/os.csv").lines().toList();
    assertEquals(1 + 9, genes.size(), "those who have genes");
    assertTrue(genes.get(0).contains("TP53"), genes.get(0));
    assertEquals(1 + 3, text("attributions/rna/summary.csv").lines().count());
    assertEquals(1 + 2, text("importance.csv").lines().count());
    assertEquals(1 + PATIENTS + 9, text("importance-patients.csv").lines().count());
    assertTrue(text("README.txt").contains("importance.csv"));
    // at the end of the run the same patients were asked about, by the same models
    assertEquals(
        text("importance-patients.csv"),
        Files.readString(folder.resolve("run/explanations/importance-patients.csv")));
  }

  @Test
  void slidesWithoutDetailsAreRefused() throws Exception {
    Stroma.Result refused =
        Stroma.run(folder, "predict", "run", "patients.csv", "--out", "p.csv", "--slides", "s");
    assertEquals(2, refused.code(), refused.toString());
    assertTrue(refused.err().contains("--slides is for --details"), refused.err());
  }
}
