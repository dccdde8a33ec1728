/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Static shapes of operations (tensorflow/c/ops.h). */
final class ShapeApi {
  private final MethodHandle getCode;
  private final MethodHandle newShape;
  private final MethodHandle deleteShape;
  private final MethodHandle input;
  private final MethodHandle setOutput;
  private final MethodHandle withRank;
  private final MethodHandle subshape;
  private final MethodHandle concatenate;

  ShapeApi(Foreign library) throws ReflectiveOperationException {
    getCode = library.function("TF_GetCode", int.class, long.class);
    newShape = library.function("TF_NewShapeHandle", long.class);
    deleteShape = library.function("TF_DeleteShapeHandle", void.class, long.class);
    input = library.function(
        "TF_ShapeInferenceContextGetInput",
        void.class,
        long.class,
        int.class,
        long.class,
        long.class);
    setOutput = library.function(
        "TF_ShapeInferenceContextSetOutput",
        void.class,
        long.class,
        int.class,
        long.class,
        long.class);
    withRank = longs(library, "TF_ShapeInferenceContextWithRank", 5);
    subshape = longs(library, "TF_ShapeInferenceContextSubshape", 6);
    concatenate = longs(library, "TF_ShapeInferenceContextConcatenateShapes", 5);
  }

  private static MethodHandle longs(Foreign library, String name, int count)
      throws ReflectiveOperationException {
    Class<?>[] parameters = new Class<?>[count];
    Arrays.fill(parameters, long.class);
    return library.function(name, void.class, parameters);
  }

  /** Makes an output's shape of an input's. */
  @FunctionalInterface
  private interface Change {
    /** @param shape the input's, to be changed */
    void make(long shape) throws Throwable;
  }

  private void output(long context, long status, int from, int to, Change change) throws Throwable {
    if (failed(status)) {
      return;
    }
    long shape = (long) newShape.invokeExact();
    try {
      input.invokeExact(context, from, shape, status);
      if (!failed(status)) {
        change.make(shape);
      }
      if (!failed(status)) {
        setOutput.invokeExact(context, to, shape, status);
      }
    } finally {
      deleteShape.invokeExact(shape);
    }
  }

  /** Gives an output an input's shape. */
  void same(long context, long status, int from, int to) throws Throwable {
    output(context, status, from, to, shape -> {});
  }

  /**
   * Gives an output the first axes of an input's shape.
   *
   * @param rank of the input
   * @param axes how many, or all
   */
  void likeInput(long context, long status, int from, int rank, int to, int axes) throws Throwable {
    output(context, status, from, to, shape -> {
      withRank.invokeExact(context, shape, (long) rank, shape, status);
      if (!failed(status)) {
        subshape.invokeExact(context, shape, 0L, (long) axes, shape, status);
      }
    });
  }

  /**
   * Gives an output an input's shape without an axis.
   *
   * @param rank of the input
   * @param axis the one that is left out
   * @param end the axis before which the output ends
   */
  void withoutAxis(long context, long status, int from, int rank, int to, int axis, int end)
      throws Throwable {
    output(context, status, from, to, shape -> {
      withRank.invokeExact(context, shape, (long) rank, shape, status);
      if (failed(status)) {
        return;
      }
      long before = (long) newShape.invokeExact();
      try {
        subshape.invokeExact(context, shape, 0L, (long) axis, before, status);
        subshape.invokeExact(context, shape, axis + 1L, (long) end, shape, status);
        concatenate.invokeExact(context, before, shape, shape, status);
      } finally {
        deleteShape.invokeExact(before);
      }
    });
  }

  /** Whether the status says something, which the next call would overwrite. */
  private boolean failed(long status) throws Throwable {
    return (int) getCode.invokeExact(status) != KernelApi.OK;
  }
}
