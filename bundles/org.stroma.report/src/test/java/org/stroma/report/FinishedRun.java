/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.stroma.files.Csv;

/** The directory of a run of all kinds of heads, as a run leaves it, with names of one's choice. */
final class FinishedRun {
  /** What users call things. */
  record Names(String run, String modality, String first, String second, String file) {}

  static final Names PLAIN = new Names("study", "genes", "good", "poor", "cohort.csv");

  static final String SCRIPT = "<script>alert(1)</script>";

  static final Names HOSTILE = new Names(
      SCRIPT + "\n# injected",
      "\"><img src=x onerror=alert(1)>",
      "a & <b>bold</b> | `x` \\",
      "'; DROP \u202eTABLE " + "long".repeat(60),
      "../../<iframe src='javascript:x'>.csv");

  /** As they have to be found on the page; what turns the text is replaced. */
  static final List<String> HOSTILE_NAMES = List.of(
      SCRIPT,
      HOSTILE.modality(),
      HOSTILE.first(),
      HOSTILE.second().replace("\u202e", "\ufffd"),
      HOSTILE.file());

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PATIENTS = 80;
  private static final int REPEATS = 2;
  private static final int FOLDS = 2;

  private final Names names;
  private final Path run;

  private FinishedRun(Names names, Path run) {
    this.names = names;
    this.run = run;
  }

  static Path of(Path folder, Names names) {
    try {
      Path run = Files.createDirectories(folder.resolve("run"));
      FinishedRun written = new FinishedRun(names, run);
      written.experiment();
      written.predictions();
      written.metrics();
      written.cohort();
      written.provenance();
      Files.writeString(
          run.resolve("history.csv"),
          "repeat,fold,model,epoch,loss,learning_rate_factor,seconds,gradient_norm\n"
              + "0,0,1,1,2,1,0.1,3\n0,0,1,2,1.5,1,0.1,3\n0,1,1,1,2.2,1,0.1,3\n0,1,1,2,1.7,1,0.1,3\n");
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String file, ObjectNode json) throws IOException {
    MAPPER.writeValue(run.resolve(file).toFile(), json);
  }

  private void experiment() throws IOException {
    ObjectNode json = MAPPER.createObjectNode().put("name", names.run()).put("seed", 1);
    ObjectNode targets = json.putObject("cohort").putObject("targets");
    targets.putObject("os").put("kind", "survival").put("time", "days").put("event", names.first());
    targets.putObject("dx").put("kind", "class").put("column", names.second());
    targets.putObject("size").put("kind", "number").put("column", "size");
    targets.putObject("mut").put("kind", "labels");
    ObjectNode modality = json.putObject("modalities").putObject(names.modality());
    modality.putObject("reader").put("type", "csv-matrix").put("path", names.file());
    modality.putArray("transforms").addObject().put("type", "zscore");
    modality.putObject("encoder").put("type", "genomic-mlp");
    ObjectNode heads = json.putObject("model").putObject("heads");
    for (String head : List.of("os", "dx", "size", "mut")) {
      heads.putObject(head).put("type", "linear").put("target", head);
    }
    json.putObject("training").put("ensemble", 1).put("epochs", 2);
    json.putObject("evaluation").putObject("split").put("type", "k-fold");
    write("experiment.json", json);
  }

  private void predictions() throws IOException {
    Random random = new Random(7);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of(
        "patient",
        "repeat",
        "fold",
        "split",
        "dx.probability." + names.first(),
        "dx.probability." + names.second(),
        "dx.predicted",
        "mut.probability." + names.first(),
        "os.risk",
        "os.survival.365",
        "os.survival.1000",
        "size.value",
        "dx.true",
        "mut.true." + names.first(),
        "os.time",
        "os.event",
        "size.number"));
    double[] hazard = random.doubles(PATIENTS, -2, 2).toArray();
    double[] time = new double[PATIENTS];
    for (int i = 0; i < PATIENTS; i++) {
      time[i] = 1 + Math.rint(-Math.log(1 - random.nextDouble()) * 900 * Math.exp(-hazard[i]));
    }
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      for (int fold = 0; fold < FOLDS; fold++) {
        for (int i = 0; i < PATIENTS; i++) {
          double risk = hazard[i] + random.nextGaussian() * 0.7;
          double poor = 1 / (1 + Math.exp(-risk));
          String truth = hazard[i] > 0 ? names.second() : names.first();
          rows.add(List.of(
              "p" + i,
              "" + repeat,
              "" + fold,
              i % FOLDS == fold ? "test" : "train",
              number(1 - poor),
              number(poor),
              poor > 0.5 ? names.second() : names.first(),
              number(poor),
              number(risk),
              number(Math.exp(-0.3 * Math.exp(risk))),
              i == 3 ? "" : number(Math.exp(-0.8 * Math.exp(risk))),
              number(50 + 10 * risk),
              i == 5 ? "" : truth,
              i == 6 ? "" : hazard[i] > 0 ? "1" : "0",
              number(time[i]),
              i % 3 == 0 ? "0" : "1",
              i == 7 ? "" : number(50 + 12 * hazard[i])));
        }
      }
    }
    Files.writeString(run.resolve("predictions.csv"), Csv.text(rows));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private void metrics() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    ArrayNode folds = json.putArray("folds");
    for (int i = 0; i < REPEATS * FOLDS; i++) {
      ObjectNode fold = folds.addObject().put("repeat", i / FOLDS).put("fold", i % FOLDS);
      for (String side : List.of("train", "test")) {
        ObjectNode its = fold.putObject(side);
        its.putObject("os")
            .put("c_index", side.equals("train") ? 0.9 : 0.8 + i / 100.0)
            .put("auc_t.365", 0.8)
            .put("auc_t.1000", 0.7);
        its.putObject("dx")
            .put("auc", 0.7 + i / 50.0)
            .putNull("ece")
            .put("ece_undefined", "too " + SCRIPT);
        its.putObject("size").put("mae", 5 + i).put("r2", 0.4);
        its.putObject("mut").put("auc", 0.7).put("auc." + names.first(), 0.7);
      }
    }
    ObjectNode mean = json.putObject("mean");
    mean.putObject("os").put("c_index", 0.815).put("auc_t.365", 0.8).put("auc_t.1000", 0.7);
    mean.putObject("dx").put("auc", 0.73).putNull("ece").put("ece_undefined", "too " + SCRIPT);
    mean.putObject("size").put("mae", 6.5).put("r2", 0.4);
    mean.putObject("mut").put("auc", 0.7).put("auc." + names.first(), 0.7);
    json.putObject("std").putObject("os").put("c_index", 0.0129);
    pooled(json.putObject("pooled"));
    ArrayNode repeats = json.putArray("repeats");
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      pooled(repeats.addObject().put("repeat", repeat));
    }
    ObjectNode allowed = json.putArray("allowed").addObject();
    allowed.put("permission", "similar-ids").put("reason", "brothers " + names.first());
    allowed.putArray("findings").add("S1 and S01");
    write("metrics.json", json);
  }

  private static void pooled(ObjectNode pooled) {
    ObjectNode os = pooled.putObject("os");
    os.putObject("c_index")
        .put("value", 0.82)
        .put("lower", 0.71)
        .put("upper", 0.9)
        .put("level", 0.95)
        .put("method", "BCa bootstrap")
        .put("resamples", 1000);
    os.putObject("auc_t.365").put("value", 0.8).put("tau", 365);
    os.putObject("auc_t.1000").put("value", 0.7);
    os.putObject("uno_c_index").putNull("value").put("undefined", "nobody is censored");
    pooled.putObject("dx").putObject("auc").put("value", 0.8);
    pooled.putObject("size").putObject("mae").put("value", 6);
  }

  private void cohort() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("table", names.file()).put("rows", PATIENTS + 2).put("patients", PATIENTS + 2);
    ObjectNode excluded = json.putArray("excluded").addObject().put("reason", "no target is known");
    excluded.putArray("patients").add("x").add("y");
    ObjectNode modality = json.putObject("modalities").putObject(names.modality());
    modality.put("kind", "matrix").put("width", 2).putArray("lacking").add("p1");
    group(json.putObject("analysed"), PATIENTS);
    ArrayNode folds = json.putArray("folds");
    for (int i = 0; i < REPEATS * FOLDS; i++) {
      ObjectNode fold = folds.addObject().put("repeat", i / FOLDS).put("fold", i % FOLDS);
      group(fold.putObject("train"), PATIENTS / 2 + i);
      group(fold.putObject("test"), PATIENTS / 2 - i);
    }
    write("cohort.json", json);
  }

  private void group(ObjectNode group, int patients) {
    group.put("patients", patients).put("visits", patients + 5).put("complete", patients - 1);
    ObjectNode targets = group.putObject("targets");
    ObjectNode os = targets.putObject("os").put("kind", "survival").put("patients", patients);
    quartiles(os.put("events", patients * 2 / 3).putObject("values"));
    targets
        .putObject("dx")
        .put("kind", "class")
        .put("patients", patients - 1)
        .putObject("classes")
        .put(names.first(), patients / 2)
        .put(names.second(), patients / 2 - 1);
    group.putObject("modalities").put(names.modality(), patients - 1);
    quartiles(group.putObject("features").putObject(names.modality()).putObject(names.second()));
  }

  private static void quartiles(ObjectNode json) {
    json.put("count", 3)
        .put("least", 1)
        .put("lower", 2.25)
        .put("median", 1182.5)
        .put("upper", 4000)
        .put("most", 5000);
  }

  private void provenance() throws IOException {
    ObjectNode json =
        MAPPER.createObjectNode().put("written", "2026-01-02T03:04:05Z").put("java", names.first());
    json.putArray("devices").add("CPU:0");
    json.putArray("data")
        .addObject()
        .put("file", "/home/" + names.file())
        .put("bytes", 12)
        .put("sha256", "ab");
    json.putArray("bundles")
        .addObject()
        .put("name", names.second())
        .put("version", "1")
        .put("sha256", "cd");
    write("provenance.json", json);
  }
}
