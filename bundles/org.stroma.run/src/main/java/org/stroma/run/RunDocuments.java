/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.files.AtomicFiles;

/** Writes the {@link RunDocument}s of a run. */
public final class RunDocuments {
  private static final Logger LOG = LoggerFactory.getLogger(RunDocuments.class);

  private RunDocuments() {}

  /**
   * Writes all; one that fails keeps none of the others from being written, and is no failure of the run.
   *
   * @param warnings hears of those that failed, in a sentence each
   */
  public static void write(Path directory, List<RunDocument> documents, Consumer<String> warnings) {
    if (documents.isEmpty()) {
      return;
    }
    RunReader run;
    try {
      run = RunReader.of(directory);
    } catch (DataException e) {
      LOG.warn("no document of {} can be written", directory, e);
      warnings.accept("no document of the run can be written: " + e.getMessage());
      return;
    }
    List<RunDocument> sorted = new ArrayList<>(documents);
    // services come in the order of their bundles, which is another on each framework
    sorted.sort(Comparator.comparing(document -> document.getClass().getName()));
    for (RunDocument document : sorted) {
      String name = document.getClass().getName();
      try {
        name = document.fileName();
        write(run, document);
      } catch (RuntimeException | Error e) {
        LOG.warn("{} of {} cannot be written", name, directory, e);
        warnings.accept(name + " could not be written, all else of the run is there: " + words(e));
      }
    }
  }

  /**
   * Writes one, over what is there.
   *
   * @return the file
   */
  public static Path write(RunReader run, RunDocument document) {
    Path file = run.path().resolve(document.fileName());
    AtomicFiles.write(file, out -> document.write(run, out));
    return file;
  }

  private static String words(Throwable e) {
    String message = e.getMessage();
    return e instanceof DataException && message != null ? message : e.toString();
  }
}
