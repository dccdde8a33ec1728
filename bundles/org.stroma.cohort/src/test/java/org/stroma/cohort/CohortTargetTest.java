/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;

class CohortTargetTest {
  private static final Cohort.Target OS = new Cohort.SurvivalTarget(
      Map.of("a", new Cohort.Survival(5, true), "b", new Cohort.Survival(7, false)));
  private static final Cohort.Target DX =
      new Cohort.ClassTarget(List.of("x", "y"), Map.of("a", new Cohort.ClassLabel(1)));
  private static final Cohort.Target AGE =
      new Cohort.NumberTarget(Map.of("a", new Cohort.NumberValue(61.5)));
  private static final Cohort.Target MITOSES =
      new Cohort.CountTarget(Map.of("a", new Cohort.NumberValue(3)));
  private static final Cohort.Target MUTATIONS = new Cohort.LabelsTarget(
      List.of("msi", "kras"),
      Map.of("a", new Cohort.LabelSet(List.of(Cohort.Label.PRESENT, Cohort.Label.UNKNOWN))));
  private static final Cohort.Target SEGMENTS =
      new Cohort.PatchTarget("wsi", List.of("stroma", "tumour"));

  @Test
  void aSideOfAFoldHasToHoldWhatItsKindIsLearnedFrom() {
    assertEquals(Optional.empty(), OS.lack(List.of("a", "b")));
    assertEquals(Optional.of("no event"), OS.lack(List.of("b", "c")), "b is censored");
    assertEquals(Optional.empty(), DX.lack(List.of("a")));
    assertEquals(Optional.of("no patient with a class"), DX.lack(List.of("b")));
    assertEquals(Optional.of("no patient with a number"), AGE.lack(List.of("b")));
    assertEquals(Optional.of("no patient with a count"), MITOSES.lack(List.of("b")));
    assertEquals(Optional.empty(), MUTATIONS.lack(List.of("a")));
    assertEquals(Optional.of("no patient with a label"), MUTATIONS.lack(List.of("b")));
    assertEquals(Optional.empty(), SEGMENTS.lack(List.of("b")), "the bags have them");
  }

  @Test
  void eventsAndClassesAreStrataAndNumbersAreNot() {
    assertEquals(Optional.of("os.event"), OS.strata("os"));
    assertEquals(Optional.of("dx"), DX.strata("dx"));
    assertEquals(Optional.empty(), AGE.strata("age"));
    assertEquals(Optional.empty(), MITOSES.strata("mitoses"));
    assertEquals(Optional.empty(), MUTATIONS.strata("mutations"));
    assertEquals(Optional.empty(), SEGMENTS.strata("seg"));
    assertEquals("true", OS.values().get("a").stratum());
    assertEquals("false", OS.values().get("b").stratum());
    assertEquals("1", DX.values().get("a").stratum());
  }

  @Test
  void timesAndNumbersAreMeasurementsAndClassesAreNone() {
    assertEquals(
        List.of(true, false, true, false, true, false),
        List.of(
            OS.measured(),
            DX.measured(),
            AGE.measured(),
            SEGMENTS.measured(),
            MITOSES.measured(),
            MUTATIONS.measured()));
    assertEquals(Double.NaN, MUTATIONS.values().get("a").measurement());
    assertEquals(7.0, OS.values().get("b").measurement());
    assertEquals(61.5, AGE.values().get("a").measurement());
    assertEquals(Double.NaN, DX.values().get("a").measurement());
  }

  @Test
  void aTargetOfWhichNothingIsKnownIsOfTheKindThatSettingsSay() {
    for (TargetKind kind : TargetKind.values()) {
      CohortSettings.TargetSettings settings = new CohortSettings.TargetSettings(
          kind, "t", "e", "c", "wsi", List.of(), List.of("x", "y"), List.of(), 0);
      Cohort.Target target = Cohort.Target.unknown(settings, List.of("x", "y"));
      assertEquals(kind, target.kind());
      assertEquals(Map.of(), target.values());
      boolean named =
          kind == TargetKind.CLASS || kind == TargetKind.PATCHES || kind == TargetKind.LABELS;
      assertEquals(named ? List.of("x", "y") : List.of(), target.classes());
    }
  }
}
