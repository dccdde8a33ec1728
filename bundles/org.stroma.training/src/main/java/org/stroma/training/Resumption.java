/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
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
    JsonNode then = CheckpointStore.json(file);
    JsonNode now = written(experiment.resolved());
    String pointer = difference(then, now, "");
    if (pointer != null) {
      throw fault(
          directory + " is of another experiment: " + (pointer.isEmpty() ? "/" : pointer)
              + " is " + words(then.at(pointer)) + " there and " + words(now.at(pointer))
              + " here; a run goes on with the settings that it began with, and others want another --out");
    }
  }

  /**
   * Compares data, programs and devices.
   *
   * @param now as provenance.json will be
   * @throws FaultsException with what differs
   */
  static void check(Path directory, JsonNode now) {
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
            + " was begun, as its SHA-256 says; a run goes on with the data that it began with:"
            + " put them back, or begin anew with another --out");
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
          + "; a run goes on with those that it began with: begin anew with another --out");
    }
    for (String key : List.of("tensorflow", "devices")) {
      if (!then.path(key).equals(written(now.path(key)))) {
        throw fault(
            directory + " was begun with " + key + " " + words(then.path(key))
                + ", and here are " + words(now.path(key))
                + ", which compute with other roundings; go on where it began, or begin anew with another --out");
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

  /** As it is read from a file: 1 and 1.0 are told apart as they are there. */
  private static JsonNode written(JsonNode node) {
    try {
      return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pointer to the first place where they differ; null where they do not. */
  private static @Nullable String difference(JsonNode then, JsonNode now, String pointer) {
    if (then.isObject() && now.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      then.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String found = difference(
            then.path(name),
            now.path(name),
            pointer + "/" + name.replace("~", "~0").replace("/", "~1"));
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    return then.equals(now) ? null : pointer;
  }

  private static String words(JsonNode node) {
    String text = node.isMissingNode() ? "not given" : node.toString();
    return text.length() > 80 ? text.substring(0, 77) + "..." : text;
  }

  private static FaultsException fault(String sentence) {
    return new FaultsException(List.of(new Fault("", sentence)), false);
  }
}
