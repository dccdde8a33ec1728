/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;
import org.stroma.data.csv.CsvTables;

/**
 * The rows of a cohort's table. From CSV, or from manifests: {@code {split}_metadata.json} with {@code samples[]}, and
 * {@code {split}_temporal_metadata.json} whose samples have {@code slides[]}, each a visit. A template with {@code {split}}
 * reads train, val and test where they are there, and gives the rows a column {@code split}.
 */
final class Rows {
  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  /** Manifests of ten thousands of slides have some megabytes. */
  private static final long LARGEST = 256L << 20;

  private Rows() {}

  /** The table of rows by the column that tells them apart. */
  static Table read(
      CohortSettings settings, Function<String, Path> resolve, Function<String, Boolean> there) {
    String key = settings.visit() == null ? settings.id() : settings.visit().id();
    if (!settings.table().endsWith(".json")) {
      return CsvTables.read(resolve.apply(settings.table()), key);
    }
    List<Map<String, String>> rows = new ArrayList<>();
    Path last = null;
    if (settings.table().contains("{split}")) {
      for (String split : SPLITS) {
        String name = settings.table().replace("{split}", split);
        if (there.apply(name)) {
          last = resolve.apply(name);
          manifest(last, split, settings, rows);
        }
      }
      if (last == null) {
        throw new DataException(
            "there is no file " + settings.table() + " with train, val or test for {split}");
      }
    } else {
      last = resolve.apply(settings.table());
      manifest(last, "", settings, rows);
    }
    return table(last, key, rows);
  }

  private static Table table(Path file, String key, List<Map<String, String>> rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> columns.addAll(row.keySet()));
    Map<String, Map<String, String>> byKey = new LinkedHashMap<>();
    for (Map<String, String> row : rows) {
      Map<String, String> whole = new LinkedHashMap<>();
      columns.forEach(column -> whole.put(column, row.getOrDefault(column, "")));
      String id = whole.getOrDefault(key, "");
      if (id.isBlank()) {
        throw new DataException(
            file + ": a sample has no " + key + "; it has to be a text or a number");
      }
      Map<String, String> before = byKey.put(id, whole);
      if (before != null) {
        String split = whole.getOrDefault("split", "");
        throw new DataException(file + ": " + key + " " + id + " stands there twice"
            + (split.isEmpty() ? "" : " (in " + before.get("split") + " and in " + split + ")")
            + "; a patient has one sample, and several visits are slides of a temporal manifest");
      }
    }
    if (byKey.isEmpty()) {
      throw new DataException(file + " holds no samples");
    }
    return Table.of(file, List.copyOf(columns), byKey);
  }

  private static void manifest(
      Path file, String split, CohortSettings settings, List<Map<String, String>> rows) {
    JsonNode samples = json(file).path("samples");
    if (!samples.isArray()) {
      throw new DataException(file + ": /samples has to be a list of samples");
    }
    for (int i = 0; i < samples.size(); i++) {
      String pointer = "/samples/" + i;
      if (!samples.get(i).isObject()) {
        throw new DataException(file + ": " + pointer + " has to be an object");
      }
      Map<String, String> sample = cells(file, pointer, samples.get(i));
      if (!split.isEmpty()) {
        sample.put("split", split);
      }
      JsonNode slides = samples.get(i).path("slides");
      if (!slides.isArray()) {
        rows.add(sample);
        continue;
      }
      if (settings.visit() == null) {
        throw new DataException(
            file + ": " + pointer + " has slides, one a visit; the experiment's cohort needs "
                + "\"visit\": {\"id\": \"visit_id\", \"date\": \"timestamp\"}");
      }
      for (int k = 0; k < slides.size(); k++) {
        if (!slides.get(k).isObject()) {
          throw new DataException(file + ": " + pointer + "/slides/" + k + " has to be an object");
        }
        Map<String, String> visit = new LinkedHashMap<>(sample);
        visit.putAll(cells(file, pointer + "/slides/" + k, slides.get(k)));
        visit.putIfAbsent(
            settings.visit().id(), sample.getOrDefault(settings.id(), "") + "/" + (k + 1));
        rows.add(visit);
      }
    }
  }

  private static JsonNode json(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new DataException(file + " has " + Files.size(file) + " bytes; a manifest has "
            + (LARGEST >> 20) + " MiB at most");
      }
      return MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      String message = String.valueOf(e.getOriginalMessage())
          .lines()
          .findFirst()
          .orElse("")
          .replaceFirst(" ?\\([^()]*\\[Source:.*", "");
      // some of what Jackson says is for programmers
      boolean plain = !message.matches("(?s).*(`|REDACTED|Source:|Constraints|java\\.).*");
      throw new DataException(
          file + " is no JSON: "
              + (e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ")
              + (plain
                  ? message
                  : message.startsWith("Trailing token")
                      ? "something follows behind its end"
                      : "it is not written as JSON is"),
          e);
    } catch (CharacterCodingException e) {
      throw new DataException(file + " is no JSON: it is not in UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> cells(Path file, String pointer, JsonNode object) {
    Map<String, String> cells = new LinkedHashMap<>();
    object.fields().forEachRemaining(field -> {
      JsonNode value = field.getValue();
      if (value.isValueNode()) {
        cells.put(field.getKey(), value.isNull() ? "" : value.asText());
      } else if (value.isArray() && !field.getKey().equals("slides")) {
        List<String> parts = new ArrayList<>();
        value.forEach(v -> {
          if (!v.isValueNode()) {
            throw new DataException(file + ": " + pointer + "/" + field.getKey()
                + " has to be a list of texts or numbers");
          }
          parts.add(v.asText());
        });
        cells.put(field.getKey(), String.join(";", parts));
      }
    });
    return cells;
  }
}
