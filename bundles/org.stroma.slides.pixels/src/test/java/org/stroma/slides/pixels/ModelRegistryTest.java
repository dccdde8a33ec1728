/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;

class ModelRegistryTest {
  private static final String ENTRY =
      "{\"name\": \"ours\", \"width\": 8, \"inputSize\": 64, \"mean\": [0, 0, 0], \"deviation\": [1, 1, 1]}";

  /** Each entry is one that can be read, with a name of its own and the code that it was taken from. */
  @Test
  void everyKnownModelTellsWhereItsNumbersComeFrom() {
    Set<String> names = new HashSet<>();
    for (ModelEntry entry : ModelRegistry.own()) {
      entry.names().forEach(name -> assertTrue(names.add(name), name + " stands twice"));
      assertFalse(entry.source().isBlank(), entry.name());
      assertFalse(entry.where().isBlank(), entry.name());
      assertFalse(entry.patches().isEmpty(), entry.name());
      if (entry.tokenSize() > 0) {
        assertEquals(0, entry.inputSize() % entry.tokenSize(), entry.name());
      }
    }
    assertTrue(names.containsAll(List.of("uni", "conch", "virchow", "virchow2", "gigapath")));
  }

  /** As the authors' and TRIDENT's code has them. */
  @ParameterizedTest
  @CsvSource({
    "uni, 1024, 224 pixels (bilinear), 0.485",
    "uni_v2, 1536, 224 pixels (bilinear), 0.485",
    "conch, 512, 448 pixels (bicubic), 0.4814546",
    "conch_v15, 768, 448 pixels (bilinear), 0.485",
    "virchow, 2560, 224 pixels (bicubic), 0.485",
    "virchow2, 2560, 224 pixels (bicubic), 0.485",
    "gigapath, 1536, 224 pixels of 256 (bicubic), 0.485",
    "h-optimus-0, 1536, 224 pixels (bilinear), 0.707223",
    "hibou-l, 1024, 224 pixels (bicubic), 0.7068"
  })
  void theirInputIsThatOfTheirCode(String name, int width, String input, String red) {
    ModelEntry entry = new ModelRegistry(null).entry(name, null);
    assertEquals(width, entry.width());
    assertTrue(entry.input().startsWith(input + ", mean " + red), entry.input());
  }

  @Test
  void filesOfTheFolderAreModelsToo(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("ours.json"), ENTRY);
    Files.writeString(folder.resolve("uni.json"), ENTRY.replace("ours", "uni"));
    Files.writeString(folder.resolve("uni_v1.onnx"), "");
    Files.createDirectories(folder.resolve("virchow"));
    Files.writeString(folder.resolve("virchow/saved_model.pb"), "");
    ModelRegistry registry = new ModelRegistry(folder);
    assertTrue(registry.knows("ours") && registry.knows("UNI") && !registry.knows("theirs"));
    assertEquals(8, registry.entry("ours", null).width());
    assertEquals(8, registry.entry("uni", null).width(), "the folder's comes first");
    assertEquals(
        1024, registry.entry("uni_v1", null).width(), "of a name that the folder does not have");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": 1}");
    List<String> flaws = new ArrayList<>();
    List<ModelRegistry.Known> all = registry.all(flaws);
    assertEquals(1, flaws.size());
    assertTrue(flaws.get(0).contains("tokenizer.json is no entry of a model"), flaws.get(0));
    assertEquals(ModelRegistry.own().size() + 1, all.size());
    ModelRegistry.Known virchow = all.stream()
        .filter(known -> known.entry().name().equals("virchow"))
        .findFirst()
        .orElseThrow();
    assertEquals(
        java.util.Map.of(ModelFormat.SAVED_MODEL, folder.resolve("virchow")), virchow.files());
    assertEquals(
        folder.resolve("uni_v1.onnx"),
        registry.file(new ModelRegistry(null).entry("uni", null), ModelFormat.ONNX));
  }

  private static void refused(Path folder, String json, String words) throws IOException {
    Path file = Files.writeString(folder.resolve("ours.json"), json);
    String message =
        assertThrows(DataException.class, () -> ModelRegistry.read(file)).getMessage();
    assertTrue(
        message.contains(file.toString()) && message.contains(words) && !message.contains("\n"),
        message);
  }

  @Test
  void whatIsNoEntryIsASentence(@TempDir Path folder) throws IOException {
    refused(folder, "[]", "is no entry of a model");
    refused(folder, "{", "is no JSON, from line 1 on");
    refused(folder, ENTRY + ENTRY, "after its first value there are others");
    refused(folder, "", "is no entry of a model");
    refused(folder, ENTRY.replace("width", "widht"), "has the key widht, which there is not");
    refused(folder, ENTRY.replace("\"width\": 8, ", ""), "does not tell width");
    refused(folder, ENTRY.replace("8", "8.5"), "has 8.5 for width");
    refused(folder, ENTRY.replace("[0, 0, 0]", "[0, 0]"), "has [0,0] for mean");
    refused(folder, ENTRY.replace("[1, 1, 1]", "[1, 0, 1]"), "deviation holds 0.0");
    refused(folder, ENTRY.replace("ours", "../ours"), "names its model");
    refused(folder, ENTRY.replace("}", ", \"resize\": 32}"), "resize is 32");
    refused(folder, ENTRY.replace("}", ", \"tokens\": \"all\"}"), "tokens is all");
    refused(folder, ENTRY.replace("}", ", \"width\": 9}"), "is no JSON");
  }
}
