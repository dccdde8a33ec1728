/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Classes of a package that the Java which compiles this does not have, or has for a time only.
 *
 * @param module where the package is
 * @param start of a class's name, with the dot
 */
record Reflection(Module module, String start) {
  /** @throws ClassNotFoundException if it is not there */
  Class<?> type(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName(module, start + name);
    if (type == null) {
      throw new ClassNotFoundException(start + name);
    }
    return type;
  }

  /**
   * Calls the method of that name that takes these arguments.
   *
   * @param target null for a static method
   * @throws ReflectiveOperationException if there is none, or with what it throws
   */
  Object call(String type, String method, Object target, Object... arguments)
      throws ReflectiveOperationException {
    for (Method candidate : type(type).getMethods()) {
      if (candidate.getName().equals(method) && takes(candidate.getParameterTypes(), arguments)) {
        try {
          return candidate.invoke(target, arguments);
        } catch (InvocationTargetException e) {
          throw new ReflectiveOperationException(
              start + type + "." + method + ": " + e.getCause(), e.getCause());
        }
      }
    }
    throw new NoSuchMethodException(start + type + "." + method);
  }

  /**
   * A {@code FunctionDescriptor} for longs and ints.
   *
   * @param layouts the class with the layouts of C's types
   * @param whole the field with the layout of a long
   * @param half that of an int
   */
  Object descriptor(MethodType type, String layouts, String whole, String half)
      throws ReflectiveOperationException {
    Object parameters = Array.newInstance(type("MemoryLayout"), type.parameterCount());
    for (int i = 0; i < type.parameterCount(); i++) {
      String name = type.parameterType(i) == long.class ? whole : half;
      Array.set(parameters, i, type(layouts).getField(name).get(null));
    }
    if (type.returnType() == void.class) {
      return call("FunctionDescriptor", "ofVoid", null, parameters);
    }
    String name = type.returnType() == long.class ? whole : half;
    return call(
        "FunctionDescriptor", "of", null, type(layouts).getField(name).get(null), parameters);
  }

  private static boolean takes(Class<?>[] parameters, Object[] arguments) {
    boolean fits = parameters.length == arguments.length;
    for (int i = 0; fits && i < parameters.length; i++) {
      fits = parameters[i].isInstance(arguments[i])
          || parameters[i] == long.class && arguments[i] instanceof Long;
    }
    return fits;
  }
}
