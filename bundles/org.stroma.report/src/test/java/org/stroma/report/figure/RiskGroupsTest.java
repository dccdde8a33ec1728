/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.run.RunPredictions;
import org.stroma.run.RunReader;

class RiskGroupsTest {
  private static final JsonNode NONE = MissingNode.getInstance();

  @TempDir
  private Path run;

  private RunReader read(String rows) throws IOException {
    Files.writeString(
        run.resolve("experiment.json"),
        """
        {"name": "x", "cohort": {"targets": {"os": {"kind": "survival"}}},
         "model": {"heads": {"os": {"type": "survival", "target": "os"}}}}
        """);
    Files.writeString(
        run.resolve("predictions.csv"),
        "patient,repeat,fold,split,os.risk,os.time,os.event\n" + rows);
    return RunReader.of(run);
  }

  /** Of fold 0 the median of training is 2, of fold 1 it is 20; test patients have no part in it. */
  private static final String TWO_FOLDS =
      """
      x,0,0,train,1,1,1
      y,0,0,train,2,1,1
      z,0,0,train,3,1,1
      a,0,0,test,1.5,5,1
      b,0,0,test,100,3,1
      x,0,1,train,10,1,1
      y,0,1,train,30,1,1
      c,0,1,test,19,4,0
      d,0,1,test,21,2,1
      """;

  @Test
  void theCutIsTheMedianOfTheFoldsTrainingPatients() throws IOException {
    RunReader reader = read(TWO_FOLDS);
    RiskGroups groups = RiskGroups.of(reader.predictions(), NONE, reader.heads().get(0));
    assertArrayEquals(new double[] {4, 5}, groups.curve(0).times());
    assertArrayEquals(new double[] {2, 3}, groups.curve(1).times());
    assertEquals(2, groups.patients(0));
    assertEquals(5, groups.longest());
  }

  /** As the metrics group them: each model of a fold has its own median. */
  @Test
  void theCutIsThatOfTheMetrics() throws IOException {
    RunReader reader = read(TWO_FOLDS);
    JsonNode metrics = new ObjectMapper()
        .readTree("{\"folds\": [{\"repeat\": 0, \"fold\": 0, \"risk_cut\": {\"os\": 1.2}}]}");
    RiskGroups groups =
        RiskGroups.of(reader.predictions(), metrics, reader.heads().get(0));
    assertArrayEquals(new double[] {4}, groups.curve(0).times());
    assertArrayEquals(new double[] {2, 3, 5}, groups.curve(1).times());
  }

  @Test
  void overRepeatsTheMeanDistanceFromTheCutDecides() throws IOException {
    RunReader reader = read(
        TWO_FOLDS
            + """
        x,1,0,train,0,1,1
        a,1,0,test,0.4,5,1
        c,1,0,test,3,4,0
        """);
    RunPredictions predictions = reader.predictions();
    RunReader.Head head = reader.heads().get(0);
    // a: -0.5 and 0.4; c: -1 and 3
    assertArrayEquals(
        new double[] {5}, RiskGroups.of(predictions, NONE, head).curve(0).times());
    assertEquals(2, RiskGroups.of(predictions, NONE, head, 1).patients(1));
  }

  @Test
  void oneGroupAloneHasNoHazardRatioButAReason() throws IOException {
    RunReader reader = read("a,0,0,test,1,5,1\nb,0,0,test,2,6,1\n");
    RiskGroups groups = RiskGroups.of(reader.predictions(), NONE, reader.heads().get(0));
    assertEquals(0, groups.patients(0));
    assertFalse(groups.hazardRatio().ratio().defined());
    assertFalse(groups.logRank().defined());
  }
}
