/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extension;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;
import org.stroma.command.UsageException;
import org.stroma.extensions.Extensions;
import org.stroma.files.FileProblem;
import org.stroma.parts.Json;

/**
 * Extensions that somebody offers: a JSON file beside the jars, such as on a share or in a checkout.
 *
 * <pre>{"extensions": [{"name": "radiomics", "version": "1.0", "file": "radiomics-1.0.jar", "sha256": "…", "description": "…"}]}</pre>
 *
 * @param entries in the order of the file
 */
record ExtensionIndex(Path file, List<Entry> entries) {
  /**
   * An extension.
   *
   * @param jar its file
   * @param sha256 what that has to have
   */
  record Entry(String name, String version, Path jar, String sha256, String description) {}

  /**
   * Reads a file.
   *
   * @throws DataException where it is none of an index, with the place
   */
  static ExtensionIndex read(Path file) {
    JsonNode json;
    try {
      json = Json.read(file, Json.LARGEST_EXPERIMENT);
    } catch (Json.Unreadable e) {
      throw new DataException(e.getMessage(), e);
    }
    JsonNode all = json.path("extensions");
    if (!all.isArray()) {
      throw new DataException(file + ": /extensions has to be a list");
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String place = file + ": /extensions/" + i;
      JsonNode one = all.get(i);
      String name = text(place, one, "name", "[A-Za-z0-9][A-Za-z0-9._-]*");
      String jar =
          text(place, one, "file", "[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");
      entries.add(new Entry(
          name,
          one.path("version").asText(""),
          file.toAbsolutePath().getParent().resolve(jar),
          text(place, one, "sha256", "[0-9a-f]{64}"),
          one.path("description").asText("")));
    }
    return new ExtensionIndex(file, List.copyOf(entries));
  }

  private static String text(String place, JsonNode entry, String key, String form) {
    String text = entry.path(key).asText("");
    if (!text.matches(form)) {
      throw new DataException(place + "/" + key + " is "
          + (entry.has(key) ? "\"" + text + "\"" : "not there") + "; it has to be "
          + switch (key) {
            case "sha256" -> "the SHA-256 of the jar, 64 digits of 0 to 9 and a to f";
            case "file" -> "the jar's path, relative to the index and below its folder";
            default -> "a name of letters, digits, points, dashes and underscores";
          });
    }
    return text;
  }

  /**
   * The jar of a name, which is what the index says.
   *
   * @throws UsageException where it does not name it, or another file lies there
   */
  Path jar(String name) {
    Entry entry = entries.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException(file + " has no extension " + name + "; it has "
            + entries.stream().map(Entry::name).collect(Collectors.joining(", "))));
    if (!Files.isRegularFile(entry.jar())) {
      throw new UsageException(file + " names " + entry.jar() + ", and there is no such file");
    }
    try {
      String sum = Extensions.sha256(entry.jar());
      if (!sum.equals(entry.sha256())) {
        throw new UsageException(entry.jar() + " is not the file that " + file
            + " names: its SHA-256 is " + sum + ", and should be " + entry.sha256());
      }
    } catch (IOException e) {
      throw FileProblem.read(entry.jar(), e);
    }
    return entry.jar();
  }
}
