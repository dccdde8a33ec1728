/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Table;

/** A folder with a cohort's table, as readers see it. */
record Cohort(Path folder, Table cohort, List<String> notes) implements ReadContext {
  static Cohort of(Path folder, String table) {
    return new Cohort(folder, table == null ? null : CsvTables.read(folder.resolve(table), "id"), new ArrayList<>());
  }

  @Override
  public Path resolve(String path) {
    return folder.resolve(path);
  }

  @Override
  public String idColumn() {
    return "id";
  }

  @Override
  public void note(String message) {
    notes.add(message);
  }
}
