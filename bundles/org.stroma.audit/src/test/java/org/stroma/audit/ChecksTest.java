/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSettings;

/** Each check finds what it is for, and says nothing where it is not there. */
class ChecksTest {
  private static final int PATIENTS = 120;

  private static Finding worst(Check check, Subject subject) {
    return check.of(subject).stream()
        .min((a, b) -> a.level().compareTo(b.level()))
        .orElseThrow();
  }

  private static TestSubjects subject() {
    return new TestSubjects(PATIENTS, 3);
  }

  private static Map<String, float[]> noise() {
    Random random = new Random(1);
    Map<String, float[]> rows = new TreeMap<>();
    for (String patient : TestSubjects.patients(PATIENTS)) {
      float[] row = new float[4];
      for (int i = 0; i < 4; i++) {
        row[i] = (float) random.nextGaussian();
      }
      rows.put(patient, row);
    }
    return rows;
  }

  /** A pretraining has no folds and no heads; a run may have lost its data. */
  @Test
  void eachCheckSaysSomethingWhateverThereIs() {
    String nothing = "{\"cohort\": {\"table\": \"c.csv\", \"id\": \"id\"}}";
    for (Subject subject : List.of(
        subject().experiment(nothing).get(List.of()),
        subject().experiment(nothing).rows(Map.of()).get(List.of()),
        subject().get(List.of()),
        subject().get())) {
      Audit.of(subject).findings().forEach((check, findings) -> {
        assertFalse(findings.isEmpty(), check.name());
        findings.forEach(finding -> assertEquals(check.name(), finding.check()));
      });
    }
  }

  @Test
  void aPatientOnTwoSidesIsAProblem() {
    Subject subject = subject()
        .get(List.of(new Sides(
            0, 2, List.of("p000", "p001"), List.of("p002"), List.of("p003", "p001", "P 2"))));
    List<Finding> findings = new LeakageCheck().of(subject);
    assertEquals(Level.PROBLEM, findings.get(0).level());
    assertTrue(
        findings.get(0).sentence().contains("repeat 0 fold 2: 1 patient")
            && findings.get(0).sentence().contains("p001"),
        findings.get(0).sentence());
    assertEquals("/evaluation/split", findings.get(0).place().get("pointer"));
    assertEquals(Level.CAUTION, findings.get(1).level());
    assertTrue(findings.get(1).sentence().contains("P 2"), findings.get(1).sentence());
    assertEquals(Level.FINE, worst(new LeakageCheck(), subject().get()).level());
  }

  @Test
  void whatIsAllowedIsToldWithItsReasonAndWhatIsNotIsAProblem() {
    TestSubjects twins =
        subject().permitted(CohortSettings.IDENTICAL_DATA, "patients a and b are alike");
    Finding refused = worst(new LeakageCheck(), twins.get());
    assertEquals(Level.PROBLEM, refused.level());
    assertTrue(refused.sentence().startsWith("Patients a and b are alike."), refused.sentence());
    Finding allowed = worst(
        new LeakageCheck(),
        twins
            .with("\"id\": \"id\",", "\"id\": \"id\", \"allow\": {\"identical-data\": \"twins\"},")
            .get());
    assertEquals(Level.CAUTION, allowed.level());
    assertTrue(
        allowed.sentence().endsWith("allows identical-data: \"twins\"."), allowed.sentence());
    Finding unexplained = worst(
        new LeakageCheck(),
        twins.with("{\"identical-data\": \"twins\"}", "[\"identical-data\"]").get());
    assertTrue(unexplained.sentence().endsWith("and gives no reason."), unexplained.sentence());
  }

  @Test
  void sitesOnBothSidesAreToldOfBarcodes() {
    assertEquals(Level.NOT_APPLICABLE, worst(new SiteCheck(), subject().get()).level());
    List<String> training = List.of("TCGA-AB-0001", "TCGA-AB-0002", "tcga-cd-0003");
    Finding mixed = worst(
        new SiteCheck(),
        subject()
            .get(List.of(
                new Sides(0, 0, training, List.of(), List.of("TCGA-CD-0004", "TCGA-EF-0005")))));
    assertEquals(Level.CAUTION, mixed.level());
    assertEquals(3, mixed.evidence().get("sites"));
    assertEquals(0.5, mixed.evidence().get("share_tested_at_known_sites"));
    assertEquals(
        Level.FINE,
        worst(
                new SiteCheck(),
                subject()
                    .get(List.of(new Sides(0, 0, training, List.of(), List.of("TCGA-EF-0005")))))
            .level());
  }

  @Test
  void eventsAreCountedAgainstInputs() {
    Finding finding = worst(new EventsCheck(), subject().get());
    // 60 events, 40 of them in the training patients of each fold, 4 inputs, 100 trained numbers
    assertEquals(Level.FINE, finding.level());
    assertEquals(40, finding.evidence().get("least"));
    assertEquals(4L, finding.evidence().get("inputs"));
    assertEquals(10.0, finding.evidence().get("per_input"));
    Finding few = worst(
        new EventsCheck(),
        subject()
            .target(TestSubjects.survival(PATIENTS, i -> 1 + i, i -> i % 4 == 0))
            .get());
    assertEquals(Level.CAUTION, few.level());
    assertTrue(few.sentence().contains("20 events: 5.00 for each of the 4 inputs"), few.sentence());
  }

  @Test
  void smallFoldsRareClassesAndOneSplitAreTold() {
    List<Finding> findings = new FoldsCheck().of(subject().get());
    assertEquals(20, findings.get(0).evidence().get("least"));
    assertEquals(60, findings.get(0).evidence().get("pooled"));
    assertEquals(Level.CAUTION, findings.get(0).level(), "60 events are fewer than 100");
    assertTrue(findings.get(1).sentence().startsWith("120 patients in 3 folds, once."));
    Map<String, Cohort.ClassLabel> labels = new TreeMap<>();
    TestSubjects.patients(PATIENTS)
        .forEach(p -> labels.put(p, new Cohort.ClassLabel(p.endsWith("00") ? 1 : 0)));
    Subject rare = subject()
        .with("survival", "class")
        .target(new Cohort.ClassTarget(List.of("no", "yes"), labels))
        .get();
    Finding finding = worst(new BalanceCheck(), rare);
    assertEquals(Level.CAUTION, finding.level());
    assertTrue(
        finding.sentence().startsWith("os: the rarest is yes with 2 of 120"), finding.sentence());
    assertEquals(Level.FINE, worst(new BalanceCheck(), subject().get()).level());
  }

  @Test
  void followUpThatDiffersBetweenSidesIsTold() {
    assertEquals(Level.FINE, worst(new FollowUpCheck(), subject().get()).level());
    // whoever fold 0 tests was followed for a tenth of the time
    Finding shorter = worst(
        new FollowUpCheck(),
        subject()
            .target(TestSubjects.survival(
                PATIENTS, i -> (i % 3 == 0 ? 0.1 : 1) * (1 + i), i -> i % 2 == 0))
            .get());
    assertEquals(Level.CAUTION, shorter.level());
    assertTrue(shorter.sentence().contains("repeat 0 fold 0"), shorter.sentence());
  }

  /** Nobody is censored here: follow-up is not known to end. */
  @Test
  void anotherEventIsNoEndOfFollowUp() {
    Map<String, Cohort.Survival> values = new TreeMap<>();
    TestSubjects.survival(PATIENTS, i -> 1 + i, i -> i % 2 == 0)
        .values()
        .forEach((patient, value) ->
            values.put(patient, new Cohort.Survival(value.time(), value.event(), !value.event())));
    Finding finding = worst(
        new FollowUpCheck(), subject().target(new Cohort.SurvivalTarget(values)).get());
    assertTrue(finding.sentence().contains("is not reached"), finding.sentence());
    assertTrue(worst(
            new BalanceCheck(),
            subject().target(new Cohort.SurvivalTarget(values)).get())
        .sentence()
        .endsWith("the others are censored, or had another event first."));
  }

  @Test
  void selectionNeedsInnerFolds() {
    assertEquals(Level.FINE, worst(new SelectionCheck(), subject().get()).level());
    String split = "\"split\": {\"type\": \"k-fold\"}";
    String candidates = ", \"candidates\": [{\"name\": \"a\"}, {\"name\": \"b\"}]";
    assertEquals(
        Level.PROBLEM,
        worst(new SelectionCheck(), subject().with(split, split + candidates).get())
            .level());
    assertEquals(
        Level.FINE,
        worst(
                new SelectionCheck(),
                subject()
                    .with(split, split + candidates + ", \"inner\": {\"type\": \"k-fold\"}")
                    .get())
            .level());
    Finding sweep = worst(
        new SelectionCheck(),
        subject()
            .with("\"evaluation\"", "\"sweep\": {\"trials\": 9}, \"evaluation\"")
            .get());
    assertEquals(Level.PROBLEM, sweep.level());
    assertEquals("/sweep", sweep.place().get("pointer"));
  }

  @Test
  void missingDataThatTellTheOutcomeAreTold() {
    assertEquals(
        Level.FINE, worst(new MissingDataCheck(), subject().rows(noise()).get()).level());
    // whoever dies early lacks the modality
    Set<String> early = Set.copyOf(TestSubjects.patients(PATIENTS).subList(0, 20));
    Finding gap =
        worst(new MissingDataCheck(), subject().rows(noise()).lacking(early).get());
    assertEquals(Level.CAUTION, gap.level());
    assertTrue(
        gap.sentence().contains("they differ in os (log-rank, adjusted p < 0.001)"),
        gap.sentence());
    assertEquals("m", gap.place().get("modality"));
    // every sixth patient
    Set<String> random = new HashSet<>();
    for (int i = 0; i < PATIENTS; i += 6) {
      random.add(TestSubjects.patients(PATIENTS).get(i + i / 6 % 2));
    }
    Finding chance =
        worst(new MissingDataCheck(), subject().rows(noise()).lacking(random).get());
    assertTrue(chance.sentence().contains("they do not clearly differ"), chance.sentence());

    Map<String, float[]> rows = noise();
    early.forEach(patient -> rows.get(patient)[2] = Float.NaN);
    rows.get("p100")[1] = Float.NaN;
    Finding cells = worst(new MissingDataCheck(), subject().rows(rows).get());
    assertEquals("c", cells.place().get("column"));
    assertEquals(21L, cells.evidence().get("missing"));
    assertEquals(2, cells.evidence().get("columns_with_missing_cells"));
    assertTrue(cells.sentence().contains("goes with the outcome in c"), cells.sentence());
  }

  @Test
  void rowsThatAreThereTwiceAreTold() {
    Map<String, float[]> rows = noise();
    assertEquals(
        Level.FINE, worst(new DuplicatesCheck(), subject().rows(rows).get()).level());
    rows.put("p007", rows.get("p010").clone());
    Finding twice = worst(new DuplicatesCheck(), subject().rows(rows).get());
    assertEquals(Level.CAUTION, twice.level());
    assertEquals(List.of("p007", "p010"), twice.evidence().get("first"));
    Finding tied = worst(
        new DuplicatesCheck(),
        subject()
            .rows(noise())
            .target(TestSubjects.survival(PATIENTS, i -> 1 + i / 10, i -> true))
            .get());
    assertTrue(tied.sentence().contains("120 of 120 events"), tied.sentence());
  }

  @Test
  void aFeatureThatIsTheOutcomeIsAProblem() {
    Map<String, float[]> rows = noise();
    assertEquals(
        Level.FINE, worst(new TellingFeatureCheck(), subject().rows(rows).get()).level());
    for (int i = 0; i < PATIENTS; i++) {
      // months instead of days, and the other way round
      rows.get(TestSubjects.patients(PATIENTS).get(i))[3] = -(1 + i) / 30.4f;
    }
    Finding telling = worst(new TellingFeatureCheck(), subject().rows(rows).get());
    assertEquals(Level.PROBLEM, telling.level());
    assertEquals("d", telling.place().get("column"));
    assertEquals(1.0, telling.evidence().get("strength"));
  }

  @Test
  void calibrationIsLookedForAmongTheMetrics() {
    assertEquals(Level.CAUTION, worst(new CalibrationCheck(), subject().get()).level());
    Finding there = worst(
        new CalibrationCheck(),
        subject()
            .with(
                "\"evaluation\": {",
                "\"evaluation\": {\"metrics\": [{\"type\": \"c-index\"}, {\"type\": \"calibration-slope\"}],")
            .get());
    assertEquals(Level.FINE, there.level());
    assertEquals(List.of("calibration-slope"), there.evidence().get("metrics"));
  }

  @Test
  void theSameFindingsStandOnTheScreenInJsonAndInMarkdown() {
    Audit audit = Audit.of(subject()
        .rows(noise())
        .permitted(
            CohortSettings.SIMILAR_IDS, "column id names 1 patient in several ways: a_1 and A*1")
        .get());
    assertEquals(1, audit.count(Level.PROBLEM));
    String plain = AuditText.plain(audit);
    assertTrue(plain.lines().allMatch(line -> line.length() <= 100 && !line.endsWith(" ")), plain);
    assertTrue(plain.contains("  PROBLEM         Column id names 1 patient"), plain);
    assertTrue(
        plain.endsWith(audit.tally() + "\n") && audit.tally().startsWith("1 problem, "), plain);
    String markdown = AuditText.markdown(audit);
    assertTrue(
        markdown.startsWith("# Audit of `e.json`") && markdown.contains("a\\_1 and A\\*1"),
        markdown);
    JsonNode json = audit.json();
    assertEquals(1, json.at("/counts/problem").asInt());
    assertEquals("experiment", json.path("kind").asText());
    long findings = audit.findings().values().stream().mapToLong(List::size).sum();
    assertEquals(findings, json.path("findings").size());
    for (JsonNode finding : json.path("findings")) {
      assertFalse(finding.path("place").isEmpty(), finding.toString());
      assertTrue(finding.path("sentence").asText().endsWith("."), finding.toString());
    }
  }
}
