/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.stroma.testkit.ContractTest.fails;
import static org.stroma.testkit.ContractTest.keeps;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.api.Schedule;
import org.stroma.nn.Initializer;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Optimizers and schedules that are wrong in one way fail one check: that which is for it. */
class TrainingContractTest {
  /** Settings of toys. */
  @interface Settings {}

  private interface Update {
    /** What is taken from the variable, before the learning rate. */
    Operand<TFloat32> of(Ops tf, OptimizerContext context, OptimizerContext.Gradient gradient);
  }

  private static OptimizerContract optimizer(Optimizer optimizer) {
    return PartContract.optimizer((Settings s) -> optimizer, Settings.class);
  }

  private static OptimizerContract optimizer(Update update) {
    return optimizer((Optimizer) context -> {
      Ops tf = context.net().tf();
      List<Op> ops = new ArrayList<>();
      for (OptimizerContext.Gradient gradient : context.gradients()) {
        Operand<TFloat32> taken = tf.math.mul(
            tf.math.mul(tf.constant(0.1f), context.scale()), update.of(tf, context, gradient));
        ops.add(tf.assignSubVariableOp(gradient.variable().handle(), taken));
      }
      return ops;
    });
  }

  private static ScheduleContract schedule(Schedule schedule) {
    return PartContract.schedule((Settings s) -> schedule, Settings.class);
  }

  @Test
  void goodOnesKeepIt() {
    keeps(optimizer((tf, context, gradient) -> gradient.value()));
    keeps(schedule(progress -> 1.0 / (1 + progress.epoch())));
  }

  @Test
  void wrongOptimizersAreFound() {
    fails(
        "step",
        "along its gradient",
        optimizer((tf, context, gradient) -> tf.math.neg(gradient.value())));
    fails(
        "finite",
        "has to be finite",
        optimizer((tf, context, gradient) -> tf.math.sinh(gradient.value())));
    fails(
        "zero",
        "does not decay changes",
        optimizer((tf, context, gradient) -> tf.math.add(
            gradient.value(), tf.math.mul(gradient.variable().value(), tf.constant(0.01f)))));
    fails("scale", "with the schedule's factor 0", optimizer((Optimizer) context -> {
      Ops tf = context.net().tf();
      List<Op> ops = new ArrayList<>();
      context
          .gradients()
          .forEach(g -> ops.add(tf.assignSubVariableOp(g.variable().handle(), g.value())));
      return ops;
    }));
    fails("slots", "keeps optimizer/rate", optimizer((tf, context, gradient) -> {
      context
          .net()
          .variable("rate")
          .shape(1)
          .initializer(Initializer.ONES)
          .decay(false)
          .create();
      return gradient.value();
    }));
    fails("elementwise", "learns otherwise than two", optimizer(new Optimizer() {
      @Override
      public List<Op> step(OptimizerContext context) {
        Ops tf = context.net().tf();
        List<Op> ops = new ArrayList<>();
        context.gradients().forEach(g -> {
          Operand<TFloat32> length = tf.math.sqrt(tf.nn.l2Loss(g.value()));
          ops.add(tf.assignSubVariableOp(
              g.variable().handle(),
              tf.math.mul(context.scale(), tf.math.divNoNan(g.value(), length))));
        });
        return ops;
      }

      @Override
      public boolean elementwise() {
        return true;
      }
    }));
    int[] built = {0};
    fails(
        "determinism",
        "in a second model",
        optimizer((tf, context, gradient) ->
            tf.math.mul(gradient.value(), tf.constant(1f + built[0]++))));
  }

  @Test
  void whatIsKeptInASlotStartsAnewWithTheModel() {
    keeps(optimizer((Optimizer) context -> {
      Ops tf = context.net().tf();
      List<Op> ops = new ArrayList<>();
      for (OptimizerContext.Gradient gradient : context.gradients()) {
        Variable memory = context.slot(gradient.variable(), "sum");
        Operand<TFloat32> sum = tf.math.add(memory.value(), gradient.value());
        ops.add(tf.assignVariableOp(memory.handle(), sum));
        ops.add(tf.assignSubVariableOp(
            gradient.variable().handle(), tf.math.mul(context.scale(), sum)));
      }
      return ops;
    }));
  }

  @Test
  void wrongSchedulesAreFound() {
    fails("factor", "the factor is -", schedule(progress -> 1 - 0.1 * progress.step()));
    fails(
        "factor",
        "the factor is NaN",
        schedule(progress -> progress.epoch() == 3 ? Double.NaN : 1));
    fails(
        "learning",
        "would learn nothing",
        schedule(progress -> (double) progress.step() / progress.steps()));
    double[] asked = {1};
    fails("determinism", "another factor", schedule(progress -> asked[0] *= 0.999));
  }
}
