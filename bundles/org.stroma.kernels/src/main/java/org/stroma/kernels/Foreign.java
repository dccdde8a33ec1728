/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is needed of {@code java.lang.foreign}: calls to functions of a library, and functions of our
 * own that it calls. By reflection, because these classes are final since Java 22 and the code is
 * compiled by 17. Pointers are longs, which on 64-bit machines are passed in the same way; so a
 * function is described by the type of its method handle alone.
 */
final class Foreign {
  /** The first version of Java that has it. */
  static final int SINCE = 22;

  private static final String PACKAGE = "java.lang.foreign.";

  private final Object linker;
  private final Object arena;
  private final Object symbols;

  /**
   * Opens a library, which stays open.
   *
   * @throws ReflectiveOperationException if this Java has no such classes
   */
  Foreign(Path library) throws ReflectiveOperationException {
    linker = call("Linker", "nativeLinker", null);
    arena = call("Arena", "global", null);
    symbols = call("SymbolLookup", "libraryLookup", null, library, arena);
  }

  /**
   * Whether code in this module may call native functions without a warning on the screen or an
   * exception.
   */
  static boolean permitted() {
    if (Runtime.version().feature() < SINCE) {
      return false;
    }
    try {
      return (Boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(Foreign.class.getModule());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /**
   * A function of the library.
   *
   * @param result long, int or void
   * @param parameters long or int
   * @throws NoSuchMethodException if the library does not have it
   */
  MethodHandle function(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    Optional<?> address = (Optional<?>) call("SymbolLookup", "find", symbols, name);
    if (address.isEmpty()) {
      throw new NoSuchMethodException("TensorFlow has no function " + name);
    }
    Object descriptor = descriptor(MethodType.methodType(result, parameters));
    return (MethodHandle)
        call("Linker", "downcallHandle", linker, address.get(), descriptor, noOptions());
  }

  /**
   * The address of a function that calls a method; it is there until the virtual machine ends.
   *
   * @param target takes and gives longs and ints. It must not throw: that would end the process
   */
  long callback(MethodHandle target) throws ReflectiveOperationException {
    Object stub =
        call("Linker", "upcallStub", linker, target, descriptor(target.type()), arena, noOptions());
    return (Long) call("MemorySegment", "address", stub);
  }

  private static Object descriptor(MethodType type) throws ReflectiveOperationException {
    Object layouts = Array.newInstance(name("MemoryLayout"), type.parameterCount());
    for (int i = 0; i < type.parameterCount(); i++) {
      Array.set(layouts, i, layout(type.parameterType(i)));
    }
    return type.returnType() == void.class
        ? call("FunctionDescriptor", "ofVoid", null, layouts)
        : call("FunctionDescriptor", "of", null, layout(type.returnType()), layouts);
  }

  private static Object layout(Class<?> type) throws ReflectiveOperationException {
    String field = type == long.class ? "JAVA_LONG" : "JAVA_INT";
    return name("ValueLayout").getField(field).get(null);
  }

  private static Object noOptions() throws ReflectiveOperationException {
    return Array.newInstance(name("Linker$Option"), 0);
  }

  private static Class<?> name(String type) throws ClassNotFoundException {
    return Class.forName(PACKAGE + type);
  }

  /** Calls the method of that name that takes these arguments. */
  private static Object call(String type, String method, Object target, Object... arguments)
      throws ReflectiveOperationException {
    for (var candidate : name(type).getMethods()) {
      if (candidate.getName().equals(method) && takes(candidate.getParameterTypes(), arguments)) {
        try {
          return candidate.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          throw new ReflectiveOperationException(
              "java.lang.foreign." + type + "." + method + ": " + e.getCause(), e.getCause());
        }
      }
    }
    throw new NoSuchMethodException(PACKAGE + type + "." + method);
  }

  private static boolean takes(Class<?>[] parameters, Object[] arguments) {
    boolean fits = parameters.length == arguments.length;
    for (int i = 0; fits && i < parameters.length; i++) {
      fits = parameters[i].isInstance(arguments[i]);
    }
    return fits;
  }
}
