/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import org.stroma.nn.graph.Gradients;
import org.tensorflow.Operand;
import org.tensorflow.framework.activations.ELU;
import org.tensorflow.framework.activations.ReLU;
import org.tensorflow.framework.activations.SELU;
import org.tensorflow.framework.activations.Sigmoid;
import org.tensorflow.framework.activations.Softplus;
import org.tensorflow.framework.activations.Softsign;
import org.tensorflow.framework.activations.Swish;
import org.tensorflow.framework.activations.Tanh;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Element-wise activations; all except GELU are those of tensorflow-framework.
 *
 * <p>Can be the type of a part's setting, as in
 * {@code Activation activation() default Activation.relu}. The constants are lower-case because
 * metatype uses enum names literally, so this is how experiments spell them.
 */
public enum Activation {
  /** x where x > 0, else exp(x) - 1 (Clevert et al. 2016). */
  elu {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return ELU.elu(tf, x, 1);
    }
  },

  /** x Phi(x), exact, by erf (Hendrycks and Gimpel 2016). */
  gelu {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      Operand<TFloat32> y = tf.math.mul(x, cdf(tf, x));
      return Gradients.available()
          // the way back needs x alone, and three times as much where it is left to TensorFlow
          ? Gradients.given(tf, y, List.of(x), Activation::geluGradient)
          : y;
    }
  },

  /** max(x, 0). */
  relu {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return ReLU.relu(tf, x);
    }
  },

  /** 1.0507 x where x > 0, else 1.7581 (exp(x) - 1) (Klambauer et al. 2017). */
  selu {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return SELU.selu(tf, x);
    }
  },

  /** 1 / (1 + exp(-x)). */
  sigmoid {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return Sigmoid.sigmoid(tf, x);
    }
  },

  /** log(1 + exp(x)). */
  softplus {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return Softplus.softplus(tf, x);
    }
  },

  /** x / (1 + |x|). */
  softsign {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return Softsign.softsign(tf, x);
    }
  },

  /** x / (1 + exp(-x)), PyTorch's SiLU (Ramachandran et al. 2017). */
  swish {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return Swish.swish(tf, x);
    }
  },

  /** The hyperbolic tangent. */
  tanh {
    @Override
    public Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x) {
      return Tanh.tanh(tf, x);
    }
  };

  /** Phi(x), of the standard normal distribution. */
  private static Operand<TFloat32> cdf(Ops tf, Operand<TFloat32> x) {
    return tf.math.mul(
        tf.constant(0.5f),
        tf.math.add(
            tf.constant(1f), tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))))));
  }

  /** Phi(x) + x phi(x). */
  private static List<Operand<TFloat32>> geluGradient(
      Ops tf, Operand<TFloat32> y, List<Operand<TFloat32>> inputs, Operand<TFloat32> outer) {
    Operand<TFloat32> x = inputs.get(0);
    Operand<TFloat32> density = tf.math.mul(
        tf.math.exp(tf.math.mul(tf.math.square(x), tf.constant(-0.5f))),
        tf.constant((float) (1 / Math.sqrt(2 * Math.PI))));
    return List.of(tf.math.mul(outer, tf.math.add(cdf(tf, x), tf.math.mul(x, density))));
  }

  /**
   * Applies the activation.
   *
   * @return a tensor of the shape of x
   */
  public abstract Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x);

  /**
   * The activation with a name.
   *
   * @throws IllegalArgumentException if there is no such activation
   */
  public static Activation of(String name) {
    for (Activation activation : values()) {
      if (activation.name().equals(name)) {
        return activation;
      }
    }
    throw new IllegalArgumentException("there is no activation \"" + name + "\"; there are "
        + java.util.Arrays.stream(values())
            .map(Enum::name)
            .collect(java.util.stream.Collectors.joining(", ")));
  }
}
