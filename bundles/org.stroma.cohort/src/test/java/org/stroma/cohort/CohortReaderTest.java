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
  private static final CohortSettings.VisitSettings BY_DATE = new CohortSettings.VisitSettings("visit_id", "", "date");

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  private CohortSettings settings(String table, CohortSettings.VisitSettings visit) {
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put("os", new CohortSettings.TargetSettings(TargetKind.SURVIVAL, "days", "event", null, null, List.of()));
    return new CohortSettings(table, "patient", visit, targets);
  }

  private CohortReader reader(String text, CohortSettings.VisitSettings visit) throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), text);
    return new CohortReader(folder, settings("cohort.csv", visit), notes::add);
  }

  private static SortedMap<String, CohortReader.Source> source(Reader reader, boolean perPatient) {
    return new TreeMap<>(Map.of("m", new CohortReader.Source(reader, perPatient)));
  }

  /** Gives every sample of the cohort's table, as the reader sees it, its number. */
  private static final Reader NUMBERED =
      context -> {
        Map<String, float[]> rows = new LinkedHashMap<>();
        context.cohort().rows().keySet().forEach(sample -> rows.put(sample, new float[] {rows.size()}));
        return new ModalityData.Matrix(List.of("n"), rows);
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
    Cohort cohort = reader(VISITS, BY_DATE).read(source(NUMBERED, false), true);
    assertEquals(List.of("a", "b"), cohort.patients());
    assertEquals(
        List.of(new Cohort.Visit("v1", 0), new Cohort.Visit("v2", 30), new Cohort.Visit("v3", 60)),
        cohort.visits().get("a"));
    assertEquals(List.of(new Cohort.Visit("w1", 0), new Cohort.Visit("w2", 0.5f)), cohort.visits().get("b"));
    assertEquals(new Cohort.Value(300, false, 0), cohort.targets().get("os").values().get("b"));
  }

  @Test
  void dataOfThePatientAreThoseOfEachVisit() throws IOException {
    Cohort cohort = reader(VISITS, BY_DATE).read(source(NUMBERED, true), true);
    ModalityData.Matrix m = (ModalityData.Matrix) cohort.modalities().get("m");
    assertEquals(0, m.rows().get("v2")[0]);
    assertEquals(0, m.rows().get("v3")[0]);
    assertEquals(1, m.rows().get("w2")[0]);
  }

  @Test
  void visitsWithoutAnythingAreNone() throws IOException {
    Reader some = context -> new ModalityData.Matrix(List.of("n"), Map.of("v1", new float[1], "v3", new float[1]));
    Cohort cohort = reader(VISITS, BY_DATE).read(source(some, false), true);
    assertEquals(List.of("a"), cohort.patients());
    assertEquals(List.of(new Cohort.Visit("v1", 0), new Cohort.Visit("v3", 60)), cohort.visits().get("a"));
    assertEquals(List.of("patient b left out: none of the modalities [m] is there"), notes);
  }

  @Test
  void datesAndTargetsThatCannotBeAreRefused() throws IOException {
    refuses(VISITS.replace("2024-03-01", "March"), "visit v3, column date is \"March\"; it has to be a date such as");
    refuses(VISITS.replace("v1,a,2024-01-01,900", "v1,a,2024-01-01,800"),
        "the visits of patient a give column days as 800 and as 900");
    refuses(VISITS.replace("w1,b,", "w1,,"), "visit w1 has no patient in column patient");
  }

  private void refuses(String table, String words) throws IOException {
    CohortReader reader = reader(table, BY_DATE);
    String message =
        assertThrows(DataException.class, () -> reader.read(source(NUMBERED, false), true)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void manifestsBecomeATable() throws IOException {
    Files.writeString(
        folder.resolve("train_metadata.json"),
        "{\"samples\": [{\"patient\": \"a\", \"days\": 5, \"event\": 1, \"wsi_file\": [\"1.h5\", \"2.h5\"]}]}");
    Files.writeString(
        folder.resolve("test_metadata.json"), "{\"samples\": [{\"patient\": \"b\", \"days\": 7, \"event\": null}]}");
    CohortReader reader = new CohortReader(folder, settings("{split}_metadata.json", null), notes::add);
    assertEquals(
        "{a={patient=a, days=5, event=1, wsi_file=1.h5;2.h5, split=train}, "
            + "b={patient=b, days=7, event=, wsi_file=, split=test}}",
        reader.cohort().rows().toString());
    assertEquals(2, reader.files().size());
    Files.writeString(folder.resolve("val_metadata.json"), "{\"samples\": [{\"patient\": \"a\"}]}");
    String twice =
        assertThrows(
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
    CohortSettings.VisitSettings visit = new CohortSettings.VisitSettings("visit_id", "", "timestamp");
    Cohort cohort =
        new CohortReader(folder, settings("{split}_temporal_metadata.json", visit), notes::add)
            .read(source(NUMBERED, false), true);
    assertEquals(List.of(new Cohort.Visit("a/2", 0), new Cohort.Visit("a/1", 10)), cohort.visits().get("a"));
    assertEquals("early.h5", cohort.table().rows().get("a/2").get("wsi_file"));
  }

  @Test
  void templatesFindTheFilesOfEachSample() throws IOException {
    Files.createDirectories(folder.resolve("f"));
    for (String name : List.of("a-1.h5", "a-2.h5", "b.h5", "x.h5")) {
      Files.writeString(folder.resolve("f/" + name), "");
    }
    Files.writeString(folder.resolve("slides.csv"), "patient,slide\na,a-1\na,a-2\nb,b\nstranger,q\n");
    CohortReader reader =
        reader("patient,slide,bad,days,event\na,a-1; a-2,x,1,1\nb,,y,2,0\nc,NA,../../etc/passwd,3,1\n", null);
    Path f = folder.resolve("f");
    assertEquals(
        Map.of("a", List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5"))), reader.files("f/{slide}.h5", "", false));
    assertEquals(
        Map.of("a", List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5")), "b", List.of(f.resolve("b.h5"))),
        reader.files("f/{slide}.h5", "slides.csv", false));
    assertEquals(
        Map.of("a", List.of(f.resolve("a-1.h5"), f.resolve("a-2.h5")), "b", List.of(f.resolve("b.h5"))),
        reader.files("f/{patient}*.h5", "", true));
    assertTrue(reader.files().contains(f.resolve("a-2.h5")), "for provenance");
    refusesFiles(reader, "f/{bad}.h5", "sample b: there is no file " + f.resolve("y.h5"));
    refusesFiles(reader, "f/{none}.h5", "names a column none that is not there");
    refusesFiles(reader, "f/a-1.h5", "has to name a column");
    notes.clear();
    Files.writeString(f.resolve("y.h5"), "");
    refusesFiles(reader, "f/{bad}.h5", "leads out of its folder");
  }

  private static void refusesFiles(CohortReader reader, String template, String words) {
    String message = assertThrows(DataException.class, () -> reader.files(template, "", false)).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void labelsOfPatchesHaveToBeClasses() throws IOException {
    Files.writeString(folder.resolve("cohort.csv"), "patient\na\nb\n");
    SortedMap<String, CohortSettings.TargetSettings> targets = new TreeMap<>();
    targets.put(
        "tissue",
        new CohortSettings.TargetSettings(TargetKind.PATCHES, null, null, null, "m", List.of("stroma", "tumour")));
    CohortSettings settings = new CohortSettings("cohort.csv", "patient", null, targets);
    Cohort cohort =
        new CohortReader(folder, settings, notes::add)
            .read(source(c -> new ModalityData.Bags(1, Map.of("a", labelled(-1, 1), "b", Bag.of(1, new float[2], null))), false), true);
    assertEquals(List.of("a"), cohort.patients(), "b has no labels");
    String message =
        assertThrows(
                DataException.class,
                () -> new CohortReader(folder, settings, notes::add)
                    .read(source(c -> new ModalityData.Bags(1, Map.of("a", labelled(0, 2))), false), true))
            .getMessage();
    assertTrue(message.contains("sample a: patch 2 has the label 2; it has to be the place of a class in [stroma, tumour]"),
        message);
  }

  private static Bag labelled(int... labels) {
    Bag bag = Bag.of(1, new float[labels.length], null);
    return new Bag() {
      @Override
      public int size() {
        return bag.size();
      }

      @Override
      public void read(int[] elements, java.nio.FloatBuffer target) {
        bag.read(elements, target);
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
