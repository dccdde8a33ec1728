/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Table;

/** A cohort as readers see it, for their tests. */
public final class TestCohort implements ReadContext {
  private final Path folder;
  private final Table table;
  private final String id;
  private final List<String> notes = new ArrayList<>();
  private final Map<String, List<Path>> files = new LinkedHashMap<>();

  /** @param table null where the reader does not look at it */
  public TestCohort(Path folder, Table table, String id) {
    this.folder = folder;
    this.table = table;
    this.id = id;
  }

  /** Gives a sample files, whatever template is asked for. */
  public TestCohort with(String sample, Path... its) {
    files.put(sample, List.of(its));
    return this;
  }

  /** What the reader told. */
  public List<String> notes() {
    return notes;
  }

  @Override
  public Path resolve(String path) {
    return folder.resolve(path);
  }

  @Override
  public Map<String, List<Path>> files(String template, String of, boolean absent) {
    return files;
  }

  @Override
  public Table cohort() {
    return table;
  }

  @Override
  public String idColumn() {
    return id;
  }

  @Override
  public void note(String message) {
    notes.add(message);
  }
}
