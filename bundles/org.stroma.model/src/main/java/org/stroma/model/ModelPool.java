/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.stroma.parts.WiredParts;

/**
 * Lends the models of a run. To make a graph and have TensorFlow prepare it takes as long as many steps: so a model that was given back serves
 * whoever wants one with the same graph, as from one fold to the next. Whoever borrows a model {@linkplain Model#restart starts it anew} or
 * {@linkplain Model#assign assigns} all its variables. A few models alone wait for another use, as each keeps its variables on the device.
 */
public final class ModelPool implements AutoCloseable {
  /** So many models wait. */
  static final int IDLE = 2;

  /** All that wait have so many numbers at most, 256 MB: to train larger models takes far longer than to make them. */
  private static final long NUMBERS = 1L << 26;

  /** The one that was used last comes first. */
  private final Deque<Model> idle = new ArrayDeque<>();

  private final long numbers;
  private boolean closed;

  /** Without models yet. */
  public ModelPool() {
    this(NUMBERS);
  }

  /** @param numbers that all waiting models have at most in their variables */
  ModelPool(long numbers) {
    this.numbers = numbers;
  }

  /** A model that nobody else has until this is closed, which gives it back. */
  public final class Loan implements AutoCloseable {
    private final Model model;
    private boolean ended;

    private Loan(Model model) {
      this.model = model;
    }

    /** The model; its variables have the values of whoever had it before, or none. */
    public Model model() {
      return model;
    }

    @Override
    public void close() {
      if (!ended) {
        ended = true;
        back(model);
      }
    }
  }

  /**
   * Lends a model.
   *
   * @throws org.stroma.parts.FaultsException where one has to be made, as of {@link Model#of}
   * @throws IllegalStateException where this is closed
   */
  public Loan lend(ModelSpec spec) {
    Model waiting = waiting(spec);
    if (waiting != null) {
      waiting.seed(spec.seed());
      return new Loan(waiting);
    }
    // those of other settings may hold the process to another precision
    drop(model -> !model.madeWith(spec.experiment()));
    return new Loan(Model.of(spec));
  }

  private synchronized @Nullable Model waiting(ModelSpec spec) {
    if (closed) {
      throw new IllegalStateException("no models are lent any more");
    }
    for (Iterator<Model> models = idle.iterator(); models.hasNext(); ) {
      Model model = models.next();
      if (model.serves(spec)) {
        models.remove();
        return model;
      }
    }
    return null;
  }

  private void back(Model model) {
    List<Model> left = new ArrayList<>();
    synchronized (this) {
      idle.addFirst(model);
      while (closed && !idle.isEmpty() || idle.size() > IDLE || size() > numbers) {
        left.add(idle.removeLast());
      }
    }
    close(left);
  }

  private long size() {
    return idle.stream()
        .flatMap(model -> model.variables().all().stream())
        .mapToLong(variable -> variable.shape().size())
        .sum();
  }

  /** Closes waiting models of some parts, which are about to go away. */
  public void drop(WiredParts parts) {
    drop(model -> model.madeOf(parts));
  }

  private void drop(Predicate<Model> unwanted) {
    List<Model> left;
    synchronized (this) {
      left = idle.stream().filter(unwanted).toList();
      idle.removeAll(left);
    }
    close(left);
  }

  private static void close(List<Model> models) {
    RuntimeException failure = null;
    for (Model model : models) {
      try {
        model.close();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes waiting models; those that are lent close when they come back. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    drop(model -> true);
  }
}
