/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.stroma.files.FileProblem;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.Net;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;

/** Writes trained models as SavedModels. */
public final class SavedModelExport {
  private SavedModelExport() {}

  /**
   * Writes the inference sub-graph with the weights as constants. Inputs of its signature are named MODALITY.values (ids,
   * mask, coordinates, presence), with days and visit_mask where the model has a temporal module; outputs HEAD.NAME.
   *
   * @param weights of all variables of the inference sub-graph, by name
   * @param folder where to write; it is not there yet
   */
  public static void write(ModelSpec spec, Map<String, float[]> weights, Path folder) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ModelInputs inputs = new ModelInputs(tf, spec.experiment(), spec.dataset());
      Net net = Net.inference(
              tf, Variables.constant(tf, weights), spec.experiment().embedDim())
          .with(AttentionMethod.PLAIN); // which every reader of a SavedModel knows
      SubGraph inference = new ModelBuilder(net, spec, inputs).build();
      ModelOutputs outputs = ModelOutputs.of(inference, spec.statistics());
      Signature.Builder signature = Signature.builder();
      inputs.eachOfModalities(signature::input);
      if (spec.experiment().temporal() != null) {
        signature.input("days", inputs.days());
        signature.input("visit_mask", inputs.visitMask());
      }
      outputs.predictions().forEach(signature::output);
      outputs.auxiliary().forEach((name, value) -> {
        if (name.kind() == AuxiliaryName.Kind.PATCHES) {
          signature.output(name.owner() + "." + name.name(), value);
        }
      });
      try (Session session = new Session(graph, spec.computing().config())) {
        SavedModelBundle.exporter(folder.toString())
            .withSession(session)
            .withSignature(signature.build())
            .export();
      }
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }
}
