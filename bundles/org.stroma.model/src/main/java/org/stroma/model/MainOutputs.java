/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.stroma.api.HeadOutput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The main output of each head as [B], in the order of the heads. */
final class MainOutputs {
  /** More than any logit. */
  private static final float FAR = 1e9f;

  private final Ops tf;
  private final Map<String, Placeholder<TInt32>> classes = new LinkedHashMap<>();
  private final Map<MainOutput, Operand<TFloat32>> values = new LinkedHashMap<>();

  MainOutputs(Ops tf, Map<String, HeadOutput> heads, SortedMap<String, TargetInfo> statistics) {
    this.tf = tf;
    heads.forEach((head, output) -> add(head, statistics.get(head), output));
  }

  /** [B], which class is asked about, by head. */
  Map<String, Placeholder<TInt32>> classes() {
    return Collections.unmodifiableMap(classes);
  }

  /** [B]. */
  Map<MainOutput, Operand<TFloat32>> values() {
    return Collections.unmodifiableMap(values);
  }

  private void add(String head, TargetInfo info, HeadOutput output) {
    switch (info.kind()) {
      case SURVIVAL -> put(head, info, "", output.predictions().get(Prediction.RISK));
      case NUMBER, COUNT -> put(head, info, "", output.predictions().get(Prediction.VALUE));
      case CLASS -> {
        Placeholder<TInt32> asked = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
        classes.put(head, asked);
        put(head, info, "", logOdds(output.raw(), asked, info.requireClasses().count()));
      }
      case LABELS -> {
        TargetInfo.Labels labels = info.requireLabels();
        for (int i = 0; i < labels.count(); i++) {
          String label = labels.names().isEmpty() ? "" + i : labels.names().get(i);
          // the logit of a label is its log-odds
          put(head, info, label, tf.slice(output.raw(), tf.array(0, i), tf.array(-1, 1)));
        }
      }
      case PATCHES -> {
        // nothing of a patient
      }
    }
  }

  private void put(String head, TargetInfo info, String label, Operand<TFloat32> value) {
    values.put(new MainOutput(head, info.kind(), label), tf.reshape(value, tf.array(-1)));
  }

  /** log(p / (1 - p)) of a class, from logits [B, C]: its logit less the logarithm of the others' summed exponentials. */
  private Operand<TFloat32> logOdds(Operand<TFloat32> logits, Operand<TInt32> asked, int count) {
    Operand<TFloat32> chosen =
        tf.oneHot(asked, tf.constant(count), tf.constant(1f), tf.constant(0f)); // [B, C]
    Operand<TFloat32> own = tf.reduceSum(tf.math.mul(logits, chosen), tf.array(1));
    Operand<TFloat32> others = tf.math.sub(logits, tf.math.mul(chosen, tf.constant(FAR)));
    Operand<TFloat32> largest =
        tf.stopGradient(tf.reduceMax(others, tf.array(1), ReduceMax.keepDims(true)));
    Operand<TFloat32> sum =
        tf.reduceSum(tf.math.exp(tf.math.sub(others, largest)), tf.array(1)); // [B]
    return tf.math.sub(own, tf.math.add(tf.math.log(sum), tf.reshape(largest, tf.array(-1))));
  }
}
