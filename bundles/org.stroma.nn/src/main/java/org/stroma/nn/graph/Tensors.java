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

/** Tensors whose memory is written in place, so that large inputs are copied once: from the file into the tensor. */
public final class Tensors {
  private Tensors() {}

  /** A tensor whose numbers are whatever the memory holds: all of them have to be written. */
  public static TFloat32 unset(long... shape) {
    return TFloat32.tensorOf(Shape.of(shape));
  }

  /**
   * A part of a tensor as a buffer on its own memory, row-major. It must not be used after the tensor was closed.
   *
   * @param from the first number
   * @param count how many
   */
  public static FloatBuffer slice(TFloat32 tensor, long from, int count) {
    if (from < 0 || count < 0 || from + count > tensor.size()) {
      throw new IndexOutOfBoundsException(from + " + " + count + " of " + tensor.size());
    }
    long address = tensor.asRawTensor().data().accept(ADDRESS);
    return new At(address + from * Float.BYTES, count).asBuffer();
  }

  /** Sets numbers to zero. */
  public static void zero(TFloat32 tensor, long from, long count) {
    for (long done = 0; done < count; ) {
      int some = (int) Math.min(count - done, ZEROS.length);
      slice(tensor, from + done, some).put(ZEROS, 0, some);
      done += some;
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

  /** Memory at an address, which somebody else owns. */
  private static final class At extends FloatPointer {
    At(long address, long count) {
      super((Pointer) null);
      this.address = address;
      this.limit = count;
      this.capacity = count;
    }
  }
}
