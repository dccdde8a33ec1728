/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Reader;
import org.stroma.api.data.Table;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.CohortSettings.TargetSettings;
import org.stroma.cohort.CohortSettings.VisitSettings;
import org.stroma.cohort.Purpose;
import org.stroma.data.arrays.NpyVectorsReader;
import org.stroma.data.csv.CsvMatrixReader;
import org.stroma.data.csv.CsvTables;
import org.stroma.data.csv.TableColumnsReader;
import org.stroma.data.csv.TextColumnReader;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Tables: a cohort's with its targets and visits, matrices, columns of numbers and of texts. */
final class Tables {
  private static final String COHORT =
      """
      id,visit,day,date,slide,days,event,grade,size,count,kras,egfr,note
      P1,V1,0,2020-01-01,a,100.5,1,high,1.5,3,1,0,a large tumour
      P1,V2,30,2020-02-01,b,100.5,1,high,1.5,3,1,0,a large tumour
      P2,V3,0,2020-01-05,c,20,0,low,-2,0,0,,no tumour
      P3,V4,0,2020-03-01,,3e2,1,low,,7,0,1,"small, ""round"" tumour"
      P4,V5,0,2020-03-02,e,0,0,high,1e3,1,,1,
      """;

  private static final String PATIENTS =
      """
      id,slide,days,event,grade,size,count,kras,egfr,note
      P1,a,100.5,1,high,1.5,3,1,0,a large tumour
      P2,c,20,0,low,-2,0,0,,no tumour
      P3,,3e2,1,low,,7,0,1,"small, ""round"" tumour"
      P4,e,0,0,high,1e3,1,,1,
      """;

  private static final String COHORT_JSON =
      """
      {"samples": [{"id": "P1", "visit": "", "days": 3, "event": 1, "grade": "high", "slides": [{"visit": "a", "slide": "x", "day": 1}, {"visit": "d", "slide": "y", "day": "2"}]},
       {"id": "P2", "days": 5.5, "event": 0, "grade": "low", "size": null, "kras": true, "slides": [{"visit": "b", "day": 0}]},
       {"id": "P3", "days": "7", "event": 1, "grade": "low", "note": "a text", "slide": ["d"], "slides": [{"visit": "c", "day": 5.5}]}]}
      """;

  private static final String MATRIX =
      """
      id,A1,B2,MARCH1,x y,"q,1"
      P1,1.5,2,3e-3,-4,5
      P2,0.25,,NA,1234,-0
      P3,1.234,2.345,987,1e5,7
      P4,1,2,3,4,5
      """;

  private static final String SEMICOLONS = "id;A;B\nP1;1.5;2\nP2;2.5;3\n";

  private Tables() {}

  static List<Reading> readings() throws IOException {
    List<Sample> matrices = List.of(
        Sample.of("input.csv", MATRIX),
        Sample.of("input.csv", MATRIX.replace(',', '\t')),
        Sample.of("input.csv", SEMICOLONS),
        Sample.of(
            "input.csv", Bytes.gzip(MATRIX.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        Sample.of("input.csv", "sep=;\n" + SEMICOLONS));
    return List.of(
        Readings.of(
            "cohort",
            90,
            withFiles("input.csv", COHORT, COHORT.replace(',', '\t')),
            "input.csv",
            folder -> {
              cohort(folder, "input.csv", new VisitSettings("visit", "day", ""));
              cohort(folder, "input.csv", new VisitSettings("visit", "", "date"));
            }),
        Readings.of(
            "cohort-plain",
            40,
            withFiles("input.csv", PATIENTS),
            "input.csv",
            folder -> cohort(folder, "input.csv", null)),
        Readings.of(
            "cohort-json",
            40,
            withFiles("input.json", COHORT_JSON),
            "input.json",
            folder -> cohort(folder, "input.json", new VisitSettings("visit", "day", ""))),
        Readings.of("matrix", 70, matrices, folder -> {
          for (String orientation : List.of("patients-in-rows", "patients-in-columns")) {
            new CsvMatrixReader(Defaults.of(
                    CsvMatrixReader.Settings.class,
                    Map.of("path", "input.csv", "orientation", orientation)))
                .read(new TestCohort(folder, null, "id"));
          }
        }),
        Readings.of("columns", 50, List.of(Sample.of("input.csv", MATRIX)), folder -> {
          Table table = CsvTables.read(folder.resolve("input.csv"), "id");
          new TableColumnsReader(Defaults.of(
                  TableColumnsReader.Settings.class,
                  Map.of(
                      "numeric",
                      new String[] {"A1", "B2"},
                      "categorical",
                      new String[] {"q,1=5|7|-0"},
                      "path",
                      "input.csv")))
              .read(new TestCohort(folder, table, "id"));
          new TextColumnReader(
                  Defaults.of(TextColumnReader.Settings.class, Map.of("column", "x y")))
              .read(new TestCohort(folder, table, "id"));
          CsvTables.columns(folder.resolve("input.csv"));
          CsvTables.grouped(folder.resolve("input.csv"), "id");
        }));
  }

  /** With a vector for each of some slides. */
  private static List<Sample> withFiles(String name, String... tables) throws IOException {
    byte[] vector = Files.readAllBytes(
        Readings.resources("org.stroma.data.arrays").resolve("arrays/vector.npy"));
    List<Sample> samples = new ArrayList<>();
    for (String table : tables) {
      Sample sample = Sample.of(name, table);
      int i = 0;
      for (String slide : List.of("a", "b", "c", "d", "x")) {
        byte[] other = vector.clone();
        other[other.length - 1] = (byte) (63 + i++); // the high byte of a number
        sample = sample.with(slide + ".npy", other);
      }
      samples.add(sample);
    }
    return samples;
  }

  private static void cohort(Path folder, String table, VisitSettings visits) {
    TreeMap<String, TargetSettings> targets = new TreeMap<>();
    targets.put("os", TargetSettings.survival("days", "event", 0));
    targets.put("grade", target(TargetKind.CLASS, "grade"));
    targets.put("size", target(TargetKind.NUMBER, "size"));
    targets.put("count", target(TargetKind.COUNT, "count"));
    targets.put("mut", TargetSettings.labels(List.of("kras", "egfr"), List.of()));
    if (table.endsWith(".json")) {
      targets.keySet().retainAll(Set.of("os", "grade"));
    }
    CohortSettings settings = new CohortSettings(table, "id", visits, targets, Set.of());
    Reader text = new TextColumnReader(
        Defaults.of(TextColumnReader.Settings.class, Map.of("column", "note")));
    Reader files = new NpyVectorsReader(Defaults.of(
        NpyVectorsReader.Settings.class, Map.of("path", "{slide}.npy", "absentFiles", true)));
    for (Purpose purpose : List.of(Purpose.TRAINING, Purpose.PREDICTION)) {
      new CohortReader(folder, settings, note -> {})
          .read(
              new TreeMap<>(Map.of(
                  "note", new CohortReader.Source(text, false),
                  "files", new CohortReader.Source(files, false))),
              purpose);
    }
  }

  private static TargetSettings target(TargetKind kind, String column) {
    return new TargetSettings(kind, null, null, column, null, List.of());
  }
}
