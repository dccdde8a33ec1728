/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.Json;

class TargetStatisticsTest {
  private static List<Cohort.Survival> values(float... times) {
    List<Cohort.Survival> values = new ArrayList<>();
    for (float time : times) {
      values.add(new Cohort.Survival(time, true));
    }
    // censored times do not move the cuts
    values.add(new Cohort.Survival(1_000_000, false));
    return values;
  }

  @Test
  void cutsAreQuantilesOfEventTimes() {
    // R: quantile(c(1, 2, 3, 4, 10), c(.25, .5, .75)) is 2, 3, 4
    assertArrayEquals(
        new float[] {2, 3, 4}, TargetStatistics.cuts("os", 4, values(10, 4, 1, 3, 2)));
    assertArrayEquals(new float[] {2.5f}, TargetStatistics.cuts("os", 2, values(1, 2, 3, 4)));
    assertArrayEquals(new float[0], TargetStatistics.cuts("os", 0, values(1, 2)));
  }

  /** Of labels, the share among those of whom each is known; of counts, a mean above 0. */
  @Test
  void sharesOfLabelsAreOfThosePatientsOfWhomTheyAreKnown() {
    TargetInfo.Labels labels = TargetStatistics.labels(
            List.of("msi", "kras", "tp53"),
            List.of(
                new Cohort.LabelSet(
                    List.of(Cohort.Label.PRESENT, Cohort.Label.ABSENT, Cohort.Label.UNKNOWN)),
                new Cohort.LabelSet(
                    List.of(Cohort.Label.UNKNOWN, Cohort.Label.ABSENT, Cohort.Label.UNKNOWN)),
                new Cohort.LabelSet(
                    List.of(Cohort.Label.ABSENT, Cohort.Label.PRESENT, Cohort.Label.UNKNOWN))))
        .requireLabels();
    assertArrayEquals(new float[] {0.5f, 1 / 3f, 0.5f}, labels.shares());
    assertEquals(List.of("msi", "kras", "tp53"), labels.names());
    assertEquals(
        2,
        TargetStatistics.count(List.of(new Cohort.NumberValue(0), new Cohort.NumberValue(4)))
            .requireCount()
            .mean());
    assertEquals(
        1,
        TargetStatistics.count(List.of(new Cohort.NumberValue(0)))
            .requireCount()
            .mean(),
        "all are 0");
  }

  private static String json(TargetInfo info) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    TargetStatistics.write(info, json);
    return json.toString();
  }

  @Test
  void whatWasLearnedIsTheSameAfterItWasWrittenAndRead() throws Exception {
    TargetInfo.Classes classes =
        TargetInfo.classes(new float[] {0.1f, 0.9f}, List.of("LUAD", "LUSC"));
    for (TargetInfo info : List.of(
        TargetInfo.survival(),
        TargetInfo.survival(1 / 3f, 20),
        classes,
        TargetInfo.number(1 / 3f, 7),
        TargetInfo.count(1 / 3f),
        TargetInfo.labels(new float[] {0.25f, 1 / 3f}, List.of("msi", "kras")),
        TargetInfo.patches("wsi", classes))) {
      TargetInfo read = TargetStatistics.read(Json.MAPPER.readTree(json(info)));
      assertEquals(info.getClass(), read.getClass());
      assertEquals(json(info), json(read));
    }
    assertArrayEquals(
        new float[] {1 / 3f, 20},
        TargetStatistics.read(Json.MAPPER.readTree(json(TargetInfo.survival(1 / 3f, 20))))
            .requireSurvival()
            .cuts());
  }

  /** Before, all kinds were written with all keys, and without names. */
  @Test
  void runsOfBeforeAreRead() throws Exception {
    String before =
        "{'kind':'%s','classes':2,'shares':[0.25,0.75],'cuts':[3.5],'mean':1.5,'scale':2.5,'modality':'wsi'}"
            .replace('\'', '"');
    TargetInfo.Patches patches =
        TargetStatistics.read(Json.MAPPER.readTree(before.formatted("PATCHES"))).requirePatches();
    assertEquals("wsi", patches.modality());
    assertArrayEquals(new float[] {0.25f, 0.75f}, patches.shares());
    assertEquals(List.of(), patches.names());
    assertArrayEquals(
        new float[] {3.5f},
        TargetStatistics.read(Json.MAPPER.readTree(before.formatted("SURVIVAL")))
            .requireSurvival()
            .cuts());
    assertEquals(
        2.5f,
        TargetStatistics.read(Json.MAPPER.readTree(before.formatted("NUMBER")))
            .requireNumber()
            .scale());
  }

  @Test
  void tooFewTimesForTheBinsAreRefused() {
    String message = assertThrows(
            DataException.class, () -> TargetStatistics.cuts("os", 4, values(5, 5, 5, 5, 9)))
        .getMessage();
    assertTrue(message.contains("head os wants 4 time bins"), message);
    assertThrows(DataException.class, () -> TargetStatistics.cuts("os", 2, values()));
    assertThrows(DataException.class, () -> TargetStatistics.cuts("os", 4, values(1, 2, 3)));
  }

  /** Found by fuzzing: what a run keeps, changed; each would have been a fault of ours, or a silent 0. */
  @Test
  void whatCannotBeKeptIsRefused() throws Exception {
    for (String[] wrong : new String[][] {
      {"{'kind': 'CLASS', 'shares': {}, 'names': ['a', 'b']}", "0 shares of classes and 2 names"},
      {
        "{'kind': 'CLASS', 'shares': {'a': 1, 'b': 2}, 'names': []}",
        "a number of a list is not there"
      },
      {"{'kind': 'SURVIVAL', 'cuts': [null]}", "a number of a list is null"},
      {"{'kind': 'NUMBER', 'mean': 1}", "scale is not there"},
      {"{'kind': 'odd'}", "its kind is \"odd\""}
    }) {
      JsonNode kept =
          Json.MAPPER.readTree("{'os': ".replace('\'', '"') + wrong[0].replace('\'', '"') + "}");
      String message = assertThrows(
              DataException.class,
              () -> TargetStatistics.read(
                  kept, TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null)))
          .getMessage();
      assertTrue(message.contains(wrong[1]) && message.contains("head os"), message);
    }
  }
}
