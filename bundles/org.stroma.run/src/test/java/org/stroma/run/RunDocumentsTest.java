/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDocumentsTest {
  @TempDir
  private Path run;

  private final List<String> warnings = new ArrayList<>();

  private interface Writing {
    void write(RunReader run, OutputStream out) throws IOException;
  }

  private static RunDocument document(String name, Writing writing) {
    return new RunDocument() {
      @Override
      public String fileName() {
        return name;
      }

      @Override
      public void write(RunReader run, OutputStream out) throws IOException {
        writing.write(run, out);
      }
    };
  }

  @Test
  void oneThatFailsIsAWarningAndTheOthersAreWritten() throws IOException {
    Files.writeString(run.resolve("experiment.json"), "{\"name\": \"study\"}");
    RunDocuments.write(
        run,
        List.of(
            document("a.txt", (reader, out) -> {
              out.write(1);
              throw new IllegalStateException("no luck");
            }),
            document("b.txt", (reader, out) -> {
              throw new StackOverflowError();
            }),
            document("c.txt", (reader, out) -> {
              throw new IOException("No space left on device");
            }),
            document(
                "d.txt",
                (reader, out) -> out.write(reader.name().getBytes(StandardCharsets.UTF_8)))),
        warnings::add);
    assertEquals("study", Files.readString(run.resolve("d.txt")));
    assertEquals(3, warnings.size(), warnings.toString());
    assertEquals(
        "a.txt could not be written, all else of the run is there: java.lang.IllegalStateException: no luck",
        warnings.get(0));
    assertTrue(warnings.get(2).contains("no space left on device"), warnings.get(2));
    try (var files = Files.list(run)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void aDirectoryThatCannotBeReadIsAWarning() {
    RunDocuments.write(run, List.of(document("a.txt", (reader, out) -> {})), warnings::add);
    assertEquals(
        List.of("no document of the run can be written: " + run
            + " is no run directory: there is no file experiment.json in it"),
        warnings);
  }
}
