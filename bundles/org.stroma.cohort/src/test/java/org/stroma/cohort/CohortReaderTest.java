/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Reader;

class CohortReaderTest {
  private static final CohortSettings.VisitSettings BY_DATE =
      new CohortSettings.VisitSettings("visit_id", "", "date");

  @TempDir
  private Path folder;

  private final List<String> notes = new ArrayList<>();
  private Set<String> allow = Set.of();

  private CohortSettings settings(String table, CohortSettings.VisitSettings visit) {
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put(
        "os",
        new CohortSettings.TargetSettings(
            TargetKind.SURVIVAL, "days", "event", null, null, List.of()));
    return new CohortSettings(table, "patient", visit, targets, allow);
  }

  private CohortReader reader(String text, CohortSettings.VisitSettings visit) throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), text);
    return new CohortReader(folder, settings("cohort.csv", visit), notes::add);
  }

  private static SortedMap<String, CohortReader.Source> source(Reader reader, boolean perPatient) {
    return new TreeMap<>(Map.of("m", new CohortReader.Source(reader, perPatient)));
  }

  /** Gives every sample of the cohort's table, as the reader sees it, its number. */
  private static final Reader NUMBERED = context -> {
    Map<String, float[]> rows = new LinkedHashMap<>();
    context.cohort().rows().keySet().forEach(sample -> rows.put(sample, new float[] {rows.size()}));
    return ModalityData.Matrix.of(List.of("n"), rows);
  };

  private static final String VISITS =
      """
      visit_id,patient,date,days,event
      v3,a,2024-03-01,900,1
      v1,a,2024-01-01,900,1
      w1,b,2024-05-05T06:00:00Z,,
      w2,b,2024-05-05 18:00:00,300,0
      v2,a,2024-01-31,,
      """;

  @Test
  void visitsAreInTheOrderOfTimeWithRealDaysSinceTheFirst() throws IOException {
    Cohort cohort = reader(VISITS, BY_DATE).read(source(NUMBERED, false), Purpose.TRAINING);
    assertEquals(List.of("a", "b"), cohort.patients());
    assertEquals(
        List.of(new Cohort.Visit("v1", 0), new Cohort.Visit("v2", 30), new Cohort.Visit("v3", 60)),
        cohort.visits().get("a"));
    assertEquals(
        List.of(new Cohort.Visit("w1", 0), new Cohort.Visit("w2", 0.5f)),
        cohort.visits().get("b"));
    assertEquals(
        new Cohort.Survival(300, false), cohort.targets().get("os").values().get("b"));
  }

  @Test
  void dataOfThePatientAreThoseOfEachVisit() throws IOException {
    Cohort cohort = reader(VISITS, BY_DATE).read(source(NUMBERED, true), Purpose.TRAINING);
    ModalityData.Matrix m = (ModalityData.Matrix) cohort.modalities().get("m");
    assertEquals(0, m.rows().get("v2")[0]);
    assertEquals(0, m.rows().get("v3")[0]);
    assertEquals(1, m.rows().get("w2")[0]);
  }

  @Test
  void visitsWithoutAnythingAreNone() throws IOException {
    Reader some = context ->
        ModalityData.Matrix.of(List.of("n"), Map.of("v1", new float[1], "v3", new float[1]));
    Cohort cohort = reader(VISITS, BY_DATE).read(source(some, false), Purpose.TRAINING);
    assertEquals(List.of("a"), cohort.patients());
    assertEquals(
        List.of(new Cohort.Visit("v1", 0), new Cohort.Visit("v3", 60)),
        cohort.visits().get("a"));
    assertEquals(
        List.of(
            "target os: 2 patients, 1 with an event",
            "patient b left out: none of the modalities [m] is there"),
        notes);
  }

  private static final String SEVERAL =
      "patient,days,event\na,10,1\nb,20,0\nc,30,2\nd,0,3.0\ne,0,0\nf,5,2\n";

  private Cohort.SurvivalTarget several(int cause) throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), SEVERAL);
    SortedMap<String, CohortSettings.TargetSettings> targets =
        new TreeMap<>(Map.of("os", CohortSettings.TargetSettings.survival("days", "event", cause)));
    return (Cohort.SurvivalTarget) new CohortReader(
            folder, new CohortSettings("cohort.csv", "patient", null, targets, allow), notes::add)
        .read(source(NUMBERED, false), Purpose.TRAINING)
        .targets()
        .get("os");
  }

  @Test
  void theCauseIsTheEventAndOthersCompeteWithIt() throws IOException {
    Cohort.SurvivalTarget second = several(2);
    assertEquals(new Cohort.Survival(30, true), second.values().get("c"));
    assertEquals(new Cohort.Survival(10, false, true), second.values().get("a"));
    assertEquals(new Cohort.Survival(20, false), second.values().get("b"));
    assertEquals(new Cohort.Survival(0, false, true), second.values().get("d"));
    assertTrue(second.hasCompeting());
    assertTrue(
        notes.contains(
            "target os: 5 patients, 2 with event 2, 2 with another event, who are censored then in training; 1 without"),
        notes.toString());
    assertEquals(new Cohort.Survival(10, true), several(1).values().get("a"));
    assertTrue(assertThrows(DataException.class, () -> several(4))
        .getMessage()
        .contains("has no events in column event; a survival model needs at least one 4"));
  }

  /** One sentence, however many patients. */
  @Test
  void codesOfEventsWithoutACauseAreRefused() {
    assertEquals(
        folder.resolve("cohort.csv")
            + ": patient c, column event is \"2\"; it has to be 1 for an event and 0 for censoring (and so has that of 2 more); if other "
            + "numbers are other events, which compete with it, say which one is predicted, such as \"cause\": 1 in target os",
        assertThrows(DataException.class, () -> several(0)).getMessage());
  }

  @Test
  void datesAndTargetsThatCannotBeAreRefused() throws IOException {
    refuses(
        VISITS.replace("2024-03-01", "March"),
        "visit v3, column date is \"March\"; it has to be a date such as");
    refuses(
        VISITS.replace("v1,a,2024-01-01,900", "v1,a,2024-01-01,800"),
        "the visits of patient a give column days as 800 and as 900");
    refuses(VISITS.replace("w1,b,", "w1,,"), "visit w1 has no patient in column patient");
  }

  private void refuses(String table, String words) throws IOException {
    CohortReader reader = reader(table, BY_DATE);
    String message = assertThrows(
            DataException.class, () -> reader.read(source(NUMBERED, false), Purpose.TRAINING))
        .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void manifestsBecomeATable() throws IOException {
    Files.writeString(
        folder.resolve("train_metadata.json"),
        "{\"samples\": [{\"patient\": \"a\", \"days\": 5, \"event\": 1, \"wsi_file\": [\"1.h5\", \"2.h5\"]}]}");
    Files.writeString(
        folder.resolve("test_metadata.json"),
        "{\"samples\": [{\"patient\": \"b\", \"days\": 7, \"event\": null}]}");
    CohortReader reader =
        new CohortReader(folder, settings("{split}_metadata.json", null), notes::add);
    assertEquals(
        "{a={patient=a, days=5, event=1, wsi_file=1.h5;2.h5, split=train}, "
            + "b={patient=b, days=7, event=, wsi_file=, split=test}}",
        reader.cohort().rows().toString());
    assertEquals(2, reader.files().size());
    Files.writeString(folder.resolve("val_metadata.json"), "{\"samples\": [{\"patient\": \"a\"}]}");
    String twice = assertThrows(
            DataException.class,
            () -> new CohortReader(folder, settings("{split}_metadata.json", null), notes::add))
        .getMessage();
    assertTrue(twice.contains("patient a stands there twice (in train and in val)"), twice);
  }

  @Test
  void slidesOfATemporalManifestAreVisits() throws IOException {
    Files.writeString(
        folder.resolve("train_temporal_metadata.json"),
        "{\"samples\": [{\"patient\": \"a\", \"days\": 500, \"event\": 1, \"slides\": ["
            + "{\"wsi_file\": \"late.h5\", \"timestamp\": \"2021-01-11\"},"
            + "{\"wsi_file\": \"early.h5\", \"timestamp\": \"2021-01-01\"}]}]}");
    CohortSettings.VisitSettings visit =
        new CohortSettings.VisitSettings("visit_id", "", "timestamp");
    Cohort cohort = new CohortReader(
            folder, settings("{split}_temporal_metadata.json", visit), notes::add)
        .read(source(NUMBERED, false), Purpose.TRAINING);
    assertEquals(
        List.of(new Cohort.Visit("a/2", 0), new Cohort.Visit("a/1", 10)),
        cohort.visits().get("a"));
    assertEquals("early.h5", cohort.table().rows().get("a/2").get("wsi_file"));
  }

  @Test
  void templatesFindTheFilesOfEachSample() throws IOException {
    Files.createDirectories(folder.resolve("f"));
    for (String name : List.of("a-1.h5", "a-2.h5", "b.h5", "x.h5")) {
      Files.writeString(folder.resolve("f/" + name), "");
    }
    Files.writeString(
        folder.resolve("slides.csv"), "patient,slide\na,a-1\na,a-2\nb,b\nstranger,q\n");
    CohortReader reader = reader(
        "patient,slide,bad,days,event\na,a-1; a-2,x,1,1\nb,,y,2,0\nc,NA,../../etc/passwd,3,1\n",
        null);
    Path f = folder.resolve("f");
    assertEquals(
        Map.of("a", List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5"))),
        reader.files("f/{slide}.h5", "", false));
    assertEquals(
        Map.of(
            "a",
            List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5")),
            "b",
            List.of(f.resolve("b.h5"))),
        reader.files("f/{slide}.h5", "slides.csv", false));
    assertEquals(
        Map.of(
            "a",
            List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5")),
            "b",
            List.of(f.resolve("b.h5"))),
        reader.files("f/{patient}*.h5", "", true));
    assertTrue(reader.files().contains(f.resolve("a-2.h5")), "for provenance");
    refusesFiles(reader, "f/{bad}.h5", "sample b: there is no file " + f.resolve("y.h5"));
    refusesFiles(reader, "f/{none}.h5", "names a column none that is not there");
    refusesFiles(reader, "f/a-1.h5", "has to name a column");
    notes.clear();
    Files.writeString(f.resolve("y.h5"), "");
    refusesFiles(reader, "f/{bad}.h5", "leads out of its folder");
  }

  /** Found by fuzzing: what a cell may hold and a path may not, and cells whose names multiply. */
  @Test
  void cellsThatCanNameNoFileAreASentence() throws IOException {
    Files.writeString(
        folder.resolve("m.json"),
        "{\"samples\": [{\"patient\": \"a\", \"nul\": \"x\\u0000y\", \"half\": \"\\ud800\"}]}");
    CohortReader manifest = new CohortReader(
        folder,
        new CohortSettings("m.json", "patient", null, new TreeMap<>(), Set.of()),
        notes::add);
    refusesFiles(manifest, "f/{nul}.h5", "column nul is \"x?y\", which is no name of a file");
    refusesFiles(manifest, "f/{half}.h5", "column half is \"?\", which is no name of a file");
    String many = "a;".repeat(1000);
    CohortReader reader = reader("patient,p,q,days,event\na," + many + "," + many + ",1,1\n", null);
    refusesFiles(reader, "f/{p}/{q}.h5", "name more than 100000 files");
  }

  /** Found by fuzzing: what Jackson says of these names its own classes, or no line. */
  @Test
  void manifestsThatAreNoneAreASentence() throws IOException {
    for (String[] bad : new String[][] {
      {"{\"samples\": []} {}", "something follows behind its end"},
      {"{\"samples\": " + "[".repeat(2000), "m.json is no JSON"},
      {"{\"samples\": [], \"samples\": []}", "Duplicate field 'samples'"},
      {
        "{\"samples\": [{\"patient\": \"a\", \"slides\": [7]}]}",
        "/samples/0/slides/0 has to be an object"
      },
      {"{\"samples\": }", "line 1"}
    }) {
      Files.writeString(folder.resolve("m.json"), bad[0]);
      CohortSettings settings = new CohortSettings(
          "m.json",
          "patient",
          new CohortSettings.VisitSettings("visit", "", "date"),
          new TreeMap<>(),
          Set.of());
      String message = assertThrows(
              DataException.class, () -> new CohortReader(folder, settings, notes::add))
          .getMessage();
      assertTrue(message.contains(bad[1]) && !message.contains("jackson"), message);
    }
  }

  private static void refusesFiles(CohortReader reader, String template, String words) {
    String message = assertThrows(DataException.class, () -> reader.files(template, "", false))
        .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void labelsOfPatchesHaveToBeClasses() throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), "patient\na\nb\n");
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put(
        "tissue",
        new CohortSettings.TargetSettings(
            TargetKind.PATCHES, null, null, null, "m", List.of("stroma", "tumour")));
    CohortSettings settings = new CohortSettings("cohort.csv", "patient", null, targets, Set.of());
    Cohort cohort = new CohortReader(folder, settings, notes::add)
        .read(
            source(
                c -> ModalityData.Bags.of(
                    1, Map.of("a", labelled(-1, 1), "b", Bag.of(1, new float[2], null))),
                false),
            Purpose.TRAINING);
    assertEquals(List.of("a"), cohort.patients(), "b has no labels");
    String message = assertThrows(
            DataException.class, () -> new CohortReader(folder, settings, notes::add)
                .read(
                    source(c -> ModalityData.Bags.of(1, Map.of("a", labelled(0, 2))), false),
                    Purpose.TRAINING))
        .getMessage();
    assertTrue(
        message.contains(
            "sample a: patch 2 has the label 2; it has to be the place of a class in [stroma, tumour]"),
        message);
  }

  private Cohort read(String table, Purpose purpose) throws IOException {
    return reader(table, null).read(source(NUMBERED, false), purpose);
  }

  private String refused(String table) {
    return assertThrows(DataException.class, () -> read(table, Purpose.TRAINING))
        .getMessage();
  }

  @Test
  void onePatientUnderTwoIdsIsRefused() throws IOException {
    for (String twin : List.of(
        "TCGA-OR-A5J1-01A",
        "tcga-or-a5j1",
        "TCGA.OR.A5J1",
        "TCGA OR A5J1",
        "TCGA_OR_A5J1",
        "TCGA\u2013OR\u2013A5J1")) {
      String table = "patient,days,event\nTCGA-OR-A5J1,1,1\n" + twin + ",1,1\nTCGA-OR-A5J2,2,0\n";
      String message = refused(table);
      assertTrue(message.contains("TCGA-OR-A5J1 and " + twin), message);
      allow = Set.of(CohortSettings.SIMILAR_IDS);
      assertEquals(3, read(table, Purpose.TRAINING).patients().size());
      allow = Set.of();
    }
    assertTrue(refused("patient,days,event\n007,1,1\n7,2,0\n").contains("007 and 7"));
    assertTrue(refused("patient,days,event\n101.0,1,1\n101,2,0\n").contains("101.0 and 101"));
    assertTrue(refused("patient,days,event\nP7,1,1\nP07,2,0\n").contains("P7 and P07"));
    assertTrue(refused("patient,days,event\nP 7,1,1\nP7,2,0\n").contains("P 7 and P7"));
    assertEquals(
        4,
        read("patient,days,event\nP1-11,1,1\nP11-1,2,0\nP1,3,1\nP10,3,1\n", Purpose.TRAINING)
            .patients()
            .size());
  }

  private static final List<String> GENES = List.of("p", "q", "r", "s", "t", "u");

  /** Patients p0 to p39 with six measurements each, and whoever is added. */
  private String cohortOf(Map<String, float[]> rows, String... others) {
    java.util.Random random = new java.util.Random(8);
    StringBuilder table = new StringBuilder("patient,days,event\n");
    for (int i = 0; i < 40; i++) {
      float[] row = new float[GENES.size()];
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.round(random.nextGaussian() * 10_000) / 10_000f;
      }
      rows.putIfAbsent("p" + i, row);
      table.append("p").append(i).append(',').append(i + 1).append(",1\n");
    }
    for (int i = 0; i < others.length; i++) {
      table.append(others[i]).append(',').append(100 + i).append(",0\n");
    }
    return table.toString();
  }

  private static Reader matrix(Map<String, float[]> rows) {
    return context -> ModalityData.Matrix.of(GENES, rows);
  }

  private String refused(Map<String, float[]> rows, String table) {
    return assertThrows(DataException.class, () -> reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING))
        .getMessage();
  }

  @Test
  void patientsWithTheSameNumbersAreRefused() throws IOException {
    Map<String, float[]> rows = new LinkedHashMap<>();
    String table = cohortOf(rows, "other", "third");
    float[] own = rows.get("p7");
    rows.put("other", own.clone());
    String message = refused(rows, table);
    assertTrue(
        message.startsWith("modality m: patients other and p7 have the same numbers"), message);
    allow = Set.of(CohortSettings.IDENTICAL_DATA);
    assertEquals(
        41,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING)
            .patients()
            .size());
    allow = Set.of();
    assertEquals(
        41,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.PREDICTION)
            .patients()
            .size());
    // rounded, with a cell less, and beside a third that is nearly the same
    rows.put("other", new float[] {own[0], own[1] + 0.0004f, own[2], Float.NaN, own[4], own[5]});
    rows.put("third", own.clone());
    rows.get("third")[0] += 1e-5f;
    message = refused(rows, table);
    assertTrue(
        message.startsWith("modality m: patients other and p7 and third have the same numbers"),
        message);
  }

  @Test
  void patientsWhoAreAlikeByChanceAreNot() throws IOException {
    Map<String, float[]> rows = new LinkedHashMap<>();
    String table = cohortOf(rows, "other");
    // age, months, year of birth, stage, sex, grade
    java.util.Random random = new java.util.Random(3);
    rows.replaceAll((patient, row) -> {
      int age = 40 + random.nextInt(30);
      return new float[] {
        age, 12 * age, 2020 - age, random.nextInt(4), random.nextInt(2), random.nextInt(3)
      };
    });
    rows.put("other", rows.get("p3").clone());
    assertEquals(
        41,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING)
            .patients()
            .size());
    // mutations, most of which nobody has
    rows.replaceAll(
        (patient, row) -> new float[] {random.nextInt(9) / 8, 0, 0, random.nextInt(9) / 8, 0, 0});
    assertEquals(
        41,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING)
            .patients()
            .size());
  }

  @Test
  void manySmallNumbersThatAgreeAreTelling() throws IOException {
    java.util.Random random = new java.util.Random(3);
    Map<String, float[]> rows = new LinkedHashMap<>();
    String table = cohortOf(new LinkedHashMap<>(), "other");
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 100; k++) {
      names.add("g" + k);
    }
    for (boolean sparse : List.of(false, true)) {
      for (int i = 0; i < 40; i++) {
        float[] row = new float[100];
        for (int k = 0; k < row.length; k++) {
          // calls, half of them; or the arm of a chromosome that few patients lose
          row[k] = sparse ? (i % 8 == 0 && k < 30 ? -1 : 0) : random.nextInt(2);
        }
        rows.put("p" + i, row);
      }
      rows.put("other", rows.get("p8").clone());
      Reader reader = context -> ModalityData.Matrix.of(names, rows);
      if (sparse) {
        assertEquals(
            41,
            reader(table, null)
                .read(source(reader, false), Purpose.TRAINING)
                .patients()
                .size());
        assertTrue(
            notes.stream().anyMatch(n -> n.contains("have the same row as another")),
            notes.toString());
      } else {
        String message = assertThrows(DataException.class, () -> reader(table, null)
                .read(source(reader, false), Purpose.TRAINING))
            .getMessage();
        assertTrue(
            message.contains("p8 and other have the same numbers")
                || message.contains("other and p8"),
            message);
      }
    }
  }

  @Test
  void rowsThatWereFilledInAreTold() throws IOException {
    Map<String, float[]> rows = new LinkedHashMap<>();
    String table = cohortOf(rows);
    for (int i = 0; i < 12; i++) {
      rows.put("p" + i, new float[] {0.5123f, 0.25456f, 0.12578f, 0.3321f, 0.4417f, 0.5533f});
    }
    assertEquals(
        40,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING)
            .patients()
            .size());
    assertTrue(
        notes.stream()
            .anyMatch(n -> n.contains("have the same numbers, or nearly; were they filled in?")),
        notes.toString());
    // twelve rows of one patient have one target
    assertTrue(refused(rows, table.replaceAll("(?m)^(p(?:[0-9]|1[01])),\\d+,", "$1,77,"))
        .contains("have the same numbers"));
  }

  @Test
  void targetsAreNoFeatures() throws IOException {
    Map<String, float[]> rows = new LinkedHashMap<>();
    String table = cohortOf(rows);
    Reader named =
        context -> ModalityData.Matrix.of(List.of("p", "q", "days", "s", "t", "u"), rows);
    String message = assertThrows(DataException.class, () -> reader(table, null)
            .read(source(named, false), Purpose.TRAINING))
        .getMessage();
    assertTrue(message.contains("feature days is the target os (column days)"), message);
    for (int i = 0; i < 40; i++) {
      rows.get("p" + i)[4] = i + 1;
    }
    assertTrue(
        refused(rows, table).contains("feature t is the target os: it has the same numbers"));
    allow = Set.of(CohortSettings.TARGETS_AS_FEATURES);
    assertEquals(
        40,
        reader(table, null)
            .read(source(matrix(rows), false), Purpose.TRAINING)
            .patients()
            .size());
  }

  @Test
  void slidesWithTheSameNumbersAreRefused() throws IOException {
    Map<String, Bag> bags = Map.of(
        "a",
        Bag.of(2, new float[] {1, 2, 3, 4}, null),
        "b",
        Bag.of(2, new float[] {1, 2, 7, 5}, null),
        "c",
        Bag.of(2, new float[] {1, 2.0005f, 3, 4}, null)); // as in half precision
    String table = "patient,days,event\na,1,1\nb,2,0\nc,3,1\n";
    String message = assertThrows(DataException.class, () -> reader(table, null)
            .read(source(c -> ModalityData.Bags.of(2, bags), false), Purpose.TRAINING))
        .getMessage();
    assertTrue(
        message.contains("patients a and c have the same numbers")
            || message.contains("patients c and a"),
        message);
  }

  @Test
  void aSlideOfTwoPatientsIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("f"));
    for (String name : List.of("1_A.h5", "10_A.h5", "2_A.h5")) {
      Files.writeString(folder.resolve("f/" + name), "");
    }
    String ids = "patient,slide,days,event\n1,1_A,1,1\n2,2_A;1_A,2,0\n";
    refusesFiles(reader(ids, null), "f/{slide}.h5", "1_A.h5 belongs to patient 1 and to patient 2");
    refusesFiles(
        reader(ids, null),
        "f/{patient}*.h5",
        "\"1*.h5\" of patient 1 also takes " + folder.resolve("f/10_A.h5"));
    refusesFiles(
        reader(ids + "10,,3,1\n", null),
        "f/{patient}*.h5",
        "10_A.h5 belongs to patient 1 and to patient 10");
    assertEquals(2, reader(ids, null).files("f/{patient}_*.h5", "", false).size());
    allow = Set.of(CohortSettings.SHARED_FILES);
    assertEquals(2, reader(ids, null).files("f/{slide}.h5", "", false).get("2").size());
    assertTrue(
        notes.get(notes.size() - 1).contains("which /cohort/allow permits"), notes.toString());
    CohortReader reader = reader(ids, null);
    reader.files("f/{slide}.h5", "", false);
    assertEquals(
        List.of(new Permissions.Permitted(
            CohortSettings.SHARED_FILES,
            folder.resolve("f/1_A.h5") + " belongs to patient 1 and to patient 2")),
        reader.permissions().permitted());
  }

  @Test
  void aSlideUnderTwoNamesIsOneSlide() throws IOException {
    Files.createDirectories(folder.resolve("f"));
    Files.writeString(folder.resolve("f/1.h5"), "");
    Files.createSymbolicLink(folder.resolve("f/2.h5"), folder.resolve("f/1.h5"));
    refusesFiles(
        reader("patient,days,event\n1,1,1\n2,2,0\n", null),
        "f/{patient}.h5",
        "2.h5 (the same file as " + folder.resolve("f/1.h5")
            + ") belongs to patient 1 and to patient 2");
  }

  @Test
  void aMissingMarkMayBeAName() throws IOException {
    Files.createDirectories(folder.resolve("nan"));
    Files.createDirectories(folder.resolve("f"));
    Files.writeString(folder.resolve("nan/x.h5"), "");
    Files.writeString(folder.resolve("f/NA.h5"), "");
    CohortReader reader = reader(
        "patient,dir,slide,days,event\na,nan,x,1,1\nb,NA,x,2,0\nc,f,NA,3,1\nd,nan,NA,3,1\n", null);
    assertEquals(
        Map.of("a", List.of(folder.resolve("nan/x.h5")), "c", List.of(folder.resolve("f/NA.h5"))),
        reader.files("{dir}/{slide}.h5", "", false));
  }

  private CohortReader classReader(String table) throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), table);
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put(
        "dx",
        new CohortSettings.TargetSettings(TargetKind.CLASS, null, null, "dx", null, List.of()));
    return new CohortReader(
        folder, new CohortSettings("cohort.csv", "patient", null, targets, Set.of()), notes::add);
  }

  @Test
  void classesAreCountedAndMissingMarksAreNone() throws IOException {
    Cohort cohort = classReader(
            "patient,dx\na,10\nb,2\nc,2\nd,[Not Available]\ne,'--\nf,[Unknown]\n")
        .read(source(NUMBERED, false), Purpose.TRAINING);
    assertEquals(
        List.of("2", "10"), cohort.targets().get("dx").classes(), "by value where all are numbers");
    assertTrue(notes.contains("target dx: 2 2, 10 1; 3 without"), notes.toString());
    classReader("patient,dx\na,MSI-H\nb,msi-h\nc,MSS\n")
        .read(source(NUMBERED, false), Purpose.TRAINING);
    assertTrue(
        notes.stream().anyMatch(n -> n.contains("MSI-H and msi-h differ in their spelling alone")),
        notes.toString());
  }

  @Test
  void classesOfANewCohortGoByName() throws IOException {
    Purpose purpose = Purpose.evaluation(Map.of("dx", List.of("0", "1", "benign", "invasive")));
    Cohort cohort = classReader("patient,dx\na,invasive\nb,lobular\nc,1.0\nd,invasive\n")
        .read(source(NUMBERED, false), purpose);
    assertEquals(List.of("a", "c", "d"), cohort.patients());
    assertEquals(new Cohort.ClassLabel(3), cohort.targets().get("dx").values().get("a"));
    assertEquals(
        new Cohort.ClassLabel(1),
        cohort.targets().get("dx").values().get("c"),
        "1.0 is the number 1");
    assertTrue(
        notes.stream()
            .anyMatch(
                n -> n.contains("class lobular of patient b is not among the classes of training")),
        notes.toString());
    Cohort one = classReader("patient,dx\na,invasive\n").read(source(NUMBERED, false), purpose);
    assertEquals(1, one.patients().size());
    assertThrows(DataException.class, () -> classReader("patient,dx\na,lobular\n")
        .read(source(NUMBERED, false), purpose));
  }

  @Test
  void aModalityThatNobodyHasIsLeftOutOfAPredictionAlone() throws IOException {
    SortedMap<String, CohortReader.Source> sources = source(NUMBERED, false);
    sources.put(
        "gone",
        new CohortReader.Source(
            c -> ModalityData.Matrix.of(List.of(), Map.of("" + c.resolve("x.csv"), new float[0])),
            false));
    String table = "patient,days,event\na,1,1\nb,2,0\n";
    Cohort cohort = reader(table, null).read(sources, Purpose.PREDICTION);
    assertEquals(Set.of("m"), cohort.modalities().keySet());
    assertTrue(
        notes.stream().anyMatch(n -> n.startsWith("modality gone: nobody has it")),
        notes.toString());
    String message = assertThrows(
            DataException.class, () -> reader(table, null).read(sources, Purpose.TRAINING))
        .getMessage();
    assertTrue(message.startsWith("modality gone: there is no file"), message);
  }

  @Test
  void timesKeepTheirOrder() throws IOException {
    Cohort cohort = read(
        "patient,days,event\na,20000000.5,1\nb,20000000.25,1\nc,0,1\nd,0,0\n", Purpose.TRAINING);
    Map<String, Cohort.Survival> values =
        ((Cohort.SurvivalTarget) cohort.targets().get("os")).values();
    assertEquals(20000000.25, values.get("b").time());
    assertTrue(
        values.get("a").trained() > values.get("b").trained(),
        "32 bits alone would make them equal");
    assertEquals(0, values.get("c").trained());
    assertEquals(
        3, values.size(), "a death at time 0 counts, as in R; who is censored then was never seen");
    assertTrue(refused("patient,days,event\na,1e39,1\nb,2,0\n")
        .contains("patient a, column days is \"1e39\""));
    assertTrue(refused("patient,days,event\na,1.234,1\nb,987,0\n")
        .contains("column days holds 1.234 beside whole numbers"));
    String all = refused("patient,days,event\na,1x,1\nb,2,7\nc,\"1,5\",0\n");
    assertEquals(3, all.lines().count(), all);
  }

  @Test
  void datesAreDatesAndNumbersAreNone() {
    assertEquals(Visits.day("2019-12-31"), Visits.day("20191231"));
    assertEquals(Visits.day("2019-12-31T12:00"), Visits.day("20191231120000"));
    assertEquals(Visits.day("2019-12-31"), Visits.day("2019/12/31"));
    for (String none :
        List.of("43830", "2019", "20191331", "31.12.2019", "", "730", "-5", "20190000")) {
      assertTrue(Double.isNaN(Visits.day(none)), none);
    }
  }

  @Test
  void rowsWithoutAValueAreNone() throws IOException {
    Reader some = c -> ModalityData.Matrix.of(
        List.of("n"),
        new LinkedHashMap<>(Map.of("a", new float[] {Float.NaN}, "b", new float[] {1})));
    Cohort cohort = reader("patient,days,event\na,1,1\nb,2,1\n", null)
        .read(source(some, false), Purpose.TRAINING);
    assertEquals(List.of("b"), cohort.patients());
  }

  private static Bag labelled(int... labels) {
    Bag bag = Bag.of(1, new float[labels.length], null);
    return new Bag() {
      @Override
      public int size() {
        return bag.size();
      }

      @Override
      public void read(int from, int to, java.nio.FloatBuffer target) {
        bag.read(from, to, target);
      }

      @Override
      public int[] coordinates() {
        return null;
      }

      @Override
      public int[] labels() {
        return labels;
      }
    };
  }
}
