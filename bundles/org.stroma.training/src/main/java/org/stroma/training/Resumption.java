/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.JsonDifference;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunReader;

/** Whether a run can go on in the directory of one that was not finished: results of two experiments, data or programs are not put together. */
public final class Resumption {
  private Resumption() {}

  /**
   * Compares experiments.
   *
   * @param directory of the run that was not finished, or of one that is done
   * @throws FaultsException with the first setting that differs
   */
  public static void check(Path directory, Experiment experiment) {
    Path file = directory.resolve(RunReader.EXPERIMENT);
    if (!Files.exists(file)) {
      // the process was killed before there was anything
      return;
    }
    JsonDifference found = JsonDifference.of(CheckpointStore.json(file), experiment.resolved());
    if (found != null) {
      throw fault(
          directory + " is of another experiment: "
              + (found.pointer().isEmpty() ? "/" : found.pointer()) + " is " + found.first()
              + " there and " + found.second()
              + " here; a run goes on with the settings that it began with, and others want another --out");
    }
  }

  /**
   * Compares data, programs and devices of a run that goes on.
   *
   * @param now as provenance.json will be
   * @throws FaultsException with what differs
   */
  static void check(Path directory, JsonNode now) {
    check(directory, now, "a run goes on with what it began with: begin anew with another --out");
  }

  /**
   * Compares data, programs and devices of two shards of a run.
   *
   * @param first provenance.json of the other one
   * @throws FaultsException with what differs
   */
  public static void checkShard(Path directory, JsonNode first) {
    check(directory, first, "shards that are put together have the same: run this one once more");
  }

  private static void check(Path directory, JsonNode now, String advice) {
    Path file = directory.resolve(RunReader.PROVENANCE);
    if (!Files.exists(file)) {
      return;
    }
    JsonNode then = CheckpointStore.json(file);
    Map<String, String> data = sums(then.path("data"), "file");
    sums(now.path("data"), "file").forEach((name, sum) -> {
      String before = data.get(name);
      if (before != null && !before.isEmpty() && !sum.isEmpty() && !before.equals(sum)) {
        throw fault(name + " has been changed since " + directory
            + " was begun, as its SHA-256 says; " + advice);
      }
    });
    Map<String, String> bundles = sums(then.path("bundles"), "name");
    List<String> others = new ArrayList<>();
    Map<String, String> present = sums(now.path("bundles"), "name");
    TreeSet<String> names = new TreeSet<>(bundles.keySet());
    names.addAll(present.keySet());
    for (String name : names) {
      if (!bundles.getOrDefault(name, "").equals(present.getOrDefault(name, ""))) {
        others.add(name);
      }
    }
    if (!others.isEmpty()) {
      throw fault(directory + " was begun with other programs: " + others.get(0)
          + (others.size() == 1 ? " differs" : " and " + (others.size() - 1) + " more differ")
          + "; " + advice);
    }
    for (String key : List.of("tensorflow", "devices", "attention")) {
      JsonDifference found = JsonDifference.of(then.path(key), now.path(key));
      if (found != null) {
        throw fault(directory + " was begun with " + key + " " + found.first()
            + ", and here are " + found.second()
            + ", which compute with other roundings; " + advice);
      }
    }
  }

  private static Map<String, String> sums(JsonNode entries, String name) {
    Map<String, String> sums = new TreeMap<>();
    entries.forEach(entry -> sums.put(
        entry.path(name).asText(),
        entry.path("version").asText() + " " + entry.path("sha256").asText("")));
    return sums;
  }

  private static FaultsException fault(String sentence) {
    return new FaultsException(List.of(new Fault("", sentence)), false);
  }
}
