/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.files.FileProblem;
import org.stroma.model.Computing;
import org.stroma.model.InferenceGraph;
import org.stroma.model.ModelSpec;
import org.stroma.onnx.OnnxExportException;
import org.stroma.onnx.OnnxModel;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.Safetensors;

/** Writes the trained models of a fold for other programs. */
public final class Exporter {
  private final CheckpointStore.Trained trained;
  private final Experiment experiment;
  private final ModelSpec spec;

  public Exporter(
      CheckpointStore.Trained trained,
      Experiment experiment,
      WiredParts parts,
      Computing computing) {
    this.trained = trained;
    this.experiment = experiment;
    spec = ModelSpec.ofTrained(
        experiment,
        parts,
        Dataset.shapes(trained.kept().path("modalities")),
        TargetStatistics.read(trained.kept().path("targets"), experiment),
        computing);
  }

  /**
   * Writes each model as a SavedModel, as ONNX, and as safetensors with the names that the field uses.
   *
   * @param note is told in a sentence why a model is not written as ONNX, and where exports compute in another precision than the run
   * @return the folders, one a model, relative to out
   */
  public List<String> export(RunDirectory out, Consumer<String> note) {
    List<String> written = new ArrayList<>();
    if (experiment.training().precision() == Precision.BFLOAT16) {
      note.accept(
          "training.precision is bfloat16, and what is exported computes in float32: its predictions are those of the run up to rounding");
    }
    for (Path file : trained.models()) {
      String name = name(file);
      try (InferenceGraph graph = InferenceGraph.of(spec, CheckpointStore.weights(file))) {
        out.writeFolder(name, folder -> graph.writeSavedModel(folder.resolve("saved_model")));
        writeOnnx(graph, file, out, note);
      }
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

  private void writeOnnx(InferenceGraph graph, Path file, RunDirectory out, Consumer<String> note) {
    OnnxModel model;
    try {
      model = graph.onnx(facts(file));
    } catch (OnnxExportException e) {
      note.accept("model.onnx is not written: " + e.getMessage());
      return;
    }
    out.write(name(file) + "/model.onnx", model::writeTo);
  }

  private OnnxModel.Facts facts(Path file) {
    Bundle bundle = FrameworkUtil.getBundle(Exporter.class);
    Map<String, String> properties = new TreeMap<>();
    properties.put("experiment", experiment.name());
    properties.put("model", name(file));
    CheckpointStore.centre(file)
        .forEach((output, mean) -> properties.put("centre." + output, mean.toString()));
    return new OnnxModel.Facts(
        experiment.name(),
        bundle == null ? "" : bundle.getVersion().toString(),
        "Model " + name(file) + " of the experiment " + experiment.name()
            + ", trained by Stroma. Properties centre.OUTPUT hold what is taken off an output so that folds can be pooled.",
        properties);
  }

  /** The tensors of the fold's models, which are alike in all of them. */
  public ExportedTensors tensors() {
    Path first = trained.models().get(0);
    List<ExportedTensors.Tensor> tensors = new ArrayList<>();
    try {
      Safetensors.standardShapes(first)
          .forEach((name, shape) -> tensors.add(new ExportedTensors.Tensor(
              ExportedTensors.Role.WEIGHT,
              name,
              "float32",
              LongStream.of(shape).mapToObj(Long::toString).toList())));
    } catch (IOException e) {
      throw FileProblem.read(first, e);
    }
    try (InferenceGraph graph = InferenceGraph.of(spec, CheckpointStore.weights(first))) {
      graph
          .tensors()
          .forEach(tensor -> tensors.add(new ExportedTensors.Tensor(
              tensor.output() ? ExportedTensors.Role.OUTPUT : ExportedTensors.Role.INPUT,
              tensor.name(),
              tensor.type(),
              tensor.shape())));
    }
    return new ExportedTensors(trained.models().stream().map(this::name).toList(), tensors);
  }

  private String name(Path file) {
    return trained.preparation().getParent().getFileName() + "-"
        + file.getFileName().toString().replace(".safetensors", "");
  }
}
