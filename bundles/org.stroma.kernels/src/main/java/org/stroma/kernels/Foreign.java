/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Calls to functions of a native library, and functions of our own that it calls. Pointers are longs, which on 64-bit
 * machines are passed in the same way; so a function is described by the type of its method handle alone.
 */
interface Foreign {
  /**
   * A function of the library.
   *
   * @param result long, int or void
   * @param parameters long or int
   * @throws NoSuchMethodException if the library does not have it
   */
  MethodHandle function(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException;

  /**
   * The address of a function that calls a method; it is there until the virtual machine ends.
   *
   * @param target takes and gives longs and ints. It must not throw: that would end the process
   */
  long callback(MethodHandle target) throws ReflectiveOperationException;

  /**
   * Opens a library, which stays open.
   *
   * @throws ReflectiveOperationException if this Java cannot
   */
  static Foreign open(Path library) throws ReflectiveOperationException {
    return JavaForeign.there() ? new JavaForeign(library) : new IncubatingForeign(library);
  }

  /**
   * Whether code in this module may call native functions without a warning on the screen or an exception.
   */
  static boolean permitted() {
    return JavaForeign.there() ? JavaForeign.permitted() : IncubatingForeign.permitted();
  }
}
