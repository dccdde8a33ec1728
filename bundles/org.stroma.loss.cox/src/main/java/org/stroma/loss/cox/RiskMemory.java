/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.cox;

import org.stroma.nn.Initializer;
import org.stroma.nn.KnownGradient;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.math.CumulativeLogsumexp;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The last log hazard, time and event of every training patient that was seen, and the partial likelihood over all of them.
 *
 * <p>Sorted by time, sums over risk sets are cumulative sums: N patients take O(N log N) and no matrix. Logarithms of sums
 * have no gradient in TensorFlow Java, but the partial likelihood's is known: with respect to a log hazard it is the
 * martingale residual, the event less the number expected (Therneau, Grambsch and Fleming 1990). The loss is built to have
 * it.
 */
final class RiskMemory {
  /** The logarithm of nothing: finite, so that it can be computed with. */
  private static final float NOTHING = -1e30f;

  private final Net net;
  private final Ops tf;
  private final int patients;

  RiskMemory(Net net, int patients) {
    this.net = net;
    this.tf = net.tf();
    this.patients = patients;
  }

  /**
   * The negative log partial likelihood an event over everybody seen, the batch included; its gradient is that of the
   * batch's own log hazards times (number seen / number in the batch).
   *
   * @param hazard log hazards [B]
   * @param time [B]
   * @param event [B]
   * @param known [B], 0 for patients to leave out
   * @param patient [B], places from 0; below 0 for patients to leave out
   */
  Operand<TFloat32> loss(
      Operand<TFloat32> hazard,
      Operand<TFloat32> time,
      Operand<TFloat32> event,
      Operand<TFloat32> known,
      Operand<TInt32> patient,
      boolean efron) {
    Operand<TInt32> one = tf.constant(1);
    // sums by place leave out what is below 0
    Operand<TInt32> place = tf.math.sub(
        tf.math.mul(tf.math.add(patient, one), tf.dtypes.cast(known, TInt32.class)), one); // [B]
    Operand<TFloat32> present = tf.stopGradient(hazard);
    Operand<TFloat32> rows =
        byPlace(tf.onesLike(present), place); // [N]: rows of each patient in the batch, 0 or 1
    Operand<TFloat32> fresh = tf.math.minimum(rows, tf.constant(1f));

    Variable hazards = remembered("hazard");
    Variable times = remembered("time");
    Variable events = remembered("event");
    Variable seen = remembered("seen");
    Operand<TFloat32> allHazards = renewed(hazards, present, place, rows, fresh); // [N]
    Operand<TFloat32> allTimes = renewed(times, time, place, rows, fresh);
    Operand<TFloat32> allEvents = renewed(events, event, place, rows, fresh);
    Operand<TFloat32> allSeen = tf.math.maximum(seen.value(), fresh);

    Likelihood all = likelihood(allHazards, allTimes, allEvents, allSeen, efron);

    Operand<TFloat32> inBatch = net.sum(fresh, 0, false);
    Operand<TFloat32> scale = tf.math.divNoNan(net.sum(allSeen, 0, false), inBatch);
    // a patient who is in the batch twice has a share of the gradient in each row
    Operand<TFloat32> its = tf.math.mul(tf.math.divNoNan(all.gradient(), rows), scale); // [N]
    Operand<TInt32> there = tf.math.maximum(place, tf.constant(0));
    Operand<TFloat32> taken =
        tf.dtypes.cast(tf.math.greaterEqual(place, tf.constant(0)), TFloat32.class);
    Operand<TFloat32> gradient = tf.math.mul(tf.gather(its, there, tf.constant(0)), taken); // [B]
    Operand<TFloat32> value = tf.math.mul(all.loss(), tf.math.minimum(inBatch, tf.constant(1f)));

    net.update(after -> after.assignVariableOp(hazards.handle(), allHazards));
    net.update(after -> after.assignVariableOp(times.handle(), allTimes));
    net.update(after -> after.assignVariableOp(events.handle(), allEvents));
    net.update(after -> after.assignVariableOp(seen.handle(), allSeen));
    return KnownGradient.of(tf, value, hazard, gradient);
  }

  private Variable remembered(String name) {
    return net.memory(name, Shape.of(patients), Initializer.ZEROS);
  }

  /** What is remembered, with the batch's values in their places. */
  private Operand<TFloat32> renewed(
      Variable memory,
      Operand<TFloat32> values,
      Operand<TInt32> place,
      Operand<TFloat32> rows,
      Operand<TFloat32> fresh) {
    Operand<TFloat32> old = tf.math.mul(memory.value(), tf.math.sub(tf.constant(1f), fresh));
    return tf.math.add(old, tf.math.divNoNan(byPlace(values, place), rows));
  }

  /** The partial likelihood and its gradient with respect to the log hazards [N], both divided by the number of events. */
  private record Likelihood(Operand<TFloat32> loss, Operand<TFloat32> gradient) {}

  private Likelihood likelihood(
      Operand<TFloat32> hazards,
      Operand<TFloat32> times,
      Operand<TFloat32> events,
      Operand<TFloat32> seen,
      boolean efron) {
    Operand<TInt32> order = tf.nn
        .topK(tf.math.neg(times), tf.constant(patients), new TopK.Options[0])
        .indices(); // rising in time
    Operand<TFloat32> there = at(seen, order); // [N], as all that follows
    Operand<TFloat32> time = at(times, order);
    Operand<TFloat32> event = at(events, order); // 0 for who was not seen
    Operand<TFloat32> hazard =
        orNothing(there, at(hazards, order)); // who was not seen is in no risk set
    Operand<TFloat32> row = tf.expandDims(time, tf.constant(0)); // [1, N]
    Operand<TInt32> first =
        tf.reshape(tf.lowerBound(row, row), tf.array(-1)); // of those with the same time
    Operand<TInt32> last =
        tf.math.sub(tf.reshape(tf.upperBound(row, row), tf.array(-1)), tf.constant(1));

    Operand<TFloat32> atRisk =
        at(logSums(hazard, CumulativeLogsumexp.reverse(true)), first); // log of the risk set's sum
    Operand<TFloat32> relative = tf.math.exp(tf.math.sub(hazard, atRisk)); // at most 1
    Operand<TFloat32> share = tf.zerosLike(event);
    Operand<TFloat32> tied = share;
    if (efron) {
      // the k-th of d events at one time leaves k/d of their hazards out; the sum over k is the
      // same in any order
      Operand<TFloat32> deaths = tf.math.maximum(at(byPlace(event, first), first), tf.constant(1f));
      Operand<TFloat32> earlier = tf.math.cumsum(event, tf.constant(0), Cumsum.exclusive(true));
      Operand<TFloat32> before = tf.math.sub(earlier, at(earlier, first));
      share = tf.math.mul(tf.math.div(before, deaths), event);
      tied = at(byPlace(tf.math.mul(relative, event), first), first);
    }
    Operand<TFloat32> kept = tf.math.sub(tf.constant(1f), tf.math.mul(share, tied)); // at least 1/d
    Operand<TFloat32> logs = tf.math.add(atRisk, tf.math.log(kept));
    Operand<TFloat32> count = tf.math.maximum(net.sum(event, 0, false), tf.constant(1f));
    Operand<TFloat32> loss = net.sum(tf.math.mul(event, tf.math.sub(logs, hazard)), 0, false);

    // events expected of each patient: its hazard over the risk set's, summed over the events until
    // its own time
    Operand<TFloat32> until = at(logSums(orNothing(event, tf.math.neg(logs))), last);
    Operand<TFloat32> expected = tf.math.exp(tf.math.add(hazard, until));
    if (efron) {
      Operand<TFloat32> leftOut = at(
          byPlace(tf.math.div(tf.math.mul(share, event), kept), first),
          first); // of who died at that time
      expected = tf.math.sub(expected, tf.math.mul(tf.math.mul(relative, event), leftOut));
    }
    Operand<TFloat32> gradient =
        byPlace(tf.math.sub(expected, event), order); // back into the patients' order
    return new Likelihood(tf.math.div(loss, count), tf.math.div(gradient, count));
  }

  private Operand<TFloat32> logSums(
      Operand<TFloat32> logs, CumulativeLogsumexp.Options... options) {
    return tf.math.cumulativeLogsumexp(logs, tf.constant(0), options);
  }

  private Operand<TFloat32> at(Operand<TFloat32> values, Operand<TInt32> places) {
    return tf.gather(values, places, tf.constant(0));
  }

  private Operand<TFloat32> byPlace(Operand<TFloat32> values, Operand<TInt32> places) {
    return tf.math.unsortedSegmentSum(values, places, tf.constant(patients));
  }

  /** The logarithm where the flag is 1, else that of nothing. */
  private Operand<TFloat32> orNothing(Operand<TFloat32> flag, Operand<TFloat32> log) {
    return tf.select(
        tf.math.greater(flag, tf.constant(0f)), log, tf.fill(tf.shape(log), tf.constant(NOTHING)));
  }
}
