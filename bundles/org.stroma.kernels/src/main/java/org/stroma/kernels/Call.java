/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.stroma.kernels.Buffers.SizeException;

/** A call by TensorFlow to compute an operation. What goes wrong fails the session's run, with words. */
final class Call implements Registration.Kernel {
  private static final Logger LOG = Logger.getLogger("org.stroma.kernels");

  /** What an operation computes. */
  @FunctionalInterface
  interface Computation {
    /** @param in the inputs, which the caller closes */
    void compute(Context context, List<KernelApi.Tensor> in) throws Throwable;
  }

  /** Makes the outputs. */
  @FunctionalInterface
  interface Context {
    KernelApi.Tensor output(int index, long... shape) throws Throwable;
  }

  private final KernelApi api;
  private final String what;
  private final int inputs;
  private final Computation computation;

  /** @param what it computes, in messages */
  Call(KernelApi api, String what, int inputs, Computation computation) {
    this.api = api;
    this.what = what;
    this.inputs = inputs;
    this.computation = computation;
  }

  /** An exception out of here would end the process. */
  @Override
  public void compute(long context) {
    try {
      run(context);
    } catch (OutOfMemoryError e) {
      fail(
          context,
          KernelApi.RESOURCE_EXHAUSTED,
          what + " needs more than is left of the memory that Java may use, "
              + (Runtime.getRuntime().maxMemory() >> 20) + " MiB (-Xmx)");
    } catch (SizeException e) {
      fail(context, KernelApi.RESOURCE_EXHAUSTED, e.getMessage());
    } catch (IllegalArgumentException e) {
      fail(context, KernelApi.INVALID_ARGUMENT, e.getMessage());
    } catch (Throwable t) {
      LOG.log(Level.WARNING, what + " failed", t);
      fail(context, KernelApi.INTERNAL, what + " in Java failed: " + t);
    }
  }

  private void run(long context) throws Throwable {
    List<KernelApi.Tensor> in = new ArrayList<>();
    try (KernelApi.Status status = api.new Status()) {
      for (int i = 0; i < inputs; i++) {
        in.add(api.input(context, i, status));
      }
      computation.compute((index, shape) -> api.output(context, index, status, shape), in);
    } finally {
      in.forEach(KernelApi.Tensor::close);
    }
  }

  private void fail(long context, int code, String words) {
    try {
      api.fail(context, code, words);
    } catch (Throwable t) {
      LOG.log(Level.SEVERE, "TensorFlow could not be told that " + what + " failed", t);
    }
  }
}
