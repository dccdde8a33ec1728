/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.TargetKind;
import org.stroma.api.data.ModalityData;

class CohortCountsTest {
  private static final String TABLE =
      """
      patient,days,event,type
      a,100,1,x
      b,200,0,y
      c,,,
      d,300,1,x
      e,400,0,x
      """;

  @TempDir
  private Path folder;

  private CohortSummary summary;

  @BeforeEach
  void count() throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), TABLE);
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put(
        "os",
        new CohortSettings.TargetSettings(
            TargetKind.SURVIVAL, "days", "event", null, null, List.of()));
    targets.put(
        "dx",
        new CohortSettings.TargetSettings(TargetKind.CLASS, null, null, "type", null, List.of()));
    CohortReader reader = new CohortReader(
        folder, new CohortSettings("cohort.csv", "patient", null, targets, Set.of()), note -> {});
    SortedMap<String, CohortReader.Source> sources = new TreeMap<>();
    sources.put(
        "blood",
        new CohortReader.Source(
            context -> ModalityData.Matrix.of(
                List.of("hb", "age"),
                Map.of(
                    "a", new float[] {10, Float.NaN},
                    "b", new float[] {20, 50},
                    "d", new float[] {40, 70})),
            false));
    sources.put(
        "note",
        new CohortReader.Source(
            context -> ModalityData.Texts.of(Map.of("a", "text", "b", "text")), false));
    Cohort cohort = reader.read(sources, Purpose.TRAINING);
    summary = CohortCounts.of(
        reader, cohort, List.of(new Fold(0, 1, List.of("a", "b"), List.of(), List.of("d"))));
  }

  @Test
  void whoWasLeftOutIsThereWithTheReason() {
    assertEquals("cohort.csv", summary.table());
    assertEquals(5, summary.rows());
    assertEquals(5, summary.patients());
    assertEquals(
        List.of(
            new CohortSummary.Exclusion("no target is known", List.of("c")),
            new CohortSummary.Exclusion("none of the modalities is there", List.of("e"))),
        summary.excluded());
    assertEquals(3, summary.analysed().patients());
  }

  @Test
  void sidesOfFoldsAreToldByWhatTheirPatientsAreLike() {
    CohortSummary.Group all = summary.analysed();
    assertEquals(2, all.targets().get("os").events());
    assertEquals(
        new CohortSummary.Quartiles(3, 100, 150, 200, 250, 300),
        all.targets().get("os").values());
    assertEquals(Map.of("x", 2, "y", 1), all.targets().get("dx").classes());
    assertNull(all.targets().get("dx").events());
    assertEquals(Map.of("blood", 3, "note", 2), all.modalities());
    assertEquals(2, all.complete());
    assertEquals(
        new CohortSummary.Quartiles(2, 50, 55, 60, 65, 70),
        all.features().get("blood").get("age"));
    assertEquals(List.of("d"), summary.modalities().get("note").lacking());
    assertEquals(2, summary.modalities().get("blood").width());

    CohortSummary.FoldGroups fold = summary.folds().get(0);
    assertEquals(1, fold.fold());
    assertEquals(Map.of("x", 1, "y", 1), fold.train().targets().get("dx").classes());
    assertEquals(1, fold.test().targets().get("os").events());
    assertEquals(0, fold.test().modalities().get("note"));
    assertEquals(0, fold.test().complete());
    assertNull(fold.validation());
  }

  @Test
  void theFileHoldsAllOfIt() throws IOException {
    assertEquals(
        summary, CohortSummary.of(new ObjectMapper().readTree(summary.toJson().toString())));
  }

  @ParameterizedTest
  @CsvSource({
    "/analysed/targets/os, events",
    "/folds/0/test/targets/os, events",
    "/folds/0/train/targets/dx, classes",
    "/folds/0/train/targets/dx, kind",
    "/folds/0/train/targets, dx"
  })
  void whatLacksANumberIsDamaged(String of, String number) throws IOException {
    JsonNode json = new ObjectMapper().readTree(summary.toJson().toString());
    ((ObjectNode) json.at(of)).remove(number);
    assertTrue(assertThrows(IllegalArgumentException.class, () -> CohortSummary.of(json))
        .getMessage()
        .contains("damaged"));
  }
}
