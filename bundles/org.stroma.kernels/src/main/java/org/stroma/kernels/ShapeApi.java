/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;

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
    withRank = library.function(
        "TF_ShapeInferenceContextWithRank",
        void.class,
        long.class,
        long.class,
        long.class,
        long.class,
        long.class);
    subshape = library.function(
        "TF_ShapeInferenceContextSubshape",
        void.class,
        long.class,
        long.class,
        long.class,
        long.class,
        long.class,
        long.class);
    concatenate = library.function(
        "TF_ShapeInferenceContextConcatenateShapes",
        void.class,
        long.class,
        long.class,
        long.class,
        long.class,
        long.class);
  }

  /**
   * Gives an output the first axes of an input's shape.
   *
   * @param rank of the input
   * @param axes how many, or all
   */
  void likeInput(long context, long status, int from, int rank, int to, int axes) throws Throwable {
    if (failed(status)) {
      return;
    }
    long shape = (long) newShape.invokeExact();
    try {
      input.invokeExact(context, from, shape, status);
      withRank.invokeExact(context, shape, (long) rank, shape, status);
      if (failed(status)) {
        return;
      }
      if (axes < rank) {
        subshape.invokeExact(context, shape, 0L, (long) axes, shape, status);
      }
      setOutput.invokeExact(context, to, shape, status);
    } finally {
      deleteShape.invokeExact(shape);
    }
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
    if (failed(status)) {
      return;
    }
    long before = (long) newShape.invokeExact();
    long after = (long) newShape.invokeExact();
    try {
      input.invokeExact(context, from, after, status);
      withRank.invokeExact(context, after, (long) rank, after, status);
      if (failed(status)) {
        return;
      }
      subshape.invokeExact(context, after, 0L, (long) axis, before, status);
      subshape.invokeExact(context, after, axis + 1L, (long) end, after, status);
      concatenate.invokeExact(context, before, after, before, status);
      setOutput.invokeExact(context, to, before, status);
    } finally {
      deleteShape.invokeExact(before);
      deleteShape.invokeExact(after);
    }
  }

  /** Gives an output an input's shape. */
  void same(long context, long status, int from, int to) throws Throwable {
    if (failed(status)) {
      return;
    }
    long shape = (long) newShape.invokeExact();
    try {
      input.invokeExact(context, from, shape, status);
      if (!failed(status)) {
        setOutput.invokeExact(context, to, shape, status);
      }
    } finally {
      deleteShape.invokeExact(shape);
    }
  }

  /** Whether the status says something, which the next call would overwrite. */
  private boolean failed(long status) throws Throwable {
    return (int) getCode.invokeExact(status) != KernelApi.OK;
  }
}
