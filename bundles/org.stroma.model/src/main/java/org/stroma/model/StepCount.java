/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TInt64;

/**
 * Counts in the graph the steps that have begun to change variables. So another thread can read the variables while a long step computes its
 * gradients, and knows whether all of what it has read was from before the step.
 */
final class StepCount {
  private final VarHandleOp handle;
  private final Operand<TInt64> value;
  private final Op reset;
  private boolean set;
  private final AtomicLong ended = new AtomicLong();

  StepCount(Ops tf) {
    handle = tf.varHandleOp(TInt64.class, Shape.scalar());
    value = tf.readVariableOp(handle, TInt64.class);
    reset = tf.assignVariableOp(handle, tf.constant(0L));
  }

  /** The operation that counts a step; everything that changes variables comes after it. */
  Op begin(Ops tf) {
    return tf.assignAddVariableOp(handle, tf.constant(1L));
  }

  /** To be called before the first step. */
  synchronized void ready(Session session) {
    if (!set) {
      session.runner().addTarget(reset).run().close();
      set = true;
    }
  }

  /** Counts from 0 again, also where a step of before came to no end. To be called while nobody reads or steps. */
  synchronized void restart() {
    set = false;
    ended.set(0);
  }

  /** A step has changed all that it changes. */
  void ended() {
    ended.incrementAndGet();
  }

  /**
   * Reads variables.
   *
   * @return what was read; empty where a step has changed some of it meanwhile
   */
  Optional<Map<String, float[]>> between(Session session, Supplier<Map<String, float[]>> read) {
    ready(session);
    long before = now(session);
    Map<String, float[]> values = read.get();
    return before == now(session) && before == ended.get() ? Optional.of(values) : Optional.empty();
  }

  private long now(Session session) {
    try (var result = session.runner().fetch(value).run()) {
      return ((TInt64) result.get(0)).getLong();
    }
  }
}
