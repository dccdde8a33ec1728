/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.Encoding;
import org.stroma.api.HeadOutput;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * One way through the model: for training, with dropout, or for inference.
 *
 * @param encodings what each encoder gives; none in a pretraining
 * @param heads what each head gives; none in a pretraining
 * @param branches what each head gives of each modality alone; of heads over one fused vector nothing
 * @param made what parts gave, in the order in which it is computed
 * @param lossTerms what the objective is the sum of, by name; none for inference
 * @param loss the objective; null for inference
 */
record SubGraph(
    Net net,
    SortedMap<String, Encoding> encodings,
    Map<String, HeadOutput> heads,
    SortedMap<String, Branches> branches,
    Map<AuxiliaryName, Operand<TFloat32>> auxiliary,
    List<Made> made,
    Map<String, Operand<TFloat32>> lossTerms,
    Operand<TFloat32> loss) {}
