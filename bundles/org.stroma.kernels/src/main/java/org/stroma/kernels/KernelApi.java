/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.stroma.kernels.Buffers.SizeException;

/**
 * The functions of TensorFlow's C API that kernels call (tensorflow/c/kernels.h, c/tf_tensor.h and
 * c/tf_status.h). TensorFlow Java has no binding for the first.
 */
final class KernelApi {
  /** Codes of c/tf_status.h. */
  static final int OK = 0;

  static final int INVALID_ARGUMENT = 3;
  static final int RESOURCE_EXHAUSTED = 8;
  static final int INTERNAL = 13;

  /** Of c/tf_datatype.h. */
  private static final int FLOAT = 1;

  private final MethodHandle newStatus;
  private final MethodHandle deleteStatus;
  private final MethodHandle setStatus;
  private final MethodHandle getCode;
  private final MethodHandle message;
  private final MethodHandle getInput;
  private final MethodHandle allocateOutput;
  private final MethodHandle failure;
  private final MethodHandle rank;
  private final MethodHandle dimension;
  private final MethodHandle data;
  private final MethodHandle deleteTensor;

  KernelApi(Foreign library) throws ReflectiveOperationException {
    newStatus = library.function("TF_NewStatus", long.class);
    deleteStatus = library.function("TF_DeleteStatus", void.class, long.class);
    setStatus = library.function("TF_SetStatus", void.class, long.class, int.class, long.class);
    getCode = library.function("TF_GetCode", int.class, long.class);
    message = library.function("TF_Message", long.class, long.class);
    getInput =
        library.function("TF_GetInput", void.class, long.class, int.class, long.class, long.class);
    allocateOutput = library.function(
        "TF_AllocateOutput",
        long.class,
        long.class,
        int.class,
        int.class,
        long.class,
        int.class,
        long.class,
        long.class);
    failure = library.function("TF_OpKernelContext_Failure", void.class, long.class, long.class);
    rank = library.function("TF_NumDims", int.class, long.class);
    dimension = library.function("TF_Dim", long.class, long.class, int.class);
    data = library.function("TF_TensorData", long.class, long.class);
    deleteTensor = library.function("TF_DeleteTensor", void.class, long.class);
  }

  /** A status of TensorFlow's. */
  final class Status implements AutoCloseable {
    final long address;

    Status() throws Throwable {
      address = (long) newStatus.invokeExact();
    }

    void set(int code, String words) throws Throwable {
      try (BytePointer string = new BytePointer(words)) {
        setStatus.invokeExact(address, code, string.address());
      }
    }

    /** @throws IllegalStateException with TensorFlow's words if something failed */
    void check() throws Throwable {
      if ((int) getCode.invokeExact(address) != OK) {
        throw new IllegalStateException(NativeMemory.string((long) message.invokeExact(address)));
      }
    }

    @Override
    public void close() {
      try {
        deleteStatus.invokeExact(address);
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
    }
  }

  /** A handle of a tensor of floats; to be closed, which leaves the tensor itself to TensorFlow. */
  final class Tensor implements AutoCloseable {
    private final long address;
    private final long[] shape;

    private Tensor(long address) throws Throwable {
      this.address = address;
      shape = new long[(int) rank.invokeExact(address)];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = (long) dimension.invokeExact(address, i);
      }
    }

    long[] shape() {
      return shape;
    }

    /**
     * The memory of each of the sequences in a batch.
     *
     * @throws SizeException if one has more than a buffer can hold
     */
    FloatBuffer[] sequences() throws Throwable {
      long floats = 1;
      for (int i = 1; i < shape.length; i++) {
        floats = Math.multiplyExact(floats, shape[i]);
      }
      if (floats > Integer.MAX_VALUE / Float.BYTES) {
        throw new SizeException("attention over a sequence of " + floats
            + " numbers, and the kernels in Java take at most " + Integer.MAX_VALUE / Float.BYTES);
      }
      FloatBuffer[] sequences = new FloatBuffer[(int) shape[0]];
      long start = (long) data.invokeExact(address);
      for (int b = 0; b < sequences.length; b++) {
        sequences[b] = NativeMemory.floats(start + b * floats * Float.BYTES, (int) floats);
      }
      return sequences;
    }

    /** How many there are. */
    long floats() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** Its memory in pieces of so many floats; the last one may have fewer. */
    List<FloatBuffer> pieces(int size) throws Throwable {
      long floats = floats();
      long start = (long) data.invokeExact(address);
      List<FloatBuffer> pieces = new ArrayList<>();
      for (long from = 0; from < floats; from += size) {
        pieces.add(
            NativeMemory.floats(start + from * Float.BYTES, (int) Math.min(size, floats - from)));
      }
      return pieces;
    }

    /** A copy of a small tensor. */
    float[] numbers() throws Throwable {
      float[] numbers = new float[Math.toIntExact(floats())];
      NativeMemory.floats((long) data.invokeExact(address), numbers.length).get(numbers);
      return numbers;
    }

    @Override
    public void close() {
      try {
        deleteTensor.invokeExact(address);
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
    }
  }

  /** In words. */
  static String shapes(List<Tensor> tensors) {
    return String.join(
        ", ", tensors.stream().map(tensor -> Arrays.toString(tensor.shape())).toList());
  }

  /** An input of the operation that is being computed. */
  Tensor input(long context, int index, Status status) throws Throwable {
    try (LongPointer tensor = new LongPointer(1)) {
      tensor.put(0, 0L);
      getInput.invokeExact(context, index, tensor.address(), status.address);
      status.check();
      return new Tensor(tensor.get());
    }
  }

  /** An output, with anything in it. */
  Tensor output(long context, int index, Status status, long... shape) throws Throwable {
    long bytes = Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact);
    try (LongPointer dimensions = new LongPointer(shape)) {
      long tensor = (long) allocateOutput.invokeExact(
          context, index, FLOAT, dimensions.address(), shape.length, bytes, status.address);
      status.check();
      return new Tensor(tensor);
    }
  }

  /** Lets the operation fail, and with it the session's run. */
  void fail(long context, int code, String words) throws Throwable {
    try (Status status = new Status()) {
      status.set(code, words);
      failure.invokeExact(context, status.address);
    }
  }
}
