/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.TargetInfo;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.experiment.Experiment;
import org.stroma.model.ModelGraph;
import org.stroma.nn.Variable;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.Safetensors;
import org.tensorflow.proto.ConfigProto;

/** Writes trained models for other programs. */
public final class Exporter {
  private Exporter() {}

  /** Writes each model as a SavedModel and as safetensors with the names that the field uses. */
  public static List<String> export(
      CheckpointStore.Trained trained,
      Experiment experiment,
      WiredParts parts,
      ConfigProto config,
      RunDirectory out) {
    List<String> written = new ArrayList<>();
    Dataset prepared = Dataset.shapes(trained.kept().path("modalities"));
    for (Path file : trained.models()) {
      String name = trained.preparation().getParent().getFileName() + "-"
          + file.getFileName().toString().replace(".safetensors", "");
      SortedMap<String, TargetInfo> infos =
          TargetStatistics.read(trained.kept().path("targets"), experiment);
      Map<String, float[]> weights = CheckpointStore.weights(file);
      out.writeFolder(
          name,
          folder -> ModelGraph.export(
              experiment, parts, prepared, infos, config, weights, folder.resolve("saved_model")));
      try (ModelGraph model =
          new ModelGraph(experiment, parts, prepared, infos, 1, experiment.seed(), config)) {
        List<Variable> stored = model.variables().all().stream()
            .filter(v -> weights.containsKey(v.name()))
            .toList();
        out.write(name + "/model.safetensors", o -> Safetensors.writeStandard(o, stored, weights));
      }
      out.write(name + "/preparation.json", trained.kept());
      Path centre = CheckpointStore.centreFile(file);
      if (Files.isRegularFile(centre)) {
        out.write(name + "/model.json", CheckpointStore.json(centre));
      }
      written.add(name);
    }
    return written;
  }
}
