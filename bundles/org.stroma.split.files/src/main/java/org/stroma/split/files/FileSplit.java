/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.SplitPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;
import org.stroma.data.csv.CsvTables;

/** A fold a file, as CLAM writes them: columns train, val and test of patients, or a row a patient with true in one of them. */
@Component(configurationPid = FileSplit.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = FileSplit.Settings.class, factory = true)
@SplitPart("files")
public final class FileSplit implements SplitStrategy {
  static final String PID = "org.stroma.split.files";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Files",
      description = "A fold a file with columns train, val and test, as CLAM writes them")
  public @interface Settings {
    @AttributeDefinition(description = "the files, with {fold} where there are several")
    String path();

    @AttributeDefinition(description = "how many files, counted from 0", min = "1", max = "1000")
    int folds() default 1;
  }

  private final String path;
  private final int folds;

  @Activate
  public FileSplit(Settings settings) {
    path = settings.path();
    folds = settings.folds();
    if (folds > 1 && !path.contains("{fold}")) {
      throw new IllegalArgumentException("path is \"" + path + "\"; for " + folds
          + " folds it has to hold {fold}, which counts from 0");
    }
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public List<Sides> split(SplitInput input) {
    List<Sides> all = new ArrayList<>();
    for (int k = 0; k < folds; k++) {
      Path file = input.files().resolve(path.replace("{fold}", "" + k));
      all.add(known(file.toString(), sides(file), input));
    }
    return all;
  }

  /** Names by side, in either layout. */
  private static Map<String, List<String>> sides(Path file) {
    Map<String, List<String>> columns = CsvTables.columns(file);
    Map<String, List<String>> sides = new LinkedHashMap<>();
    List.of("train", "val", "test").forEach(side -> sides.put(side, new ArrayList<>()));
    columns.forEach((name, cells) -> {
      if (sides.containsKey(name)) {
        sides.get(name).addAll(cells);
      }
    });
    if (sides.get("train").isEmpty() || sides.get("test").isEmpty()) {
      throw new DataException(file + " has no patients in a column train or test; its columns are "
          + String.join(", ", columns.keySet()));
    }
    if (sides.values().stream()
        .flatMap(List::stream)
        .allMatch(c -> c.equalsIgnoreCase("true") || c.equalsIgnoreCase("false"))) {
      List<String> ids = columns.values().iterator().next();
      sides.values().forEach(side -> {
        if (!side.isEmpty() && side.size() != ids.size()) {
          throw new DataException(file + " has " + ids.size() + " patients and " + side.size()
              + " cells in a column of sides");
        }
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < side.size(); i++) {
          if (side.get(i).equalsIgnoreCase("true")) {
            chosen.add(ids.get(i));
          }
        }
        side.clear();
        side.addAll(chosen);
      });
    }
    return sides;
  }

  private static Sides known(String file, Map<String, List<String>> sides, SplitInput input) {
    Map<String, String> placed = new HashMap<>();
    List<String> strangers = new ArrayList<>();
    Set<String> patients = new HashSet<>(input.patients());
    sides.forEach((side, names) -> {
      for (String name : names) {
        String before = placed.put(name, side);
        if (before != null) {
          throw new DataException(file + ": patient " + name + " is in " + before
              + (before.equals(side) ? " twice" : " and in " + side)
              + "; a patient has to be on one side");
        }
        if (!patients.contains(name)) {
          strangers.add(name);
        }
      }
      names.retainAll(patients);
    });
    if (!strangers.isEmpty()) {
      input
          .files()
          .note(file + ": " + Problems.patients(strangers)
              + " not among the cohort's patients and not used");
    }
    List<String> left =
        input.patients().stream().filter(p -> !placed.containsKey(p)).toList();
    if (!left.isEmpty()) {
      input.files().note(file + ": " + Problems.patients(left) + " left out: on no side");
    }
    return Sides.of(sides.get("train"), sides.get("test")).withValidation(sides.get("val"));
  }
}
