/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.parts.Json;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;
import org.stroma.training.PredictedAgain;

/** What was written of predictions and metrics, beside what comes of them once more. */
class ComparisonTest {
  private static final String HEADER =
      "patient,repeat,fold,split,dx.probability.a,dx.predicted,dx.true\n";
  private static final String ROWS =
      """
      p,0,0,train,0.25,b,a
      "q,1",0,0,test,0.75,a,"a ""x""\"
      """;

  @TempDir
  private Path folder;

  private RunPredictions written(String csv) throws IOException {
    Files.writeString(folder.resolve(RunReader.EXPERIMENT), "{}");
    Files.writeString(folder.resolve(RunReader.PREDICTIONS), csv);
    return RunReader.of(folder).predictions();
  }

  /** What the rows above come of. */
  private static PredictedAgain again(JsonNode metrics) {
    Map<String, PredictedAgain.Side> sides = new LinkedHashMap<>();
    sides.put(
        "train",
        new PredictedAgain.Side(
            Map.of("p", new PredictedAgain.Row(List.of("0.25", "b"), ",a")), metrics));
    sides.put(
        "test",
        new PredictedAgain.Side(
            Map.of("q,1", new PredictedAgain.Row(List.of("0.75", "a"), ",\"a \"\"x\"\"\"")),
            metrics));
    return new PredictedAgain(
        "repeat-0-fold-0", List.of("dx.probability.a", "dx.predicted"), List.of("dx.true"), sides);
  }

  private static PredictedAgain again() {
    return again(Json.MAPPER.createObjectNode());
  }

  private String found(String csv, double tolerance) throws IOException {
    RunPredictions written = written(csv);
    return assertThrows(
            DataException.class,
            () -> PredictionComparison.check(written, List.of(again()), tolerance))
        .getMessage();
  }

  @Test
  void theSameBitsAreTheSame() throws Exception {
    assertEquals(
        "4 predictions of 2 patients are the same, bit by bit",
        PredictionComparison.check(written(HEADER + ROWS), List.of(again()), 0));
  }

  @Test
  void whatDiffersIsCountedAndTheFirstIsNamed() throws Exception {
    assertEquals(
        "2 of 4 predictions differ from predictions.csv, by 0.500 at most; the first is dx.probability.a of patient p (train, repeat 0,"
            + " fold 0): 0.250001 there, 0.25 predicted again",
        found(HEADER + ROWS.replace("0.25", "0.250001").replace("0.75", "0.25"), 0));
    assertEquals(
        "1 of 4 predictions differs from predictions.csv: dx.predicted of patient p (train, repeat 0, fold 0): a there, b predicted again",
        found(HEADER + ROWS.replace("0.25,b", "0.25,a"), 0));
    assertTrue(found(HEADER + ROWS.replace("0.25", ""), 0.5).contains(": nothing there, 0.25"));
    assertTrue(found(HEADER + ROWS.replace("0.25", "NaN"), 0.5).contains(": NaN there, 0.25"));
  }

  @Test
  void aToleranceLetsLastDigitsPass() throws Exception {
    String csv = HEADER + ROWS.replace("0.25", "0.250001");
    assertTrue(PredictionComparison.check(written(csv), List.of(again()), 1e-5)
        .endsWith("are the same, by 1.0E-5: they differ by 1.00e-06 at most"));
    assertTrue(found(csv, 1e-7).startsWith("1 of 4"));
  }

  @Test
  void otherTruthsPatientsFoldsAndColumnsAreTold() throws Exception {
    assertTrue(found(HEADER + ROWS.replace(",b,a", ",b,c"), 0)
        .startsWith(
            "what is true is in predictions.csv not what it is in the data in 1 row: patient p"));
    assertEquals(
        "patient r of predictions.csv is not in the data any more",
        found(HEADER + ROWS + "r,0,0,test,1,a,a\n", 0));
    assertTrue(found(HEADER + ROWS + "r,0,1,test,1,a,a\n", 0).contains("repeat 0 fold 1"));
    assertTrue(found("patient,repeat,fold,split,dx.probability.a,dx.true\n", 0)
        .endsWith("dx.predicted is lacking"));
  }

  private static ObjectNode metrics(double accuracy) {
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    ObjectNode fold = metrics.putArray("folds").addObject().put("repeat", 0).put("fold", 0);
    for (String side : List.of("train", "test")) {
      fold.putObject(side).putObject("dx").put("accuracy", accuracy).put("patients", 1);
    }
    metrics.putObject("mean").putObject("dx").put("accuracy", 0.5).put("patients", 1.0);
    ObjectNode std = metrics.putObject("std").putObject("dx");
    for (String name : List.of("accuracy", "patients")) {
      std.putNull(name).put(name + "_undefined", "there is one fold");
    }
    return metrics;
  }

  @Test
  void metricsFollowFromPredictionsAndMeansFromFolds() {
    ObjectNode computed = Json.MAPPER.createObjectNode();
    computed.putObject("dx").put("accuracy", 0.5).put("patients", 1L);
    List<PredictedAgain> again = List.of(again(computed));
    assertTrue(MetricsComparison.check(metrics(0.5), again, 0).startsWith("10 values"));
    String other = assertThrows(
            DataException.class, () -> MetricsComparison.check(metrics(0.75), again, 0))
        .getMessage();
    assertEquals(
        "3 of 10 values of metrics.json do not follow from the predictions and folds; the first is repeat-0-fold-0 train dx accuracy: 0.75"
            + " there, 0.5 computed again",
        other);
    ObjectNode mean = metrics(0.5);
    ((ObjectNode) mean.at("/mean/dx")).put("accuracy", 0.9);
    assertTrue(assertThrows(DataException.class, () -> MetricsComparison.check(mean, again, 0))
        .getMessage()
        .endsWith("the first is mean dx accuracy: 0.9 there, 0.5 computed again"));
    ObjectNode none = metrics(0.5);
    none.putArray("folds");
    assertTrue(assertThrows(DataException.class, () -> MetricsComparison.check(none, again, 0))
        .getMessage()
        .startsWith("metrics.json has nothing of repeat-0-fold-0"));
  }
}
