/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model and another hospital's patients: other classes, other order, modalities that nobody has. */
class NewCohortIT {
  private static final List<String> CLASSES =
      List.of("benign", "in situ", "invasive", "Normal", "lobular");
  private static final String REPORT = "%s tissue of the breast";

  @TempDir
  private static Path folder;

  /** Patients of the given classes in turn, with markers and a report that tell the first four apart. */
  private static void write(String name, int patients, int... classes) throws Exception {
    Random random = new Random(name.hashCode());
    Path place = Files.createDirectories(folder.resolve(name));
    StringBuilder table = new StringBuilder("id,dx,report\n");
    StringBuilder markers = new StringBuilder("id,m0,m1,m2,m3,m4,m5\n");
    for (int i = 0; i < patients; i++) {
      int its = classes[i % classes.length];
      table
          .append(name)
          .append(i)
          .append(',')
          .append(CLASSES.get(its))
          .append(',')
          .append(REPORT.formatted(CLASSES.get(its)))
          .append('\n');
      markers.append(name).append(i);
      for (int j = 0; j < 6; j++) {
        markers.append(
            String.format(Locale.ROOT, ",%.4f", random.nextGaussian() + (j == its ? 4 : 0)));
      }
      markers.append('\n');
    }
    Files.writeString(place.resolve("t.csv"), table);
    Files.writeString(place.resolve("m.csv"), markers);
  }

  @BeforeAll
  static void train() throws Exception {
    write("train", 80, 0, 1, 2, 3);
    write("fewer", 40, 2, 3);
    write("more", 40, 3, 1, 4);
    write("alone", 20, 2);
    Files.writeString(
        folder.resolve("train/e.json"),
        """
        {"seed": 5, "cohort": {"table": "t.csv", "id": "id", "targets": {"dx": {"kind": "class", "column": "dx"}}},
         "modalities": {
           "m": {"reader": {"type": "csv-matrix", "path": "m.csv"}, "transforms": [{"type": "zscore"}],
                 "encoder": {"type": "genomic-mlp", "hidden1": 0, "hidden2": 0}},
           "note": {"reader": {"type": "text-column", "column": "report"}, "tokenizer": {"type": "word"},
                    "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2, "dropout": 0}}},
         "model": {"embedDim": 16, "fusion": {"type": "mean"}, "heads": {"dx": {"type": "classification", "target": "dx"}}},
         "losses": [{"type": "cross-entropy", "head": "dx"}],
         "training": {"epochs": 30, "batchSize": 16, "modalityDropout": 0.3, "optimizer": {"type": "adamw", "learningRate": 0.01}},
         "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "dx"}}}
        """);
    Stroma.Result run = Stroma.run(folder, "run", "train/e.json", "--out", "run");
    assertEquals(0, run.code(), run.toString());
    assertTrue(
        run.err().contains("target dx: Normal 20, benign 20, in situ 20, invasive 20"), run.err());
  }

  private static Stroma.Result stroma(String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(0, result.code(), result.toString());
    return result;
  }

  private static JsonNode evaluate(String cohort) throws Exception {
    return new ObjectMapper().readTree(stroma("evaluate", "run", cohort).out()).path("dx");
  }

  @Test
  void classesGoByName() throws Exception {
    assertTrue(evaluate("fewer/t.csv").path("accuracy").asDouble() > 0.9);
    Stroma.Result more = stroma("evaluate", "run", "more/t.csv");
    assertTrue(
        new ObjectMapper().readTree(more.out()).at("/dx/accuracy").asDouble() > 0.9, more.out());
    assertTrue(more.err().contains("class lobular of 13 patients"), more.err());
    JsonNode alone = evaluate("alone/t.csv");
    assertTrue(
        alone.path("accuracy").asDouble() > 0.9 && alone.path("auc").isNull(), alone.toString());
    assertEquals("all patients have one class", alone.path("auc_undefined").asText());
    stroma("predict", "run", "fewer/t.csv", "--out", "p.csv");
    assertEquals(
        "patient,dx.probability.Normal,dx.probability.benign,dx.probability.in situ,dx.probability.invasive,dx.predicted",
        Files.readAllLines(folder.resolve("p.csv")).get(0));
  }

  @Test
  void aModalityThatNobodyHasIsLeftOut() throws Exception {
    write("bare", 12, 0, 1, 2);
    Path table = folder.resolve("bare/t.csv");
    String whole = Files.readString(table);
    Files.delete(folder.resolve("bare/m.csv"));
    Stroma.Result noFile = stroma("predict", "run", "bare/t.csv", "--out", "p1.csv");
    assertTrue(noFile.err().contains("modality m: nobody has it"), noFile.err());
    Files.writeString(folder.resolve("bare/m.csv"), "id,m0,m1,m2,m3,m4,m5\n");
    stroma("predict", "run", "bare/t.csv", "--out", "p2.csv");
    Files.writeString(folder.resolve("bare/m.csv"), "id,m0,m1,m2,m3,m4,m5\nnobody,0,0,0,0,0,0\n");
    stroma("predict", "run", "bare/t.csv", "--out", "p3.csv");
    String first = Files.readString(folder.resolve("p1.csv"));
    assertEquals(first, Files.readString(folder.resolve("p2.csv")));
    assertEquals(first, Files.readString(folder.resolve("p3.csv")));
    assertTrue(evaluate("bare/t.csv").path("accuracy").asDouble() > 0.9, "by the report alone");
    // and without the reports' column, by the markers alone
    write("bare", 12, 0, 1, 2);
    Files.writeString(table, whole.replaceAll(",[^,\n]*\n", "\n"));
    Stroma.Result noColumn = stroma("predict", "run", "bare/t.csv", "--out", "p4.csv");
    assertTrue(noColumn.err().contains("modality note: nobody has it"), noColumn.err());
    assertEquals(13, Files.readAllLines(folder.resolve("p4.csv")).size());
  }

  /** Rows and columns in another order are the same cohort, to the bit. */
  @Test
  void theOrderOfRowsAndColumnsDecidesNothing() throws Exception {
    Files.createDirectories(folder.resolve("shuffled"));
    for (String file : List.of("t.csv", "m.csv")) {
      List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("train/" + file)));
      String header = lines.remove(0);
      Collections.shuffle(lines, new Random(4));
      lines.add(0, header);
      Files.write(folder.resolve("shuffled/" + file), lines);
    }
    Files.copy(folder.resolve("train/e.json"), folder.resolve("shuffled/e.json"));
    stroma("run", "shuffled/e.json", "--out", "again");
    assertEquals(
        Files.readString(folder.resolve("run/predictions.csv")),
        Files.readString(folder.resolve("again/predictions.csv")));
    stroma("predict", "run", "fewer/t.csv", "--out", "q1.csv");
    List<String> columns = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("fewer/m.csv"))) {
      List<String> cells = new ArrayList<>(List.of(line.split(",")));
      Collections.reverse(cells);
      columns.add(String.join(",", cells) + "," + (columns.isEmpty() ? "unknown" : "17"));
    }
    Files.write(folder.resolve("fewer/m.csv"), columns);
    stroma("predict", "run", "fewer/t.csv", "--out", "q2.csv");
    assertEquals(
        Files.readString(folder.resolve("q1.csv")), Files.readString(folder.resolve("q2.csv")));
  }
}
