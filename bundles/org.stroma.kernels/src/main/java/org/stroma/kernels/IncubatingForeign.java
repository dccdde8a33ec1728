/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;

/**
 * By {@code jdk.incubator.foreign} of Java 17 (JEP 412). It finds functions of the system's libraries alone, so that a
 * library's functions are found by the system's {@code dlopen} and {@code dlsym}.
 */
final class IncubatingForeign implements Foreign {
  private static final int ONLY = 17;
  private static final String MODULE = "jdk.incubator.foreign";
  private static final int LAZILY = 1; // RTLD_LAZY

  private final Reflection classes;
  private final Object linker;
  private final Object scope;
  private final MethodHandle find;
  private final long library;

  IncubatingForeign(Path library) throws ReflectiveOperationException {
    classes = classes();
    linker = classes.call("CLinker", "getInstance", null);
    scope = classes.call("ResourceScope", "globalScope", null);
    find = linked(system("dlsym"), MethodType.methodType(long.class, long.class, long.class));
    MethodHandle open =
        linked(system("dlopen"), MethodType.methodType(long.class, long.class, int.class));
    try (BytePointer path = new BytePointer(library.toString())) {
      this.library = (long) open.invokeExact(path.address(), LAZILY);
    } catch (Throwable t) {
      throw new ReflectiveOperationException(t);
    }
    if (this.library == 0) {
      throw new ReflectiveOperationException("The library " + library + " cannot be opened");
    }
  }

  /** See {@link Foreign#permitted}. */
  static boolean permitted() {
    try {
      if (Runtime.version().feature() == ONLY) {
        classes().call("CLinker", "getInstance", null);
        return true;
      }
    } catch (ReflectiveOperationException e) {
      // the module is not there, or refuses
    }
    return false;
  }

  private static Reflection classes() throws ClassNotFoundException {
    Module module = ModuleLayer.boot()
        .findModule(MODULE)
        .orElseThrow(() -> new ClassNotFoundException("Java has no module " + MODULE));
    return new Reflection(module, MODULE + ".");
  }

  @Override
  public MethodHandle function(String name, Class<?> result, Class<?>... parameters)
      throws ReflectiveOperationException {
    long address;
    try (BytePointer string = new BytePointer(name)) {
      address = (long) find.invokeExact(library, string.address());
    } catch (Throwable t) {
      throw new ReflectiveOperationException(t);
    }
    if (address == 0) {
      throw new NoSuchMethodException("TensorFlow has no function " + name);
    }
    return linked(
        classes.call("MemoryAddress", "ofLong", null, address),
        MethodType.methodType(result, parameters));
  }

  @Override
  public long callback(MethodHandle target) throws ReflectiveOperationException {
    Object stub =
        classes.call("CLinker", "upcallStub", linker, target, descriptor(target.type()), scope);
    return (Long) classes.call("MemoryAddress", "toRawLongValue", stub);
  }

  private Object system(String name) throws ReflectiveOperationException {
    Object symbols = classes.call("CLinker", "systemLookup", null);
    Optional<?> address = (Optional<?>) classes.call("SymbolLookup", "lookup", symbols, name);
    return address.orElseThrow(
        () -> new IllegalStateException("The system's libraries have no function " + name));
  }

  private MethodHandle linked(Object address, MethodType type) throws ReflectiveOperationException {
    return (MethodHandle)
        classes.call("CLinker", "downcallHandle", linker, address, type, descriptor(type));
  }

  private Object descriptor(MethodType type) throws ReflectiveOperationException {
    return classes.descriptor(type, "CLinker", "C_LONG_LONG", "C_INT");
  }
}
