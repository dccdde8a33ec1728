/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.stroma.dataset.Dataset;
import org.stroma.files.FileProblem;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.Net;
import org.stroma.nn.graph.Variables;
import org.stroma.onnx.OnnxExport;
import org.stroma.onnx.OnnxExportException;
import org.stroma.onnx.OnnxModel;
import org.stroma.onnx.OnnxTensor;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/**
 * The inference sub-graph of a trained model with its weights as constants, for other programs. It computes in float32, which
 * every program knows, whatever the precision of the experiment is. Inputs are named
 * MODALITY.values (ids, mask, coordinates, presence), with days and visit_mask where the model has a temporal module; outputs
 * HEAD.NAME.
 */
public final class InferenceGraph implements AutoCloseable {
  private static final String BATCH = "batch";

  private final ModelSpec spec;
  private final Graph graph = new Graph();
  private final Variables variables;
  private final SubGraph inference;
  private final List<OnnxTensor> inputs = new ArrayList<>();
  private final List<OnnxTensor> outputs = new ArrayList<>();

  private InferenceGraph(ModelSpec spec, Map<String, float[]> weights) {
    this.spec = spec;
    Ops tf = Ops.create(graph);
    ModelInputs placeholders = new ModelInputs(tf, spec.experiment(), spec.dataset());
    variables = Variables.constant(tf, weights);
    Net net = Net.inference(tf, variables, spec.experiment().embedDim())
        .with(AttentionMethod.PLAIN); // which every reader of a SavedModel knows
    inference = new ModelBuilder(net, spec, placeholders).build();
    placeholders.eachOfModalities((modality, field, placeholder) -> inputs.add(new OnnxTensor(
        modality + "." + field.key(), placeholder, List.of(rows(), elements(modality)))));
    if (spec.experiment().temporal() != null) {
      List<String> axes = List.of(BATCH, "visits");
      inputs.add(new OnnxTensor("days", placeholders.days(), axes));
      inputs.add(new OnnxTensor("visit_mask", placeholders.visitMask(), axes));
    }
    ModelOutputs told = ModelOutputs.of(inference, spec.statistics());
    told.predictions()
        .forEach((name, value) -> outputs.add(new OnnxTensor(name, value, List.of(BATCH))));
    told.auxiliary().forEach((name, value) -> {
      if (name.kind() == AuxiliaryName.Kind.PATCHES) {
        String modality = spec.statistics().get(name.owner()).requirePatches().modality();
        outputs.add(new OnnxTensor(
            name.owner() + "." + name.name(), value, List.of(rows(), elements(modality))));
      }
    });
  }

  /** @param weights of all variables of the inference sub-graph, by name */
  public static InferenceGraph of(ModelSpec spec, Map<String, float[]> weights) {
    return new InferenceGraph(spec, weights);
  }

  /** What an input has a row for. */
  private String rows() {
    return spec.experiment().temporal() == null ? BATCH : BATCH + "*visits";
  }

  private String elements(String modality) {
    boolean texts = spec.dataset().inputs().get(modality) instanceof Dataset.Tokens;
    return modality + (texts ? ".tokens" : ".patches");
  }

  /** Inputs and outputs in their order. */
  public List<ModelTensor> tensors() {
    return Stream.concat(
            inputs.stream().map(tensor -> described(false, tensor)),
            outputs.stream().map(tensor -> described(true, tensor)))
        .toList();
  }

  private static ModelTensor described(boolean output, OnnxTensor tensor) {
    String type = tensor.value().asOutput().dataType().name();
    return new ModelTensor(
        output, tensor.name(), type.equals("DT_INT32") ? "int32" : "float32", tensor.lengths());
  }

  /**
   * Writes a SavedModel.
   *
   * @param folder where to write; it is not there yet
   */
  public void writeSavedModel(Path folder) {
    Signature.Builder signature = Signature.builder();
    inputs.forEach(tensor -> signature.input(tensor.name(), tensor.value()));
    outputs.forEach(tensor -> signature.output(tensor.name(), tensor.value()));
    try (Session session = new Session(graph, spec.computing().config())) {
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature.build())
          .export();
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  /**
   * The same as an ONNX model; its weights are named as the variables are.
   *
   * @throws OnnxExportException if a part has built what cannot be said in ONNX; the message names it
   */
  public OnnxModel onnx(OnnxModel.Facts facts) {
    Map<String, String> names = new HashMap<>();
    variables.all().forEach(v -> names.put(v.value().op().name(), v.name()));
    try (Session session = new Session(graph, spec.computing().config())) {
      return OnnxExport.model(session, inputs, outputs, names, facts);
    } catch (OnnxExportException e) {
      throw e.operation().isEmpty() ? e : e.by(Builders.of(inference, outputs, e.operation()));
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
