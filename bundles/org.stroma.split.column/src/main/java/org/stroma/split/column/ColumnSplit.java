/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.column;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.SplitPart;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;

/** One fold, whose sides a column of the table names: train, val or test. Patients with a missing value there are left out. */
@Component(configurationPid = ColumnSplit.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ColumnSplit.Settings.class, factory = true)
@SplitPart("column")
public final class ColumnSplit implements SplitStrategy {
  static final String PID = "org.stroma.split.column";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Column",
      description = "One fold, whose sides a column of the table names")
  public @interface Settings {
    @AttributeDefinition(description = "the column with train, val or test")
    String column() default "split";
  }

  private final String column;

  @Activate
  public ColumnSplit(Settings settings) {
    column = settings.column();
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public List<Sides> split(SplitInput input) {
    List<String> training = new ArrayList<>();
    List<String> validation = new ArrayList<>();
    List<String> test = new ArrayList<>();
    List<String> none = new ArrayList<>();
    for (String patient : input.patients()) {
      String side = input.cell(patient, column);
      if (MissingValues.contains(side)) {
        none.add(patient);
        continue;
      }
      switch (side.toLowerCase(Locale.ROOT)) {
        case "train", "training" -> training.add(patient);
        case "val", "valid", "validation", "dev" -> validation.add(patient);
        case "test" -> test.add(patient);
        default -> throw new DataException(input.files().cohort().file() + ": patient " + patient
            + ", column " + column + " is \"" + side + "\"; it has to be train, val or test");
      }
    }
    if (!none.isEmpty()) {
      input
          .files()
          .note(Problems.patients(none) + " left out: column " + column + " names no side");
    }
    return List.of(Sides.of(training, test).withValidation(validation));
  }
}
