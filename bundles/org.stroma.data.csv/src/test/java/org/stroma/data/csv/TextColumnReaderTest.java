/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.stroma.data.csv.Fixture.refuses;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.ModalityData.Texts;
import org.stroma.testkit.Defaults;

class TextColumnReaderTest {
  private static final String COHORT = "id,report\na,\" Two\nlines. \"\nb,   \nc,NA\nd,\n";

  @TempDir
  Path directory;

  private Texts read(Map<String, ?> settings) {
    return (Texts) new TextColumnReader(Defaults.of(TextColumnReader.Settings.class, settings))
        .read(Fixture.cohort(directory, COHORT));
  }

  @Test
  void patientWithoutATextLacksTheModality() {
    assertEquals(Map.of("a", "Two\nlines."), read(Map.of("column", "report")).texts());
  }

  @Test
  void anotherTableIsReadInsteadOfTheCohorts() {
    Fixture.file(directory, "notes.tsv", "id\tnote\nq\tyes, no\n");
    assertEquals(
        Map.of("q", "yes, no"),
        read(Map.of("column", "note", "path", "notes.tsv")).texts());
  }

  @Test
  void columnThatIsNotThereIsAnsweredWithThoseThatAre() {
    refuses(() -> read(Map.of("column", "note")), "cohort.csv", "\"note\"", "id, report");
  }
}
