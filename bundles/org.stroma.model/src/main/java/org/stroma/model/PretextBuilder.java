/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.Encoder;
import org.stroma.api.Pretext;
import org.stroma.experiment.Experiment;
import org.stroma.nn.Net;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Builds one sub-graph of a pretraining. */
final class PretextBuilder {
  private PretextBuilder() {}

  /** The encoders alone, and for training the sum of the pretext tasks' losses. */
  static SubGraph build(Net net, Experiment experiment, WiredParts parts, ModelInputs inputs) {
    Objective objective = new Objective(net);
    List<Made> made = new ArrayList<>();
    for (Map.Entry<String, PartUse> task : experiment.pretraining().entrySet()) {
      String name = task.getKey();
      PartUse use = experiment.modalities().get(name).encoder();
      Encoder encoder = parts.get(use.slot(), Encoder.class);
      Net scope = net.scope("modalities").scope(name);
      if (net.training()) {
        Pretext pretext = parts.get(task.getValue().slot(), Pretext.class);
        Operand<TFloat32> loss = parts
            .code()
            .run(
                task.getValue(),
                pretext,
                () -> pretext.loss(
                    net.scope("losses").scope(name),
                    new TreeMap<>(Map.of(name, inputs.modality(name))),
                    new TreeMap<>(Map.of(
                        name,
                        (view, input) -> ModelBuilder.encoding(
                            experiment,
                            parts,
                            use,
                            () -> encoder.encode(scope.view(view), input))))));
        PartInvoker.check(task.getValue(), pretext, "a loss", loss);
        made.add(new Made(task.getValue(), "losses/" + name, loss));
        objective.add(name + "." + task.getValue().type(), loss);
      } else {
        ModelBuilder.encoding(
            experiment, parts, use, () -> encoder.encode(scope, inputs.modality(name)));
      }
    }
    return new SubGraph(
        net,
        new TreeMap<>(),
        Map.of(),
        new TreeMap<>(),
        Map.of(),
        made,
        objective.terms(),
        net.training() ? objective.whole() : null);
  }
}
