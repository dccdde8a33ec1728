/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.dataset.Batch;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.tensorflow.exceptions.TFResourceExhaustedException;

/** What TensorFlow says of a graph whose parts do not fit together, or which is too large, as faults. */
final class SessionFaults {
  private static final Logger LOG = LoggerFactory.getLogger(SessionFaults.class);

  private SessionFaults() {}

  /** A batch of training that failed. */
  static RuntimeException ofTraining(RuntimeException e) {
    return refused(
        e,
        new Fault(
            "/training/batchSize",
            "needs more memory than the device has; a smaller batchSize or patchBudget helps"));
  }

  /** A batch of predictions that failed. */
  static RuntimeException ofPrediction(RuntimeException e, Batch batch) {
    return refused(
        e,
        new Fault(
            "/modalities",
            "predicting " + (batch.size() == 1 ? "patient " : "patients ")
                + String.join(", ", batch.patients())
                + " whole needs more memory than the device has; an encoder whose memory grows with the patches alone helps, or fewer "
                + "patches a slide"));
  }

  private static RuntimeException refused(RuntimeException e, Fault exhausted) {
    // they have no class in common
    if (!e.getClass().getName().startsWith("org.tensorflow.exceptions.")) {
      return e;
    }
    LOG.error("TensorFlow refuses a batch", e);
    String reason = String.valueOf(e.getMessage())
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .findFirst()
        .orElse("");
    return new FaultsException(
        List.of(
            e instanceof TFResourceExhaustedException
                ? new Fault(exhausted.pointer(), exhausted.message() + " (" + reason + ")")
                : new Fault(
                    "/model", "TensorFlow cannot run what the parts have built: " + reason)),
        false);
  }
}
