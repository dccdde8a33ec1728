/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.parts.Json;
import org.stroma.run.OutputFile;
import org.stroma.runtime.PredictionRequest;
import org.stroma.shards.Shard;

/**
 * Tables of predictions of a shard of the patients. Beside each lies {@code TABLE.shard.json}, which says which rows of the whole table
 * they are, so that these are put together in its order and none is missing unseen.
 */
final class SplitPredictions {
  private static final String BESIDE = ".shard.json";

  private SplitPredictions() {}

  /** A table of some patients. */
  private record Part(Path file, Shard shard, JsonNode told, List<List<String>> lines) {}

  static Path beside(Path table) {
    return table.resolveSibling(table.getFileName() + BESIDE);
  }

  /**
   * Writes what is to be known of a shard.
   *
   * @param all patients of the whole table
   * @param some those who are predicted
   */
  static void write(PredictionRequest request, List<String> all, List<String> some) {
    ObjectNode told = Json.MAPPER.createObjectNode();
    told.put("shard", request.shard().toString())
        .put("run", request.run().toAbsolutePath().normalize().toString())
        .put("table", request.table().toAbsolutePath().normalize().toString())
        .put("training_patients", request.trainingPatients())
        .put("patients", all.size());
    request.times().forEach(told.putArray("times")::add);
    Set<String> there = Set.copyOf(some);
    ArrayNode rows = told.putArray("rows");
    for (int i = 0; i < all.size(); i++) {
      if (there.contains(all.get(i))) {
        rows.add(i);
      }
    }
    AtomicFiles.write(beside(request.out().toAbsolutePath().normalize()), told + "\n");
  }

  /** Puts all shards together, in the order of the table. */
  static void merge(List<Path> tables, Path out) {
    OutputFile.check("--out", out);
    OutputFile.checkApart("--out", out, tables);
    List<Part> parts = parts(tables);
    JsonNode first = parts.get(0).told();
    List<?>[] rows = new List<?>[first.path("patients").asInt()];
    List<String> header = List.of("patient");
    for (Part part : parts) {
      JsonNode places = part.told().path("rows");
      if (part.lines().size() != places.size() + 1) {
        throw new DataException(part.file() + " has " + (part.lines().size() - 1)
            + " patients, and " + beside(part.file()) + " tells of " + places.size()
            + "; predict the shard again");
      }
      // nobody falls to some shards, which do not know the columns
      if (places.size() > 0 && header.size() > 1 && !part.lines().get(0).equals(header)) {
        throw new DataException(part.file() + " has other columns than the shards before it");
      }
      header = places.size() > 0 ? part.lines().get(0) : header;
      for (int i = 0; i < places.size(); i++) {
        int place = places.get(i).asInt(-1);
        if (place < 0 || place >= rows.length || rows[place] != null) {
          throw new DataException(beside(part.file()) + " tells of a row " + places.get(i)
              + " that is not one of its own; predict the shard again");
        }
        rows[place] = part.lines().get(i + 1);
      }
    }
    if (Arrays.asList(rows).contains(null)) {
      throw new DataException("the shards do not hold all of the " + rows.length + " patients of "
          + first.path("table").asText() + "; predict them again");
    }
    List<String> columns = header;
    AtomicFiles.write(
        out.toAbsolutePath().normalize(),
        stream -> Csv.write(
            stream, Stream.concat(Stream.of(columns), Arrays.stream(rows).map(row -> row.stream()
                .map(String.class::cast)
                .toList()))));
  }

  private static List<Part> parts(List<Path> tables) {
    Map<Integer, Part> byNumber = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    Part first = null;
    for (Path table : tables) {
      Part part = part(table);
      first = first == null ? part : first;
      Part other = byNumber.putIfAbsent(part.shard().index(), part);
      if (!same(part, first)) {
        faults.add(
            table + " is shard " + part.shard() + " of other predictions than " + first.file());
      } else if (other != null) {
        faults.add(table + " and " + other.file() + " are both shard " + part.shard());
      }
    }
    Set<Integer> missing = new TreeSet<>();
    Shard.all(first.shard().count()).forEach(shard -> missing.add(shard.index()));
    missing.removeAll(byNumber.keySet());
    if (faults.isEmpty() && !missing.isEmpty()) {
      faults.add("shard " + missing.iterator().next() + "/" + first.shard().count()
          + " is missing among " + tables);
    }
    if (!faults.isEmpty()) {
      throw new UsageException(faults);
    }
    return List.copyOf(byNumber.values());
  }

  private static boolean same(Part one, Part other) {
    return one.shard().count() == other.shard().count()
        && Stream.of("run", "table", "training_patients", "patients", "times")
            .allMatch(key -> one.told().path(key).equals(other.told().path(key)));
  }

  private static Part part(Path table) {
    Path beside = beside(table);
    if (!Files.isRegularFile(table) || !Files.isRegularFile(beside)) {
      throw new UsageException(table
          + (Files.exists(table)
              ? " is no shard of predictions: predict --shard i/n writes one, with " + BESIDE
                  + " beside it"
              : " is not there"));
    }
    try {
      JsonNode told = Json.read(beside, Json.LARGEST_DOCUMENT);
      List<List<String>> lines = new ArrayList<>();
      Csv.read(table, lines::add);
      if (lines.isEmpty()) {
        throw new DataException(table + " is empty; predict the shard again");
      }
      return new Part(
          table, Shard.of(beside + ": shard", told.path("shard").asText()), told, lines);
    } catch (Json.Unreadable e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
