/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.settings.SettingKeys;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;

/**
 * Runs what parts build. It is code that we may never have seen: what it refuses is a fault of the place in the experiment that
 * asks for it, what it throws is told as its own, and a part that builds without end is left behind.
 *
 * @param patienceSeconds how long a part may build
 */
public record PartInvoker(int patienceSeconds) {
  private static final Logger LOG = LoggerFactory.getLogger(PartInvoker.class);

  /** Seconds that code of a part may take, as stroma.buildSeconds says. */
  static int patience(BundleContext context, int fallback) {
    return SettingKeys.BUILD_SECONDS.given(context::getProperty).orElse(fallback);
  }

  /** Runs the code of a part. */
  public <T> T run(PartUse use, Object part, Supplier<T> code) {
    FutureTask<T> task = new FutureTask<>(code::get);
    Thread thread = new Thread(task, "stroma-build-" + use.type());
    thread.setDaemon(true);
    thread.start();
    try {
      T made = task.get(patienceSeconds, TimeUnit.SECONDS);
      if (made == null) {
        throw refuse(use, name(use, part) + " builds nothing: it returns null");
      }
      return made;
    } catch (TimeoutException e) {
      task.cancel(true);
      throw refuse(
          use,
          name(use, part) + " did not end building within " + patienceSeconds
              + " s (stroma.buildSeconds); its thread is left behind");
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      throw told(use, part, e.getCause());
    }
  }

  private static RuntimeException told(PartUse use, Object part, Throwable cause) {
    if (cause instanceof FaultsException
        || cause instanceof DataException
        || cause instanceof CancelledException) {
      return (RuntimeException) cause;
    }
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      return refuse(use, cause.getMessage());
    }
    if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
      throw (Error) cause;
    }
    LOG.error("{} failed while it was built", name(use, part), cause);
    return refuse(
        use,
        name(use, part) + " failed while it was built: " + cause.getClass().getSimpleName()
            + (cause.getMessage() == null
                ? ""
                : ": " + cause.getMessage().lines().findFirst().orElse("")));
  }

  /** Refuses what a part has built with another shape than was promised; -1 stands for any length. */
  public static void check(
      PartUse use, Object part, String what, Operand<?> built, long... wanted) {
    if (built == null) {
      throw refuse(use, name(use, part) + " gives no " + what);
    }
    Shape shape = built.shape();
    if (shape.isUnknown()) {
      return;
    }
    boolean fits = shape.numDimensions() == wanted.length;
    for (int i = 0; fits && i < wanted.length; i++) {
      fits = wanted[i] < 0 || shape.get(i) < 0 || shape.get(i) == wanted[i];
    }
    if (!fits) {
      throw refuse(
          use,
          name(use, part) + " gives " + what + " of shape " + words(shape.asArray())
              + "; it has to be " + words(wanted));
    }
  }

  private static String words(long[] shape) {
    StringBuilder words = new StringBuilder("[");
    for (long length : shape) {
      words.append(words.length() == 1 ? "" : ", ").append(length < 0 ? "?" : "" + length);
    }
    return words.append(']').toString();
  }

  private static String name(PartUse use, Object part) {
    return PartDescriptor.words(use.kind(), use.type(), FrameworkUtil.getBundle(part.getClass()));
  }

  private static FaultsException refuse(PartUse use, String message) {
    return new FaultsException(List.of(new Fault(use.slot(), message)), false);
  }
}
