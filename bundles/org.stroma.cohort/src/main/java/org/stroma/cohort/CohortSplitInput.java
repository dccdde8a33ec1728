/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.SplitInput;

/** A cohort as strategies see it. */
record CohortSplitInput(Cohort cohort, long seed, int repeat, ReadContext files)
    implements SplitInput {
  @Override
  public List<String> patients() {
    return List.copyOf(cohort.patients());
  }

  @Override
  public String cell(String patient, String column) {
    if (!cohort.table().columns().contains(column)) {
      throw new DataException(cohort.table().file() + ": there is no column " + column
          + ", which the split names; the columns are "
          + String.join(", ", cohort.table().columns()));
    }
    Set<String> values = new LinkedHashSet<>();
    cohort
        .visits()
        .get(patient)
        .forEach(
            v -> values.add(cohort.table().rows().get(v.sample()).get(column).strip()));
    if (values.size() > 1) {
      throw new DataException(
          cohort.table().file() + ": the visits of patient " + patient + " give column " + column
              + " as " + String.join(" and as ", values) + "; a patient has to stay on one side");
    }
    return values.iterator().next();
  }

  @Override
  public String stratum(String patient, String stratify) {
    if (stratify.isEmpty()) {
      return "";
    }
    Cohort.Target target = cohort.targets().get(stratify.replaceFirst("\\.event$", ""));
    if (target == null) {
      throw new IllegalArgumentException("stratify is \"" + stratify + "\"; the targets are "
          + cohort.targets().keySet());
    }
    Cohort.Value value = target.values().get(patient);
    return value == null ? "unknown" : value.stratum();
  }
}
