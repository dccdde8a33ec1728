/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a model is stored as, and the names that its files have in a folder of models. */
public enum ModelFormat {
  /** {@code NAME.onnx}, or {@code NAME/model.onnx} with its weights beside it. */
  ONNX("onnx") {
    @Override
    List<String> paths(String name) {
      return List.of(name + ".onnx", name + "/model.onnx");
    }

    @Override
    boolean there(Path path) {
      return Files.isRegularFile(path);
    }
  },
  /** The folder {@code NAME} with its {@code saved_model.pb}. */
  SAVED_MODEL("savedmodel") {
    @Override
    List<String> paths(String name) {
      return List.of(name);
    }

    @Override
    boolean there(Path path) {
      return Files.isRegularFile(path.resolve("saved_model.pb"));
    }
  };

  private final String extractor;

  ModelFormat(String extractor) {
    this.extractor = extractor;
  }

  /** The type of the extractor that reads it. */
  public String extractor() {
    return extractor;
  }

  /** Where a model of a name may lie, relative to the folder of models. */
  abstract List<String> paths(String name);

  abstract boolean there(Path path);

  /** The model's place in a folder of models, by its name or another that it goes by. */
  public Optional<Path> find(ModelEntry entry, Path folder) {
    return entry.names().stream()
        .flatMap(name -> paths(name).stream())
        .map(folder::resolve)
        .filter(this::there)
        .findFirst();
  }
}
