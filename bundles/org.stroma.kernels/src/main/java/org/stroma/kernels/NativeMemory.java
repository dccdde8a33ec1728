/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Memory of TensorFlow's, by its address. */
final class NativeMemory {
  private NativeMemory() {}

  /** Floats that the buffer does not own. */
  static FloatBuffer floats(long address, int count) {
    // a buffer at no address cannot be made
    return count == 0 ? FloatBuffer.allocate(0) : new Floats(address, count).asBuffer();
  }

  /** A string of C. */
  static String string(long address) {
    return address == 0 ? "" : new Bytes(address).getString();
  }

  private static final class Floats extends FloatPointer {
    Floats(long address, long count) {
      super((Pointer) null);
      this.address = address;
      this.limit = count;
      this.capacity = count;
    }
  }

  private static final class Bytes extends BytePointer {
    Bytes(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
