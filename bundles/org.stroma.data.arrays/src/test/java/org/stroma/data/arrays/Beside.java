/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Table;
import org.stroma.testkit.TestCohort;

/** A cohort whose template {places} gives other files. */
record Beside(TestCohort slides, TestCohort places) implements ReadContext {
  @Override
  public Path resolve(String path) {
    return slides.resolve(path);
  }

  @Override
  public Map<String, List<Path>> files(String template, String of, boolean absent) {
    return (template.equals("{places}") ? places : slides).files(template, of, absent);
  }

  @Override
  public Table cohort() {
    return slides.cohort();
  }

  @Override
  public String idColumn() {
    return slides.idColumn();
  }

  @Override
  public void note(String message) {
    slides.note(message);
  }
}
