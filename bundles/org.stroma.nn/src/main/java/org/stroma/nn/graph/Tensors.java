/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.types.TFloat32;

/**
 * Direct access to tensor memory, so that large inputs are copied only once: from the file into the
 * tensor.
 */
public final class Tensors {
  private Tensors() {}

  /** A tensor with uninitialised memory; every element has to be written. */
  public static TFloat32 unset(long... shape) {
    return TFloat32.tensorOf(Shape.of(shape));
  }

  /**
   * A buffer over a range of a tensor's memory, in row-major order. Must not be used after the
   * tensor is closed.
   *
   * @param from index of the first element
   * @param count number of elements
   */
  public static FloatBuffer slice(TFloat32 tensor, long from, int count) {
    if (from < 0 || count < 0 || from + count > tensor.size()) {
      throw new IndexOutOfBoundsException(from + " + " + count + " of " + tensor.size());
    }
    long address = tensor.asRawTensor().data().accept(ADDRESS);
    return new At(address + from * Float.BYTES, count).asBuffer();
  }

  /** A copy of all elements, in row-major order. */
  public static float[] floats(TFloat32 tensor) {
    float[] floats = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(floats);
    return floats;
  }

  /** Sets a range of elements to zero. */
  public static void zero(TFloat32 tensor, long from, long count) {
    for (long done = 0; done < count; ) {
      int chunk = (int) Math.min(count - done, ZEROS.length);
      slice(tensor, from + done, chunk).put(ZEROS, 0, chunk);
      done += chunk;
    }
  }

  private static final float[] ZEROS = new float[1 << 16];

  private static final DataStorageVisitor<Long> ADDRESS = new DataStorageVisitor<>() {
    @Override
    public Long visit(java.nio.ByteBuffer buffer) {
      return new org.bytedeco.javacpp.BytePointer(buffer).address();
    }

    @Override
    public Long visit(long address, long length, long scale) {
      return address;
    }

    @Override
    public Long fallback() {
      throw new IllegalStateException("the memory of the tensor cannot be reached");
    }
  };

  /** A pointer to memory that it does not own. */
  private static final class At extends FloatPointer {
    At(long address, long count) {
      super((Pointer) null);
      this.address = address;
      this.limit = count;
      this.capacity = count;
    }
  }
}
