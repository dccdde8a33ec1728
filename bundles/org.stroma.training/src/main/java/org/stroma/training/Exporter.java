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
import org.stroma.model.Computing;
import org.stroma.model.ModelSpec;
import org.stroma.model.SavedModelExport;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.Safetensors;

/** Writes trained models for other programs. */
public final class Exporter {
  private Exporter() {}

  /** Writes each model as a SavedModel and as safetensors with the names that the field uses. */
  public static List<String> export(
      CheckpointStore.Trained trained,
      Experiment experiment,
      WiredParts parts,
      Computing computing,
      RunDirectory out) {
    List<String> written = new ArrayList<>();
    Dataset prepared = Dataset.shapes(trained.kept().path("modalities"));
    for (Path file : trained.models()) {
      String name = trained.preparation().getParent().getFileName() + "-"
          + file.getFileName().toString().replace(".safetensors", "");
      SortedMap<String, TargetInfo> infos =
          TargetStatistics.read(trained.kept().path("targets"), experiment);
      Map<String, float[]> weights = CheckpointStore.weights(file);
      ModelSpec spec = ModelSpec.ofTrained(experiment, parts, prepared, infos, computing);
      out.writeFolder(
          name, folder -> SavedModelExport.write(spec, weights, folder.resolve("saved_model")));
      out.write(name + "/model.safetensors", o -> Safetensors.writeStandard(o, file));
      out.write(name + "/preparation.json", trained.kept());
      Path centre = CheckpointStore.scaleFile(file);
      if (Files.isRegularFile(centre)) {
        out.write(name + "/model.json", CheckpointStore.json(centre));
      }
      written.add(name);
    }
    return written;
  }
}
