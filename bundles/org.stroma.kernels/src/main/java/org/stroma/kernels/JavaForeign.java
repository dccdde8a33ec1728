/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Optional;

/** By {@code java.lang.foreign}, which is final since Java 22. By reflection, as the code is compiled by 17. */
final class JavaForeign implements Foreign {
  private static final int SINCE = 22;
  private static final Reflection CLASSES =
      new Reflection(Object.class.getModule(), "java.lang.foreign.");

  private final Object linker;
  private final Object arena;
  private final Object symbols;

  JavaForeign(Path library) throws ReflectiveOperationException {
    linker = CLASSES.call("Linker", "nativeLinker", null);
    arena = CLASSES.call("Arena", "global", null);
    symbols = CLASSES.call("SymbolLookup", "libraryLookup", null, library, arena);
  }

  /** Whether this Java has it. */
  static boolean there() {
    return Runtime.version().feature() >= SINCE;
  }

  /** See {@link Foreign#permitted}. */
  static boolean permitted() {
    try {
      return (Boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(JavaForeign.class.getModule());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  @Override
  public MethodHandle function(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    Optional<?> address = (Optional<?>) CLASSES.call("SymbolLookup", "find", symbols, name);
    if (address.isEmpty()) {
      throw new NoSuchMethodException("TensorFlow has no function " + name);
    }
    Object descriptor = descriptor(MethodType.methodType(result, parameters));
    return (MethodHandle)
        CLASSES.call("Linker", "downcallHandle", linker, address.get(), descriptor, noOptions());
  }

  @Override
  public long callback(MethodHandle target) throws ReflectiveOperationException {
    Object descriptor = descriptor(target.type());
    Object stub =
        CLASSES.call("Linker", "upcallStub", linker, target, descriptor, arena, noOptions());
    return (Long) CLASSES.call("MemorySegment", "address", stub);
  }

  private static Object descriptor(MethodType type) throws ReflectiveOperationException {
    return CLASSES.descriptor(type, "ValueLayout", "JAVA_LONG", "JAVA_INT");
  }

  private static Object noOptions() throws ReflectiveOperationException {
    return Array.newInstance(CLASSES.type("Linker$Option"), 0);
  }
}
