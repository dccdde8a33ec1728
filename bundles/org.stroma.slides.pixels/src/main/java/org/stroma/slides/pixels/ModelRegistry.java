/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;

/**
 * Models by name: those that Stroma knows, and those that files {@code NAME.json} in the folder of models describe, which
 * come first. Nothing is downloaded: files lie there, or they do not.
 */
public final class ModelRegistry {
  private static final String OWN = "models.json";
  private static final long LARGEST = 1L << 20;

  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final @Nullable Path folder;

  /** @param folder the folder of models; null if none is set */
  public ModelRegistry(@Nullable Path folder) {
    this.folder = folder;
  }

  /** A model of the registry, and where it lies; null for a format in which it does not. */
  public record Known(ModelEntry entry, Map<ModelFormat, Path> files) {}

  /**
   * All models that have a name here.
   *
   * @param flaws gets a sentence for each file of the folder that is no entry: other programs keep JSON there, too
   */
  public List<Known> all(List<String> flaws) {
    Map<String, ModelEntry> entries = new LinkedHashMap<>();
    own().forEach(entry -> entries.put(entry.name(), entry));
    for (Path file : described()) {
      try {
        ModelEntry entry = read(file);
        entries.put(entry.name(), entry);
      } catch (DataException e) {
        flaws.add(e.getMessage());
      }
    }
    return entries.values().stream()
        .map(entry -> new Known(entry, files(entry)))
        .toList();
  }

  /** The folder of models; empty if none is set. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  /**
   * Where the model of a name lies; empty if it does not lie in the folder of models.
   *
   * @throws DataException if there is none of that name
   */
  public Map<ModelFormat, Path> files(String name) {
    return files(entry(name, null));
  }

  private Map<ModelFormat, Path> files(ModelEntry entry) {
    Map<ModelFormat, Path> files = new LinkedHashMap<>();
    if (folder != null) {
      for (ModelFormat format : ModelFormat.values()) {
        format.find(entry, folder).ifPresent(file -> files.put(format, file));
      }
    }
    return files;
  }

  private List<Path> described() {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(
              file -> file.getFileName().toString().endsWith(".json") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataException(
          "the folder of models " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Whether a model has that name; a file that describes it may still be refused. */
  public boolean knows(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return own().stream().anyMatch(entry -> entry.names().contains(small))
        || folder != null && plain(small) && Files.isRegularFile(folder.resolve(small + ".json"));
  }

  private static boolean plain(String name) {
    return name.matches("[a-z0-9][a-z0-9._-]*");
  }

  /**
   * The model of a name.
   *
   * @param model its file, beside which an entry may lie; null to find it in the folder of models
   * @throws DataException if there is none
   */
  ModelEntry entry(String name, @Nullable Path model) {
    String small = name.toLowerCase(Locale.ROOT);
    List<Path> places = new ArrayList<>();
    if (model != null) {
      places.add(beside(model));
    }
    if (folder != null && plain(small)) {
      places.add(folder.resolve(small + ".json"));
    }
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        ModelEntry entry = read(place);
        if (entry.names().contains(small)) {
          return entry;
        }
      }
    }
    return own().stream()
        .filter(entry -> entry.names().contains(small))
        .findFirst()
        .orElseThrow(
            () -> new DataException("there is no model of the name \"" + name + "\"; known are "
                + own().stream().map(ModelEntry::name).collect(Collectors.joining(", "))
                + "; a file "
                + (places.isEmpty()
                    ? name + ".json in the folder of models (stroma.models)"
                    : places.stream().map(Path::toString).collect(Collectors.joining(" or ")))
                + " describes one of your own"));
  }

  /** {@code uni.json} of {@code uni.onnx}, and of a folder {@code uni}. */
  private static Path beside(Path model) {
    String file = model.getFileName().toString();
    int dot = Files.isDirectory(model) ? -1 : file.lastIndexOf('.');
    return model.resolveSibling((dot > 0 ? file.substring(0, dot) : file) + ".json");
  }

  /**
   * Where a model lies in the folder of models.
   *
   * @throws DataException that tells where it was looked for, and where it can be asked for
   */
  Path file(ModelEntry entry, ModelFormat format) {
    String ask = (entry.where().isEmpty()
            ? ""
            : "; its weights can be asked for at " + entry.where()
                + ", and Stroma downloads nothing")
        + "; or name its file by model";
    if (folder == null) {
      throw new DataException("where the model " + entry.name()
          + " lies is not told: set stroma.models to the folder with "
          + names(entry, format) + ask);
    }
    Optional<Path> file = format.find(entry, folder);
    return file.orElseThrow(() -> new DataException("the model " + entry.name() + " is not in "
        + folder + (Files.isDirectory(folder) ? "" : ", which is no folder")
        + "; looked for there was " + names(entry, format) + ask));
  }

  private static String names(ModelEntry entry, ModelFormat format) {
    return entry.names().stream()
            .flatMap(name -> format.paths(name).stream())
            .collect(Collectors.joining(", "))
        + (format == ModelFormat.SAVED_MODEL ? " (a folder with saved_model.pb)" : "");
  }

  /** The models that Stroma knows. */
  static List<ModelEntry> own() {
    try (InputStream in = ModelRegistry.class.getResourceAsStream(OWN)) {
      List<ModelEntry> entries = new ArrayList<>();
      for (JsonNode each : MAPPER.readTree(in).path("models")) {
        entries.add(ModelEntry.of(each, OWN, ""));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file with one entry.
   *
   * @throws DataException if it is none
   */
  public static ModelEntry read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new DataException(file + " has " + Files.size(file)
            + " bytes; an entry of a model has " + LARGEST + " at most");
      }
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      return ModelEntry.of(json, file.toString(), file.toString());
    } catch (MismatchedInputException e) {
      throw new DataException(
          file + " is no entry of a model: after its first value there are others", e);
    } catch (JsonProcessingException e) {
      throw new DataException(
          file + " is no entry of a model: it is no JSON, from line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + " on: "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
