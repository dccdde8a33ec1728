/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.parts.internal.ForeignCode;
import org.stroma.settings.SettingKeys;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;

/**
 * Runs code of parts, which may be anybody's: what it refuses is a fault of the place in the experiment that asks for the part,
 * what it throws is told as the part's own, and what never ends is left behind.
 *
 * @param patienceSeconds how long a part may build; other work may take {@value #LONGER} times as long
 */
public record PartInvoker(int patienceSeconds) {
  private static final Logger LOG = LoggerFactory.getLogger(PartInvoker.class);
  private static final int LONGER = 10;

  /** What a part is asked to do, for messages. */
  public enum Work {
    /** To build a part of the model's graph. */
    BUILD("building", "it was built", "builds nothing", 1),
    /** To split a cohort. */
    SPLIT("splitting the cohort", "it split the cohort", "gives no folds", LONGER),
    /** To compute a metric. */
    MEASURE("computing", "it was computed", "gives no value", LONGER),
    /** To fit a baseline. */
    FIT("fitting", "it was fitted", "gives no models", 10 * LONGER);

    private final String doing;
    private final String during;
    private final String nothing;
    private final int patience;

    Work(String doing, String during, String nothing, int patience) {
      this.doing = doing;
      this.during = during;
      this.nothing = nothing;
      this.patience = patience;
    }
  }

  /** One that is as patient as stroma.buildSeconds says, or so many seconds where it says nothing. */
  public static PartInvoker of(BundleContext context, int fallbackSeconds) {
    return new PartInvoker(
        SettingKeys.BUILD_SECONDS.given(context::getProperty).orElse(fallbackSeconds));
  }

  /** Runs code of a part that builds something. */
  public <T> T run(PartUse use, Object part, Supplier<T> code) {
    return run(Work.BUILD, use, part, code);
  }

  /**
   * Runs code of a part.
   *
   * @return its result, never null
   * @throws FaultsException at the part's slot for all that it refuses or does wrong
   * @throws DataException what it says of the data
   * @throws CancelledException when this thread is interrupted
   */
  public <T> T run(Work work, PartUse use, Object part, Supplier<T> code) {
    ForeignCode<T> running = ForeignCode.start("stroma-part-" + use.type(), code::get);
    int seconds = patienceSeconds * work.patience;
    try {
      T made = running.get(seconds);
      if (made == null) {
        throw refuse(use, name(use, part) + " " + work.nothing + ": it returns null");
      }
      return made;
    } catch (TimeoutException e) {
      throw refuse(
          use,
          name(use, part) + " did not end " + work.doing + " within " + seconds
              + " s (stroma.buildSeconds" + (work.patience == 1 ? "" : " x " + work.patience)
              + "); its thread is left behind");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      throw told(work, use, part, e.getCause());
    }
  }

  private static RuntimeException told(Work work, PartUse use, Object part, Throwable cause) {
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
    LOG.error("{} failed while {}", name(use, part), work.during, cause);
    return refuse(
        use,
        name(use, part) + " failed while " + work.during + ": "
            + cause.getClass().getSimpleName()
            + (cause.getMessage() == null
                ? ""
                : ": " + cause.getMessage().lines().findFirst().orElse("")));
  }

  /**
   * Refuses what a part has built with another shape than was promised.
   *
   * @param wanted the lengths; -1 for any
   * @throws FaultsException with both shapes
   */
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
          name(use, part) + " gives " + what + " of shape " + label(shape.asArray())
              + "; it has to be " + label(wanted));
    }
  }

  private static String label(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(length -> length < 0 ? "?" : Long.toString(length))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String name(PartUse use, Object part) {
    return PartDescriptor.describe(
        use.kind(), use.type(), FrameworkUtil.getBundle(part.getClass()));
  }

  private static FaultsException refuse(PartUse use, String message) {
    return new FaultsException(List.of(new Fault(use.slot(), message)), false);
  }
}
