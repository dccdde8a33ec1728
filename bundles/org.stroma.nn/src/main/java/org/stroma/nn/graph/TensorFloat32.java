/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TFE_CustomDevice;

/**
 * TensorFlow's switch for TensorFloat32, one for the whole process: with it, NVIDIA GPUs since Ampere round the factors of
 * float32 products and convolutions to 10 bits of mantissa. TensorFlow starts with it on. It has no function for this in its
 * C API, but its library exports that of C++ ({@code tsl::enable_tensor_float_32_execution}), which is called here by its
 * address.
 */
public final class TensorFloat32 {
  private static final String SET = "_ZN3tsl32enable_tensor_float_32_executionEb";
  private static final String GET = "_ZN3tsl33tensor_float_32_execution_enabledEv";

  /** Null where TensorFlow's library does not have it under this name. */
  private static final @Nullable Switch SWITCH = Switch.find();

  private static int holders;
  private static boolean held;

  private TensorFloat32() {}

  /** Whether the switch can be reached; where it cannot, TensorFlow's default holds. */
  public static boolean reachable() {
    return SWITCH != null;
  }

  /** Whether TensorFloat32 is on now, as far as TensorFlow decides it: NVIDIA's libraries obey {@code NVIDIA_TF32_OVERRIDE} first. */
  public static boolean enabled() {
    return SWITCH == null || SWITCH.get();
  }

  /** The switch as somebody needs it, until it is closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Turns TensorFloat32 on or off, until it is closed; afterwards it is off. Several may hold it at once if they want the same.
   *
   * @throws IllegalStateException with a sentence, if others hold it and want the opposite
   */
  public static synchronized Hold hold(boolean on) {
    if (holders > 0 && held != on) {
      throw new IllegalStateException(
          "something else in this process computes in "
              + (held ? "tensorfloat32" : "float32")
              + ", and the precision is one for the whole process; wait for its end, or start another process");
    }
    turn(on);
    holders++;
    held = on;
    return new Holder();
  }

  static void turn(boolean on) {
    if (SWITCH != null) {
      SWITCH.set(on);
    }
  }

  private static synchronized void release() {
    boolean changed = SWITCH != null && SWITCH.get() != held;
    holders--;
    if (holders == 0) {
      turn(false);
    }
    if (changed) {
      throw new IllegalStateException(
          "the precision was changed from outside while this computed in "
              + (held ? "tensorfloat32" : "float32")
              + ", as by another copy of Stroma in this process; what was computed is not to be trusted");
    }
  }

  private static final class Holder implements Hold {
    private boolean closed;

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        release();
      }
    }
  }

  /**
   * The two functions, called through JavaCPP's pointers to functions of TensorFlow's C API whose registers for arguments and
   * results are the same: (void*) for (bool), and (void*, void*) for () that gives a bool.
   */
  private static final class Switch {
    private final PointerPointer<Pointer> setCell = new PointerPointer<>(1);
    private final PointerPointer<Pointer> getCell = new PointerPointer<>(1);
    private final TFE_CustomDevice.Delete_device_Pointer setter;
    private final TFE_CustomDevice.Shall_pin_to_this_device_TFE_Op_TF_Status getter;

    /** JavaCPP's pointer to a function is the address of a cell that holds the function's. */
    private Switch(Pointer set, Pointer get) {
      setter = new TFE_CustomDevice.Delete_device_Pointer(setCell.put(0, set));
      getter = new TFE_CustomDevice.Shall_pin_to_this_device_TFE_Op_TF_Status(getCell.put(0, get));
    }

    static @Nullable Switch find() {
      // loads the library
      TensorFlow.version();
      Pointer set = Loader.addressof(SET);
      Pointer get = Loader.addressof(GET);
      return set == null || set.isNull() || get == null || get.isNull()
          ? null
          : new Switch(set, get);
    }

    void set(boolean on) {
      setter.call(on ? new One() : null);
    }

    boolean get() {
      return getter.call(null, null);
    }
  }

  /** The address 1: true in the register of the first argument. */
  private static final class One extends Pointer {
    One() {
      address = 1;
    }
  }
}
