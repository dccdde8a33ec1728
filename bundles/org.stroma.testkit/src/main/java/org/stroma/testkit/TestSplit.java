/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.DataException;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.Table;

/** A cohort in memory that is split, with a row a patient. */
@ProviderType
public final class TestSplit implements SplitInput {
  private final Table table;
  private final List<String> patients;
  private final Map<String, Map<String, String>> strata;
  private final long seed;
  private final int repeat;
  private final TestCohort files;

  private TestSplit(
      Table table,
      List<String> patients,
      Map<String, Map<String, String>> strata,
      long seed,
      int repeat,
      TestCohort files) {
    this.table = table;
    this.patients = patients;
    this.strata = strata;
    this.seed = seed;
    this.repeat = repeat;
    this.files = files;
  }

  /** The patients of a table, by its rows; paths start in the table's folder. */
  public static TestSplit of(Table table) {
    Path folder = table.file().toAbsolutePath().getParent();
    return new TestSplit(
        table,
        List.copyOf(table.rows().keySet()),
        Map.of(),
        1,
        0,
        new TestCohort(folder, table, table.columns().get(0)));
  }

  /**
   * So many patients p000, p001, ... in a folder. There are columns {@code site} (of very different sizes), {@code barcode} (with
   * the site in it) and {@code split} (train, val or test), and strata by {@code os.event} (two of three have it) and by {@code dx}
   * (three classes).
   */
  public static TestSplit patients(int count, Path folder) {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    Map<String, String> event = new LinkedHashMap<>();
    Map<String, String> dx = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String id = String.format("p%03d", i);
      String site = "S" + (int) Math.sqrt(i * 3);
      rows.put(
          id,
          Map.of(
              "id",
              id,
              "site",
              site,
              "barcode",
              "TCGA-" + site + "-" + i,
              "split",
              i % 5 == 0 ? "test" : i % 5 == 1 ? "val" : "train"));
      event.put(id, Boolean.toString(i % 3 != 0));
      dx.put(id, Integer.toString(i % 7 == 0 ? 2 : i % 2));
    }
    return of(Table.of(
            folder.resolve("patients.csv"), List.of("id", "site", "barcode", "split"), rows))
        .withStrata("os.event", event)
        .withStrata("dx", dx);
  }

  /** The same with strata by patient, for settings that name them so. */
  public TestSplit withStrata(String stratify, Map<String, String> byPatient) {
    Map<String, Map<String, String>> more = new LinkedHashMap<>(strata);
    more.put(stratify, byPatient);
    return new TestSplit(table, patients, more, seed, repeat, files);
  }

  /** The same in another repeat, which has a seed of its own. */
  public TestSplit withRepeat(int other) {
    return new TestSplit(table, patients, strata, seed + 7919L * (other - repeat), other, files);
  }

  /** The same with the rows in another order. */
  public TestSplit shuffled(long by) {
    List<String> others = new ArrayList<>(patients);
    Collections.shuffle(others, new Random(by));
    return new TestSplit(table, List.copyOf(others), strata, seed, repeat, files);
  }

  /** What the strategy told. */
  public List<String> notes() {
    return files.notes();
  }

  @Override
  public List<String> patients() {
    return patients;
  }

  @Override
  public String cell(String patient, String column) {
    String cell = table.rows().get(patient).get(column);
    if (cell == null) {
      throw new DataException(table.file() + ": there is no column " + column);
    }
    return cell.strip();
  }

  @Override
  public String stratum(String patient, String stratify) {
    if (stratify.isEmpty()) {
      return "";
    }
    if (!strata.containsKey(stratify)) {
      throw new IllegalArgumentException(
          "stratify is \"" + stratify + "\"; there are " + strata.keySet());
    }
    return strata.get(stratify).getOrDefault(patient, "unknown");
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public int repeat() {
    return repeat;
  }

  @Override
  public TestCohort files() {
    return files;
  }
}
