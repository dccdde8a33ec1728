/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.files.FileProblem;
import org.stroma.run.Checksums;
import org.stroma.run.RunReader;

/** Compares the files of data that a run read, which its provenance.json names, with what they are now. */
final class DataFiles {
  private final Path provenance;
  private final JsonNode json;
  private final @Nullable Path from;
  private final @Nullable Path to;

  /**
   * @param run its directory
   * @param json what provenance.json holds
   * @param moved where the folder of the experiment's file is now; null where it was
   */
  DataFiles(Path run, JsonNode json, @Nullable Path moved) {
    this.provenance = run.resolve(RunReader.PROVENANCE);
    this.json = json;
    String file = json.path("file").asText("");
    this.from = moved == null || file.isEmpty() ? null : Path.of(file).getParent();
    this.to = moved == null ? null : moved.toAbsolutePath().normalize();
  }

  /**
   * Recomputes all sums.
   *
   * @return how many files are as they were, in words
   * @throws DataException with a sentence for each that is not
   */
  String check(Progress progress) {
    JsonNode data = json.path("data");
    if (data.isEmpty()) {
      throw new DataException("there is no " + provenance
          + " that names files of data, so which the run read cannot be told");
    }
    Problems problems = new Problems();
    int done = 0;
    for (JsonNode entry : data) {
      if (Thread.interrupted()) {
        throw new CancelledException();
      }
      progress.at("file " + ++done + "/" + data.size());
      String sentence = check(entry);
      if (!sentence.isEmpty()) {
        problems.add(sentence);
      }
    }
    problems.throwIfAny();
    return data.size() == 1
        ? "the file that the run read is as it was"
        : "all " + data.size() + " files that the run read are as they were";
  }

  private String check(JsonNode entry) {
    Path file = place(Path.of(entry.path("file").asText()));
    String wanted = entry.path("sha256").asText("");
    if (wanted.isEmpty() || entry.path("sha256").isNull()) {
      return file + " has no SHA-256 in " + provenance + ": the run could not read it at its end ("
          + entry.path("reason").asText("no reason is given") + ")";
    }
    if (!Files.exists(file)) {
      return file + ", which the run read, is gone"
          + (to == null ? "; --data names another folder" : "");
    }
    try {
      long bytes = Files.size(file);
      long before = entry.path("bytes").asLong(bytes);
      // a file of another size need not be read
      if (bytes != before) {
        return file + " was changed since the run: it had " + before + " bytes and has " + bytes;
      }
      try (InputStream in = Files.newInputStream(file)) {
        return Checksums.sum(in).equals(wanted)
            ? ""
            : file + " was changed since the run: its SHA-256 is another";
      }
    } catch (IOException e) {
      return file + " cannot be read: " + FileProblem.reason(file, e);
    }
  }

  /** Where a file is now. Those outside of the experiment's folder may have moved with it, or have stayed. */
  private Path place(Path file) {
    if (from == null || to == null || from.isAbsolute() != file.isAbsolute()) {
      return file;
    }
    Path moved = to.resolve(from.relativize(file)).normalize();
    return file.startsWith(from) || Files.exists(moved) ? moved : file;
  }
}
